import Consents
import TestSupport
import Testing
import Text

struct LifetimeTests {
    @Test
    func `a lifetime has ended at its expiry, and an open one never`() {
        let lifetime = Lifetime(expires: .noon)
        #expect(!lifetime.hasEnded(at: .noon - 1))
        #expect(lifetime.hasEnded(at: .noon))
        #expect(lifetime.hasEnded(at: .latest))
        #expect(!lifetime.hasEnded(at: .earliest))
        #expect(!Lifetime(expires: nil).hasEnded(at: .latest))
    }

    @Test(
        arguments: [
            (nil, nil, .earliest, true), (nil, nil, .latest, true), (.noon, nil, .noon, true),
            (.noon, nil, .noon - 1, false),
            (.noon, nil, .latest, true), (nil, .noon, .noon, true), (nil, .noon, .noon + 1, false),
            (nil, .noon, .earliest, true), (.noon, .noon + 9, .noon + 9, true), (.noon, .noon + 9, .noon + 10, false),
            (.noon, .noon + 9, .noon - 1, false), (.noon, .noon, .noon, true),
        ] as [(Timestamp?, Timestamp?, Timestamp, Bool)]
    )
    func `a period holds its ends`(from: Timestamp?, to: Timestamp?, moment: Timestamp, isInside: Bool) {
        #expect(TransactionPeriod(from: from, to: to).contains(moment) == isInside)
    }
}
