import Consents
import TestSupport
import Testing
import Text

struct PermissionGroupTests {
    typealias Cluster = PermissionGroup.Cluster

    func lines(_ permissions: [Permission]) -> [WireText] {
        PermissionGroup.groups(of: permissions).flatMap(\.lines)
    }

    @Test(
        arguments: [
            ([.readTransactionsBasic, .readTransactionsCredits], "TransactionsBasicCredits"),
            ([.readTransactionsBasic, .readTransactionsDebits], "TransactionsBasicDebits"),
            ([.readTransactionsBasic, .readTransactionsCredits, .readTransactionsDebits], "TransactionsBasicBoth"),
            ([.readTransactionsDetail, .readTransactionsCredits], "TransactionsDetailCredits"),
            ([.readTransactionsDetail, .readTransactionsDebits], "TransactionsDetailDebits"),
            ([.readTransactionsDetail, .readTransactionsCredits, .readTransactionsDebits], "TransactionsDetailBoth"),
        ] as [([Permission], WireText)]
    )
    func `direction and depth of transactions are one line of six`(permissions: [Permission], line: WireText) {
        let expected = [PermissionGroup.groups(of: permissions)].flatMap { $0 }
        #expect(expected.map(\.cluster) == [.transactions])
        #expect(expected.map(\.lines) == [[line]])
        // The Basic that a Detail implies adds nothing.
        if permissions.contains(.readTransactionsDetail) {
            #expect(lines(permissions + [.readTransactionsBasic]) == [line])
        }
    }

    @Test
    func `clusters and lines stand in the order of the UK guidance`() {
        let all = PermissionGroup.groups(of: Permission.allCases)
        #expect(
            all.map(\.cluster) == [
                .accountDetails, .regularPayments, .transactions, .statements, .features, .contact,
            ]
        )
        #expect(
            all.map(\.lines) == [
                ["ReadAccountsDetail", "ReadBalances", "ReadPAN"],
                [
                    "ReadBeneficiariesDetail", "ReadStandingOrdersDetail", "ReadDirectDebits",
                    "ReadScheduledPaymentsDetail",
                ],
                ["TransactionsDetailBoth"], ["ReadStatementsDetail"], ["ReadProducts", "ReadOffers"],
                ["ReadParty", "ReadPartyPSU"],
            ]
        )
        let basic = PermissionGroup.groups(of: Permission.allCases.filter { $0.implied == nil })
        #expect(
            basic.map(\.lines) == [
                ["ReadAccountsBasic", "ReadBalances", "ReadPAN"],
                [
                    "ReadBeneficiariesBasic", "ReadStandingOrdersBasic", "ReadDirectDebits",
                    "ReadScheduledPaymentsBasic",
                ],
                ["TransactionsBasicBoth"], ["ReadStatementsBasic"], ["ReadProducts", "ReadOffers"],
                ["ReadParty", "ReadPartyPSU"],
            ]
        )
    }

    @Test(arguments: Permission.allCases.filter { !$0.rawValue.hasPrefix("ReadTransactions") })
    func `a code alone has its own line in its own cluster`(permission: Permission) {
        #expect(lines([permission]) == [permission.spelling])
        let cluster: Cluster =
            switch permission {
            case .readAccountsBasic, .readAccountsDetail, .readBalances, .readPAN: .accountDetails
            case .readStatementsBasic, .readStatementsDetail: .statements
            case .readProducts, .readOffers: .features
            case .readParty, .readPartyPSU: .contact
            default: .regularPayments
            }
        #expect(PermissionGroup.groups(of: [permission]).map(\.cluster) == [cluster])
    }

    @Test
    func `a Basic is not shown beside its Detail`() {
        for detail in Permission.allCases {
            guard let basic = detail.implied, detail != .readTransactionsDetail else { continue }
            #expect(lines([basic, detail]) == [detail.spelling])
            #expect(lines([detail, basic]) == [detail.spelling])
            #expect(lines([basic]) == [basic.spelling])
        }
    }

    @Test
    func `the order and the repetitions of a request are irrelevant`() {
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<2_000 {
            let sent = Permission.allCases.filter { _ in Bool.random(using: &generator) }
            let expected = PermissionGroup.groups(of: sent)
            #expect(PermissionGroup.groups(of: sent.shuffled(using: &generator)) == expected)
            #expect(PermissionGroup.groups(of: (sent + sent).shuffled(using: &generator)) == expected)
            // What is implied was shown already: a person reads the same for the closure.
            #expect(PermissionGroup.groups(of: Array(Permission.closure(of: sent))) == expected)
        }
    }

    @Test
    func `whatever may be registered, a person reads all of it and nothing more`() throws {
        var generator = SeededGenerator(seed: 7)
        var shown: Set<WireText> = []
        var registered = 0
        for _ in 0..<5_000 {
            let sent = Permission.allCases.filter { _ in Bool.random(using: &generator) }
            let draft = ConsentDraft(permissions: sent, expires: nil, period: TransactionPeriod(from: nil, to: nil))
            let policy = ConsentPolicy()
            guard
                (try? policy.register(draft, as: "c", for: "t", on: .ukOpenBanking, receipt: [], at: .noon)) != nil
            else { continue }
            registered += 1
            let lines = lines(sent)
            shown.formUnion(lines)
            #expect(Set(lines).count == lines.count)
            let opened = lines.flatMap(Self.permissions(behind:))
            #expect(Permission.closure(of: opened) == Permission.closure(of: sent))
        }
        #expect(registered > 1_000)
        // 17 codes beside transactions, and six outcomes of these.
        #expect(shown.count == 23)
    }

    /// What a line says that may be seen.
    static func permissions(behind line: WireText) -> [Permission] {
        if let permission = Permission(spelled: line) { return [permission] }
        let text = line.string
        let depth: Permission = text.contains("Detail") ? .readTransactionsDetail : .readTransactionsBasic
        let credits: [Permission] = text.hasSuffix("Debits") ? [] : [.readTransactionsCredits]
        let debits: [Permission] = text.hasSuffix("Credits") ? [] : [.readTransactionsDebits]
        return [depth] + credits + debits
    }

    @Test
    func `no permission is no group`() {
        #expect(PermissionGroup.groups(of: []).isEmpty)
    }
}
