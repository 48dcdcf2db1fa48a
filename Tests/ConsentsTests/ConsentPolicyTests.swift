import Consents
import TestSupport
import Testing
import Text

struct ConsentPolicyTests {
    func register(
        _ permissions: [Permission] = [.readAccountsBasic],
        expires: Timestamp? = nil,
        from: Timestamp? = nil,
        to: Timestamp? = nil,
        policy: ConsentPolicy = ConsentPolicy(),
        at now: Timestamp = .noon
    ) throws(ConsentRefusal) -> Consent {
        try policy.register(
            ConsentDraft(permissions: permissions, expires: expires, period: TransactionPeriod(from: from, to: to)),
            as: "consent-1",
            for: "tpp-1",
            on: .ukOpenBanking,
            receipt: [1, 2, 3],
            at: now
        )
    }

    @Test
    func `what is registered is what was sent, waiting for a person`() throws {
        let permissions: [Permission] = [.readBalances, .readAccountsDetail, .readBalances, .readAccountsBasic]
        let consent = try register(permissions, expires: .noon + 9, from: .noon - 9, to: .noon + 5)
        // Order and repetitions too: what was sent is echoed.
        #expect(consent.permissions == permissions)
        #expect(consent.id == "consent-1")
        #expect(consent.thirdParty == "tpp-1")
        #expect(consent.origin == .ukOpenBanking)
        #expect(consent.receipt == [1, 2, 3])
        #expect(consent.lifetime.expires == .noon + 9)
        #expect(consent.period == TransactionPeriod(from: .noon - 9, to: .noon + 5))
        #expect(consent.status == .awaiting)
        #expect(consent.created == .noon)
        #expect(consent.statusUpdated == .noon)
        #expect(consent.updated == .noon)
        #expect(consent.deleted == nil)
        #expect(consent.authorisation == nil)
        #expect(consent.version == 1)
        #expect(!consent.isInForce(at: .noon))
    }

    /// The six rules of the profile's "Permissions", and the one before them.
    @Test(
        arguments: [
            ([], .permissionsEmpty), ([.readBalances], .accountsPermissionMissing),
            ([.readTransactionsBasic, .readTransactionsCredits], .accountsPermissionMissing),
            ([.readAccountsBasic, .readTransactionsBasic], .transactionDirectionMissing),
            ([.readAccountsBasic, .readTransactionsDetail], .transactionDirectionMissing),
            ([.readAccountsBasic, .readTransactionsBasic, .readTransactionsDetail], .transactionDirectionMissing),
            ([.readAccountsBasic, .readTransactionsCredits], .transactionDepthMissing),
            ([.readAccountsBasic, .readTransactionsDebits], .transactionDepthMissing),
            ([.readAccountsBasic, .readTransactionsCredits, .readTransactionsDebits], .transactionDepthMissing),
        ] as [([Permission], ConsentRefusal)]
    )
    func `a list that breaks a rule is refused for it`(permissions: [Permission], refusal: ConsentRefusal) {
        #expect(throws: refusal) { try register(permissions) }
        #expect(throws: refusal) { try register(permissions.reversed()) }
        #expect(throws: refusal) { try register(permissions + permissions) }
    }

    @Test
    func `every list of the codes that the rules name is decided as the profile says`() {
        let named: [Permission] = [
            .readAccountsBasic, .readAccountsDetail, .readTransactionsBasic, .readTransactionsDetail,
            .readTransactionsCredits, .readTransactionsDebits,
        ]
        for subset in 0..<(1 << named.count) {
            let sent = named.indices.filter { subset & (1 << $0) != 0 }.map { named[$0] }
            let names = Set(sent.map(\.rawValue))
            // The rules in the words of the profile, each by itself.
            let breaks = [
                names.isEmpty,
                !names.contains("ReadAccountsBasic") && !names.contains("ReadAccountsDetail"),
                names.contains("ReadTransactionsBasic")
                    && names.isDisjoint(with: ["ReadTransactionsCredits", "ReadTransactionsDebits"]),
                names.contains("ReadTransactionsDetail")
                    && names.isDisjoint(with: ["ReadTransactionsCredits", "ReadTransactionsDebits"]),
                names.contains("ReadTransactionsCredits")
                    && names.isDisjoint(with: ["ReadTransactionsBasic", "ReadTransactionsDetail"]),
                names.contains("ReadTransactionsDebits")
                    && names.isDisjoint(with: ["ReadTransactionsBasic", "ReadTransactionsDetail"]),
            ]
            #expect(((try? register(sent)) == nil) == breaks.contains(true), "\(sent)")
        }
    }

