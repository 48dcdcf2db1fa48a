import Consents
import Surfaces
import TestSupport
import Testing
import Text

/// What the bank's own page is given to show, and what it may choose from.
struct ConsentScreenTests {
    static func account(_ id: Identifier<Account>, _ name: WireText?, reason: WireText? = nil) -> AccountData {
        AccountData(
            id: id,
            nickname: name,
            kind: .personal,
            product: .currentAccount,
            currency: "GBP",
            identifications: [],
            servicer: nil,
            eligibility: reason.map { .ineligible(reason: $0) } ?? .eligible,
            balances: [],
            transactions: []
        )
    }

    private static let accounts = [
        account("30080012343456", "Salary Saver Account"), account("30080098763459", "Max Bonus Account"),
        account("locked", "Old", reason: "It is locked."),
    ]

    private func screen(_ consent: Consent = .sample(), _ accounts: [AccountData] = accounts) -> ConsentScreen {
        ConsentScreen(application: "Money Pilot", consent: consent, accounts: accounts, allowsMany: true, additions: [])
    }

    @Test func `a page shows permissions, dates and the accounts that can be shared`() throws {
        let name = try #require(UUID("3c42210b-5eb8-40e2-a712-5c759a1773ef"))
        let page = screen(.sample(period: TransactionPeriod(from: .noon, to: nil))).document(named: name)
        #expect(page["application"] == "Money Pilot")
        #expect(page["type"] == "accounts")
        let data = try #require(page["consentData"])
        #expect(
            data["permissions"] == [
                ["uid": .text(name.text), "displayValues": ["ReadAccountsDetail", "ReadBalances"]]
            ]
        )
        #expect(
            data["basicConsentData"]?.members?.map(\.name) == ["Transaction From Date Time", "Expiration Date Time"]
        )
        #expect(data["isReauthorization"] == nil)
        let listed = try #require(page["consumerData"]?["accounts"]?.array)
        #expect(listed.map { $0["displayName"] } == ["Salary Saver Account", "Max Bonus Account"])
        #expect(listed.allSatisfy { $0["selected"] == false })
        #expect(page["additionalData"]?.array?.first?["items"] == [["item": "Old: It is locked."]])
    }

    @Test func `an open end is said, and so is a re-authentication`() throws {
        let page = screen(.sample(expires: nil, status: .authorised, authorisation: .sample)).lasting
        let data = try #require(try JSONReader.read(page)["consentData"])
        #expect(data["basicConsentData"]?.members?.map(\.name) == ["Open Ended Authorisation Requested"])
        #expect(data["isReauthorization"] == true)
    }

    @Test func `accounts that the third party named are fixed`() throws {
        let page = try JSONReader.read(screen(.sample(namedAccounts: ["GB33"])).lasting)
        #expect(page["consentData"]?["permissions"]?.array?.first?["initiatedAccounts"]?.array?.count == 2)
        #expect(page["consumerData"]?["accounts"]?.array?.allSatisfy { $0["selected"] == true } == true)
    }

    @Test func `SD-23 an account is chosen by its identifier, or by a name that it has alone`() throws {
        #expect(try screen().accounts(named: ["30080098763459"]) == ["30080098763459"])
        #expect(try screen().accounts(named: ["Salary Saver Account"]) == ["30080012343456"])
        #expect(throws: SurfaceRefusal.self) { try screen().accounts(named: ["salary saver account"]) }
        #expect(throws: SurfaceRefusal.self) { try screen().accounts(named: [""]) }
    }

    @Test(arguments: [("Savings", "Savings"), ("Caf\u{e9}", "Cafe\u{301}")] as [(WireText, WireText)])
    func `SD-23 a name that two accounts have chooses neither`(first: WireText, second: WireText) throws {
        let twins = [
            Self.account("a", first), Self.account("b", second), Self.account("c", "a"),
            Self.account("d", "Old", reason: "It is locked."), Self.account("e", "Old"),
        ]
        for name in [first, second, "Old"] {
            #expect(throws: SurfaceRefusal.self) { try screen(.sample(), twins).accounts(named: [name]) }
        }
        // What is somebody's identifier is nobody's name.
        #expect(try screen(.sample(), twins).accounts(named: ["a", "b"]) == ["a", "b"])
    }
}
