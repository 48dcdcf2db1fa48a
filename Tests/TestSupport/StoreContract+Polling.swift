import Crypto
import OAuth
package import Storage
import Text

// MARK: Requests that are polled

extension StoreContract {
    static let polledRequests: [Row] = [
        Row("keeps a polled request", keepPolled, holds: true),
        Row(
            "keeps no request under a code that is taken",
            given: [keepPolled],
            polled(.keep(.sample(client: "tpp-2", userCode: nil), at: .noon)),
            holds: false
        ),
        Row(
            "keeps no request with a user code that is taken",
            given: [keepPolled],
            polled(.keep(.sample(code: "another"), at: .noon)),
            holds: false
        ),
        Row("enters a code", given: [keepPolled], enter, holds: true),
        Row(
            "enters a code for the last time",
            given: [keepPolled] + Array(repeating: enter, count: Limits.userCodeEntries - 1),
            enter,
            holds: true
        ),
        Row(
            "enters a code once too often: not",
            given: [keepPolled] + Array(repeating: enter, count: Limits.userCodeEntries),
            enter,
            holds: false
        ),
        Row(
            "enters a code that has expired: not",
            given: [keepPolled],
            polled(.enter(polledCode, at: end)),
            holds: false
        ),
        Row("enters a code that is decided: not", given: [keepPolled, deny], enter, holds: false),
        Row("enters a code that is not there: not", enter, holds: false),
        Row(
            "grants at the last second",
            given: [keepPolled],
            polled(.grant(polledCode, "family-1", at: end - 1)),
            holds: true
        ),
        Row("grants too late: not", given: [keepPolled], polled(.grant(polledCode, "family-1", at: end)), holds: false),
        Row(
            "grants twice: not",
            given: [keepPolled, grant],
            polled(.grant(polledCode, "family-2", at: .noon)),
            holds: false
        ),
        Row("grants what was denied: not", given: [keepPolled, deny], grant, holds: false),
        Row("grants what is not there: not", grant, holds: false),
        Row("denies", given: [keepPolled], deny, holds: true),
        Row("denies what has expired", given: [keepPolled], polled(.deny(polledCode, at: end)), holds: true),
        Row("denies what was granted: not", given: [keepPolled, grant], deny, holds: false),
        Row("denies twice: not", given: [keepPolled, deny], deny, holds: false),
        Row("spends a yes", given: [keepPolled, grant], spendPolled, holds: true),
        Row("spends a yes twice: not", given: [keepPolled, grant, spendPolled], spendPolled, holds: false),
        Row("spends a no: not", given: [keepPolled, deny], spendPolled, holds: false),
        Row("spends what nobody decided: not", given: [keepPolled], spendPolled, holds: false),
        Row("spends what is not there: not", spendPolled, holds: false),
        Row("slows a client down", given: [keepPolled], polled(.slowDown(polledCode)), holds: true),
        Row(
            "slows a client down as far as it goes",
            given: [keepPolled] + Array(repeating: polled(.slowDown(polledCode)), count: 20),
            polled(.slowDown(polledCode)),
            holds: true
        ),
        Row("summons a person", summon(1), holds: true),
        Row(
            "summons a person for the tenth time",
            given: (1..<Limits.summonses).map { summon($0) },
            summon(Limits.summonses),
            holds: true
        ),
        Row(
            "summons a person once too often: not",
            given: (1...Limits.summonses).map { summon($0) },
            summon(Limits.summonses + 1),
            holds: false
        ),
        Row(
            "summons a person once too often by one client: not",
            given: (1...Limits.summonsesOfClient).map { summon($0, by: "tpp-1") },
            summon(Limits.summonsesOfClient + 1, by: "tpp-1"),
            holds: false
        ),
        Row(
            "summons a person whom another client asks as often as it may",
            given: (1...Limits.summonsesOfClient).map { summon($0, by: "tpp-1") },
            summon(Limits.summonsesOfClient + 1, by: "tpp-2"),
            holds: true
        ),
        Row("settles a notice", given: [summons, grant], polled(.settleNotice(polledCode)), holds: true),
        Row(
            "begins an attempt to tell a notice",
            given: [summons, deny],
            polled(.attemptNotice(polledCode, tries: 0, next: .noon + 5)),
            holds: true
        ),
        Row(
            "begins an attempt that another process has begun: not",
            given: [summons, deny, polled(.attemptNotice(polledCode, tries: 0, next: .noon + 5))],
            polled(.attemptNotice(polledCode, tries: 0, next: .noon + 6)),
            holds: false
        ),
        Row(
            "begins the attempt after the first",
            given: [summons, deny, polled(.attemptNotice(polledCode, tries: 0, next: .noon + 5))],
            polled(.attemptNotice(polledCode, tries: 1, next: .noon + 15)),
            holds: true
        ),
        Row(
            "begins to tell what nobody has decided yet: not",
            given: [summons],
            polled(.attemptNotice(polledCode, tries: 0, next: .noon + 5)),
            holds: false
        ),
        Row("slows nobody down", polled(.slowDown(polledCode)), holds: true),
    ]

    /// A request of a device, allowed.
    package static let grantedPolled: [Storage.Change] = [keepPolled, grant]

    /// What its client and a copy of it want at once.
    package static let spendPolled = polled(.spend(polledCode, at: .noon))

    private static let polledCode = PolledRequest.sample.fingerprint
    private static let end = PolledRequest.sample.expires
    private static let keepPolled = polled(.keep(.sample, at: .noon))
    private static let summons = polled(.keep(.sample(userCode: nil, summons: .sample), at: .noon))

    /// One of many requests, each of another client unless it is named.
    private static func summon(_ number: Int, by client: Identifier<Client>? = nil) -> Storage.Change {
        let request = PolledRequest.sample(
            code: WireText("summons \(number)"),
            client: client ?? Identifier(WireText("tpp-\(number)")),
            userCode: nil,
            summons: .sample
        )
        return polled(.keep(request, at: .noon))
    }

    private static let enter = polled(.enter(polledCode, at: .noon))
    private static let grant = polled(.grant(polledCode, "family-1", at: .noon))
    private static let deny = polled(.deny(polledCode, at: .noon))

    private static func polled(_ change: PolledRequestChange) -> Storage.Change { .oauth(.polled(change)) }
}
