import Consents
import TestSupport
import Testing
import Text

struct PermissionTests {
    @Test
    func `there are the 21 codes of the UK Read and Write API`() {
        #expect(Permission.allCases.count == 21)
        #expect(
            Set(Permission.allCases.map(\.rawValue)) == [
                "ReadAccountsBasic", "ReadAccountsDetail", "ReadBalances", "ReadBeneficiariesBasic",
                "ReadBeneficiariesDetail",
                "ReadDirectDebits", "ReadOffers", "ReadPAN", "ReadParty", "ReadPartyPSU", "ReadProducts",
                "ReadScheduledPaymentsBasic", "ReadScheduledPaymentsDetail", "ReadStandingOrdersBasic",
                "ReadStandingOrdersDetail", "ReadStatementsBasic", "ReadStatementsDetail", "ReadTransactionsBasic",
                "ReadTransactionsCredits", "ReadTransactionsDebits", "ReadTransactionsDetail",
            ]
        )
    }

    @Test(arguments: Permission.allCases)
    func `SD-07 a code is read by its bytes and by no other spelling`(permission: Permission) {
        let text = permission.spelling.string
        #expect(Permission(spelled: permission.spelling) == permission)
        for other in [
            text.lowercased(), text.uppercased(), " \(text)", "\(text) ", "\(text)\u{0}", "\(text)\u{301}", "\(text)s",
            text.replacing("e", with: "\u{435}"), text.replacing("a", with: "\u{FF41}"), "\(text)\u{200B}",
            String(text.dropLast()), "",
        ] where other != text {
            #expect(Permission(spelled: WireText(other)) == nil)
        }
    }

    @Test(arguments: NaughtyStrings.all)
    func `SD-07 a naughty string is no code`(text: WireText) {
        #expect(Permission(spelled: text) == nil)
    }

    @Test
    func `a Detail implies its Basic, and nothing else implies anything`() {
        for permission in Permission.allCases {
            let text = permission.rawValue
            let expected =
                text.hasSuffix("Detail") ? Permission(rawValue: text.replacing("Detail", with: "Basic")) : nil
            #expect(permission.implied == expected)
        }
        #expect(Permission.allCases.count { $0.implied != nil } == 6)
    }

    @Test
    func `the closure holds what was sent and what that implies, and closing again adds nothing`() {
        var generator = SeededGenerator(seed: 21)
        for _ in 0..<2_000 {
            let sent = Permission.allCases.filter { _ in Bool.random(using: &generator) }.shuffled(using: &generator)
            let closure = Permission.closure(of: sent)
            #expect(closure.isSuperset(of: sent))
            #expect(Permission.closure(of: closure) == closure)
            #expect(closure.subtracting(sent).allSatisfy { added in sent.contains { $0.implied == added } })
            #expect(Permission.closure(of: sent + sent) == closure)
        }
        #expect(Permission.closure(of: []).isEmpty)
    }
}