    @Test(arguments: Permission.allCases)
    func `a code that the bank does not support is refused, whatever stands beside it`(permission: Permission) {
        let policy = ConsentPolicy(supported: Set(Permission.allCases).subtracting([permission]))
        #expect(throws: ConsentRefusal.permissionUnsupported(permission)) { try register([permission], policy: policy) }
        #expect(throws: ConsentRefusal.permissionUnsupported(permission)) {
            try register(Permission.allCases, policy: policy)
        }
    }

    @Test
    func `all codes together are allowed, Basic beside Detail too`() throws {
        #expect(try register(Permission.allCases).effectivePermissions == Set(Permission.allCases))
    }

    @Test
    func `SD-07 ten thousand codes are decided in linear time`() {
        let bomb = [Permission](repeating: .readTransactionsBasic, count: 10_000)
        let clock = ContinuousClock()
        let spent = clock.measure {
            #expect(throws: ConsentRefusal.accountsPermissionMissing) { try register(bomb) }
        }
        #expect(spent < .seconds(1))
    }

    @Test(
        arguments: [
            (.noon - 1, false), (.noon, false), (.noon + 1, true), (.latest, true), (.earliest, false),
        ] as [(Timestamp, Bool)]
    )
    func `SD-06 a consent ends in the future`(expires: Timestamp, isAccepted: Bool) {
        if isAccepted {
            #expect(throws: Never.self) { try register(expires: expires) }
        } else {
            #expect(throws: ConsentRefusal.expiryInThePast) { try register(expires: expires) }
        }
    }

    @Test
    func `SD-06 a bank may limit how long a consent lives`() {
        let policy = ConsentPolicy(longestLifeDays: 90)
        let limit = Timestamp.noon + Timestamp.days(90)
        #expect(throws: Never.self) { try register(expires: limit, policy: policy) }
        #expect(throws: Never.self) { try register(expires: .noon + 1, policy: policy) }
        #expect(throws: ConsentRefusal.expiryTooFar(days: 90)) { try register(expires: limit + 1, policy: policy) }
        #expect(throws: ConsentRefusal.expiryTooFar(days: 90)) { try register(expires: .latest, policy: policy) }
        #expect(throws: ConsentRefusal.expiryTooFar(days: 90)) { try register(expires: nil, policy: policy) }
        #expect(throws: ConsentRefusal.expiryInThePast) { try register(expires: .noon, policy: policy) }
        #expect(throws: Never.self) { try register(expires: nil) }
    }

    @Test(
        arguments: [
            (0, false), (1, false), (36_500, false), (.max / 86_400, true), (.max / 86_400 + 1, true), (.max, true),
        ] as [(Int, Bool)]
    )
    func `SD-06 a limit beyond all time is none, and ends no process`(days: Int, isAccepted: Bool) {
        let policy = ConsentPolicy(longestLifeDays: days)
        if isAccepted {
            #expect(throws: Never.self) { try register(expires: .latest, policy: policy) }
        } else {
            #expect(throws: ConsentRefusal.expiryTooFar(days: days)) { try register(expires: .latest, policy: policy) }
        }
        #expect(throws: ConsentRefusal.expiryInThePast) {
            try register(expires: .earliest, policy: policy, at: .latest)
        }
    }

    @Test(
        arguments: [
            (nil, nil, true), (.noon, nil, true), (nil, .noon, true), (.noon, .noon, true), (.noon, .noon + 1, true),
            (.noon + 1, .noon, false), (.latest, .earliest, false), (.earliest, .latest, true),
        ] as [(Timestamp?, Timestamp?, Bool)]
    )
    func `SD-06 a period does not end before it begins`(from: Timestamp?, to: Timestamp?, isAccepted: Bool) {
        if isAccepted {
            #expect(throws: Never.self) { try register(from: from, to: to) }
        } else {
            #expect(throws: ConsentRefusal.periodReversed) { try register(from: from, to: to) }
        }
    }
}
