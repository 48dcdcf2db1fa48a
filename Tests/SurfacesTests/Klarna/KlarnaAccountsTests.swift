import Consents
import HTTP
import Surfaces
import TestSupport
import Testing
import Text

/// Account data: seed-contracts 3.6, shapes as published by clients of the API.
struct KlarnaAccountsTests {
    private static let everything: [Permission] = [
        .readAccountsDetail, .readBalances, .readTransactionsDetail, .readTransactionsCredits,
        .readTransactionsDebits,
    ]

    private func shown(
        _ permissions: [Permission] = everything,
        period: TransactionPeriod = TransactionPeriod(from: nil, to: nil),
        accounts: [AccountData] = [.closed, .second, .current]
    ) -> KlarnaAccounts {
        let consent = Consent.sample(
            permissions: permissions,
            period: period,
            status: .authorised,
            authorisation: .sample
        )
        return KlarnaAccounts(consent, among: accounts, of: "Sample Bank")
    }

    private func transactions(
        _ accounts: KlarnaAccounts,
        days: TransactionPeriod = TransactionPeriod(from: nil, to: nil),
        pageSize: Int = 200,
        after last: WireText? = nil
    ) throws -> (ids: [WireText?], last: WireText?, result: JSON) {
        let page = try accounts.transactions(of: "account-1", in: days, pageSize: pageSize, after: last, at: .noon)
        let result = JSON.object(page.result)
        return ((result["transactions"]?.array ?? []).map { $0["transaction_id"]?.text }, page.last, result)
    }

    @Test func `the accounts are those that the person chose, in their order`() throws {
        let result = try shown().accounts()
        #expect(result["type"]?.text == "accounts")
        #expect(result["accounts"]?.array?.map { $0["id"]?.text } == ["account-1", "account-2"])
        let account = try #require(result["accounts"]?.array?.first)
        #expect(account["alias"]?.text == "Everyday")
        #expect(account["account_number"]?.text == "00102012345678")
        #expect(account["holder_name"]?.text == "Anna Lindqvist")
        #expect(account["bic"]?.text == "ASNTGB00XXX")
        #expect(account["bank_name"]?.text == "Sample Bank")
        #expect(account["account_type"]?.text == "DEFAULT")
        #expect(account["transfer_type"]?.text == "NONE")
        #expect(account["capabilities"]?["transfer"]?["available"]?.boolean == false)
        #expect(account["capabilities"]?["balances"]?["available"]?.boolean == true)
        #expect(account["capabilities"]?["accounts"] == nil)
    }

    @Test func `without the permission for details no number and no holder is shown`() throws {
        let result = try shown([.readAccountsBasic]).accounts()
        let names = try #require(result["accounts"]?.array?.first?.members).map(\.name)
        #expect(names == ["id", "alias", "bank_name", "transfer_type", "account_type", "capabilities"])
    }

    @Test func `the number of a card is never shown`() throws {
        let text = WireText(String(decoding: JSONWriter.write(try shown().accounts()), as: UTF8.self))
        #expect(!text.string.contains("4929000000001234"))
        let page = try transactions(shown()).result
        #expect(!String(decoding: JSONWriter.write(page), as: UTF8.self).contains("4111111111111111"))
    }

    @Test(
        arguments: [
            ([.readBalances], ["balances"]), ([.readAccountsBasic], ["accounts"]),
            ([.readAccountsDetail], ["accounts", "details"]),
            ([.readTransactionsDetail, .readTransactionsCredits], []),
            ([.readTransactionsBasic, .readTransactionsCredits, .readTransactionsDebits], []),
            ([.readTransactionsDetail, .readTransactionsCredits, .readTransactionsDebits], ["transactions"]),
        ] as [([Permission], [String])]
    )
    func `SD-40 what was not granted is refused`(permissions: [Permission], granted: [String]) {
        let accounts = shown(permissions)
        let calls: [(String, () throws -> Void)] = [
            ("accounts", { _ = try accounts.accounts() }),
            ("details", { _ = try accounts.details(of: "account-1") }),
            ("balances", { _ = try accounts.balances(of: "account-1") }),
            ("transactions", { _ = try self.transactions(accounts) }),
        ]
        for (name, call) in calls {
            if granted.contains(name) {
                #expect(throws: Never.self) { try call() }
            } else {
                #expect(throws: SurfaceRefusal.permissionLacking) { try call() }
            }
        }
    }

