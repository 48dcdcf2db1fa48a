import Consents
import TestSupport
import Testing
import Text

/// How flows stand: seed-contracts 6.3.
struct AccessFlowTests {
    private static func consent(after event: ConsentEvent?) throws -> Consent {
        let consent = Consent.sample(expires: AccessSession.sample.expires, days: 90)
        guard let event else { return consent }
        return try consent.after(event, at: .noon + 60)
    }

    private static let yes = ConsentEvent.authorise(person: "psu-anna", accounts: ["account-1"])

    @Test(
        arguments: [
            (nil, .waiting), (yes, .finished), (.reject(.refused), .refused), (.reject(.cancelledAtLogin), .refused),
            (.reject(.timedOut), .timedOut), (.fail, .failed), (.delete, .timedOut),
        ] as [(ConsentEvent?, AccessFlow.State)]
    )
    func `a flow stands as its consent does`(event: ConsentEvent?, state: AccessFlow.State) throws {
        let consent = try Self.consent(after: event)
        #expect(AccessFlow.State(of: consent, in: .sample, at: .noon + 120) == state)
    }

    @Test func `a flow that was finished stays so when the consent is taken back or has ended`() throws {
        let given = try Self.consent(after: Self.yes)
        let revoked = try given.after(.revoke(.person), at: .noon + 90)
        #expect(AccessFlow.State(of: revoked, in: .sample, at: .noon + 120) == .finished)
        #expect(AccessFlow.State(of: given, in: .sample, at: .latest) == .finished)
    }

    @Test(arguments: [AccessSession.sample(closed: .noon + 30), .sample(expires: .noon + 120)])
    func `a flow that waits has timed out when its session is over`(session: AccessSession) throws {
        #expect(AccessFlow.State(of: try Self.consent(after: nil), in: session, at: .noon + 120) == .timedOut)
    }

    @Test func `what is shown is what is granted, and only where there is an account`() throws {
        let permissions: [Permission] = [.readAccountsBasic, .readBalances, .readTransactionsDetail]
        let waiting = Consent.sample(permissions: permissions)
        #expect(AccessKind.allCases.allSatisfy { !$0.isGranted(by: waiting) })
        let given = Consent.sample(permissions: permissions, status: .authorised, authorisation: .sample)
        #expect(AccessKind.allCases.filter { $0.isGranted(by: given) } == [.accounts, .balances])
        let empty = Authorisation(person: "psu-anna", accounts: [], given: .noon)
        let left = Consent.sample(permissions: permissions, status: .authorised, authorisation: empty)
        #expect(AccessKind.allCases.allSatisfy { !$0.isGranted(by: left) })
        let detailed = Consent.sample(
            permissions: [.readAccountsDetail],
            status: .authorised,
            authorisation: .sample
        )
        #expect(AccessKind.allCases.filter { $0.isGranted(by: detailed) } == [.accounts, .accountDetails])
    }

    @Test func `SD-42 identifiers are 32 letters and digits of 160 bits, and no two bytes make the same`() {
        #expect(AccessSession.identifierBytes * 8 >= 128)
        let zero = [UInt8](repeating: 0, count: 20)
        #expect(AccessSession.spell(zero) == "00000000000000000000000000000000")
        #expect(AccessSession.spell([UInt8](repeating: 0xFF, count: 20)) == "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv")
        #expect(AccessSession.shortSpelling(of: [0, 0, 0, 0, 31]) == "AAAAAAA7")
        var seen: Set<WireText> = []
        for index in 0..<160 {
            var bytes = zero
            bytes[index / 8] = 1 << UInt8(index % 8)
            seen.insert(AccessSession.spell(bytes))
        }
        #expect(seen.count == 160)
    }
}