    @Test(arguments: ["account-3", "account-9", ""])
    func `SD-02 an account that is not open and one that is nowhere are refused alike`(account: WireText) {
        #expect(throws: SurfaceRefusal.accountNotOpen) { try shown().details(of: Identifier(account)) }
        #expect(throws: SurfaceRefusal.accountNotOpen) { try shown().balances(of: Identifier(account)) }
    }

    @Test func `where no account is named the first one is shown, if there is one`() throws {
        #expect(try shown().details(of: nil)["account"]?["id"]?.text == "account-1")
        #expect(throws: SurfaceRefusal.accountNotOpen) { try shown(accounts: [.closed]).details(of: nil) }
    }

    @Test func `a balance is a whole number of minor units, with its sign`() throws {
        let result = try shown().balances(of: "account-1")
        #expect(result["available"]?["amount"]?.integer == -1_250)
        #expect(result["available"]?["currency"]?.text == "GBP")
    }

    @Test func `a transaction has the fields of the published samples`() throws {
        let page = try transactions(shown())
        #expect(page.ids == ["t3", "t2", "t1"])
        #expect(page.last == nil)
        let pending = try #require(page.result["transactions"]?.array?.first)
        #expect(
            pending.members?.map(\.name) == [
                "transaction_id", "reference", "bank_references", "counter_party", "date", "state", "type", "amount",
            ]
        )
        #expect(pending["state"]?.text == "PENDING")
        #expect(pending["type"]?.text == "DEBIT")
        #expect(pending["date"]?.text == "2026-03-01")
        #expect(pending["amount"]?["amount"]?.integer == 799)
        #expect(pending["counter_party"]?["holder_name"]?.text == "Corner Roast")
        #expect(pending["bank_references"]?["unstructured"]?.text == "What the holder reads")
        #expect(pending["bank_references"]?["additional_information"]?.text == "REF")
        let booked = try #require(page.result["transactions"]?.array?.last)
        #expect(booked["state"]?.text == "PROCESSED")
        #expect(booked["booking_date"]?.text == "2026-01-31")
        #expect(page.result["to_date"]?.text == "2026-03-02")
        #expect(page.result["from_date"] == nil)
    }

    @Test func `SD-43 days are shown where the consent has them, and refused where it has not`() throws {
        let noon = Timestamp.noon
        let accounts = shown(period: TransactionPeriod(from: noon - Timestamp.days(20), to: nil))
        #expect(try transactions(accounts).ids == ["t3", "t2"])
        #expect(try transactions(accounts).result["from_date"]?.text == "2026-02-10")
        let inside = TransactionPeriod(from: noon - Timestamp.days(12), to: noon - Timestamp.days(5))
        #expect(try transactions(accounts, days: inside).ids == ["t2"])
        let outside = TransactionPeriod(from: noon - Timestamp.days(21), to: nil)
        #expect(throws: SurfaceRefusal.permissionLacking) { try transactions(accounts, days: outside) }
        let ended = shown(period: TransactionPeriod(from: nil, to: noon - Timestamp.days(5)))
        #expect(throws: SurfaceRefusal.permissionLacking) {
            try transactions(ended, days: TransactionPeriod(from: nil, to: noon))
        }
        #expect(try transactions(ended).ids == ["t2", "t1"])
    }

    @Test func `pages follow each other, and the last one says so`() throws {
        let first = try transactions(shown(), pageSize: 2)
        #expect(first.ids == ["t3", "t2"])
        #expect(first.last == "t2")
        let second = try transactions(shown(), pageSize: 2, after: first.last)
        #expect(second.ids == ["t1"])
        #expect(second.last == nil)
        #expect(try transactions(shown(), pageSize: 3).last == nil)
        #expect(throws: SurfaceRefusal.fieldInvalid(path: "offset")) { try transactions(shown(), after: "t0") }
    }
}
