import Consents
import Surfaces
import TestSupport
import Testing
import Text

struct AccountInformationTests {
    let surface = AccountInformation()

    // MARK: Which accounts

    @Test
    func `the accounts of the consent are shown, and no other`() throws {
        let document = try surface.get("", [.readAccountsBasic])
        let ids = document["Data"]?["Account"]?.array?.map { $0["AccountId"]?.text }
        #expect(ids == ["account-1", "account-2"])
        #expect(document["Links"]?["Self"] == "https://bank.example/open-banking/v3.1/aisp/accounts")
    }

    @Test
    func `an account that the person no longer has is left out`() throws {
        let document = try surface.get("", [.readAccountsBasic], accounts: [.second])
        #expect(document["Data"]?["Account"]?.array?.map { $0["AccountId"]?.text } == ["account-2"])
        #expect(throws: SurfaceRefusal.accountNotOpen) {
            try surface.get("/account-1", [.readAccountsBasic], accounts: [.second])
        }
    }

    @Test(arguments: ["", "/balances", "/transactions"])
    func `an account that was not chosen and one that is nowhere are refused alike`(resource: String) {
        for id in ["account-3", "account-4", "ACCOUNT-1", "account-1%20", "account%2D3", "..%2Faccount-1"] {
            let expected: SurfaceRefusal = id.contains("%2F") ? .pathUnknown : .accountNotOpen
            #expect(throws: expected) { try surface.get("/\(id)\(resource)", Permission.allCases) }
        }
    }

    @Test
    func `one account is shown under its own address`() throws {
        let document = try surface.get("/account-2", [.readAccountsBasic])
        #expect(document["Data"]?["Account"]?.array?.map { $0["AccountId"]?.text } == ["account-2"])
        #expect(document["Links"]?["Self"] == "https://bank.example/open-banking/v3.1/aisp/accounts/account-2")
    }

    // MARK: Which permission

    @Test(
        arguments: [
            ("", []), ("", [.readBalances]),
            ("/account-1", [.readBalances, .readTransactionsDetail]),
            ("/account-1/balances", [.readAccountsDetail, .readTransactionsDetail]),
            ("/account-1/transactions", [.readAccountsDetail, .readBalances]),
            ("/account-1/transactions", [.readAccountsDetail, .readTransactionsCredits]),
        ] as [(String, [Permission])]
    )
    func `what was not allowed is refused`(path: String, permissions: [Permission]) {
        #expect(throws: SurfaceRefusal.permissionLacking) { try surface.get(path, permissions) }
    }

    @Test
    func `Basic leaves out how an account is addressed and who keeps it`() throws {
        let document = try surface.get("/account-1", [.readAccountsBasic, .readPAN])
        let account = try #require(document["Data"]?["Account"]?.array?.first)
        #expect(
            account == [
                "AccountId": "account-1", "Currency": "GBP", "AccountType": "Personal",
                "AccountSubType": "CurrentAccount", "Nickname": "Everyday",
            ]
        )
    }

    @Test
    func `Detail implies Basic and shows how an account is addressed and who keeps it`() throws {
        let document = try surface.get("/account-1", [.readAccountsDetail])
        let account = try #require(document["Data"]?["Account"]?.array?.first)
        #expect(account["Account"]?.array?.first?["Identification"] == "00102012345678")
        #expect(account["Account"]?.array?.first?["Name"] == "Anna Lindqvist")
        #expect(account["Servicer"] == ["SchemeName": "UK.OBIE.BICFI", "Identification": "ASNTGB00XXX"])
    }

    @Test
    func `the number of a card is masked without ReadPAN, wherever it stands`() throws {
        func numbers(_ permissions: [Permission]) throws -> [WireText?] {
            let all = permissions + [.readAccountsDetail, .readTransactionsDetail, .readTransactionsDebits]
            let account = try surface.get("/account-1", all)["Data"]?["Account"]?.array?.first
            let transaction = try surface.get("/account-1/transactions", all)["Data"]?["Transaction"]?.array?.first
            return [
                account?["Account"]?.array?.last?["Identification"]?.text,
                transaction?["CardInstrument"]?["Identification"]?.text,
                transaction?["CreditorAccount"]?["Identification"]?.text,
            ]
        }
        #expect(try numbers([]) == ["xxxxxxxxxxxx1234", "xxxxxxxxxxxx1234", "xxxxxxxxxxxx1111"])
        #expect(try numbers([.readPAN]) == ["4929000000001234", "4929000000001234", "4111111111111111"])
    }

    @Test
    func `balances are shown with their direction and moment`() throws {
        let document = try surface.get("/account-1/balances", [.readBalances])
        #expect(
            document["Data"] == [
                "Balance": [
                    [
                        "AccountId": "account-1", "CreditDebitIndicator": "Debit", "Type": "InterimBooked",
                        "DateTime": "2026-03-02T12:00:00Z", "Amount": ["Amount": "12.50", "Currency": "GBP"],
                    ]
                ]
            ]
        )
    }

    // MARK: Which transactions

    @Test(
        arguments: [
            ([.readTransactionsCredits], ["t2"]), ([.readTransactionsDebits], ["t3", "t1"]),
            ([.readTransactionsCredits, .readTransactionsDebits], ["t3", "t2", "t1"]), ([], []),
        ] as [([Permission], [WireText])]
    )
    func `only the directions that were allowed are shown`(directions: [Permission], ids: [WireText]) throws {
        #expect(try transactions(directions + [.readTransactionsBasic]) == ids)
    }

    @Test(
        arguments: [
            (nil, nil, ["t3", "t2", "t1"]), (10, nil, ["t3", "t2"]), (9, nil, ["t3"]), (nil, 10, ["t2", "t1"]),
            (nil, 11, ["t1"]), (30, 30, ["t1"]), (29, 11, []),
        ] as [(Int?, Int?, [WireText])]
    )
    func `only the consented period is shown, its ends included`(from: Int?, to: Int?, ids: [WireText]) throws {
        let period = TransactionPeriod(
            from: from.map { .noon - Timestamp.days($0) },
            to: to.map { .noon - Timestamp.days($0) }
        )
        #expect(try transactions(Permission.allCases, period: period) == ids)
    }

    @Test(
        arguments: [
            ("fromBookingDateTime=2026-02-20T12:00:00", ["t3", "t2"]),
            ("fromBookingDateTime=2026-02-20T12:00:01", ["t3"]),
            ("fromBookingDateTime=2026-03-01", ["t3"]), ("toBookingDateTime=2026-02-20", ["t1"]),
            ("fromBookingDateTime=2026-02-01&toBookingDateTime=2026-02-28T00:00:00.999", ["t2"]),
            ("fromBookingDateTime=2026-02-20T12:00:00%2B01:00", ["t3", "t2"]),
            ("fromBookingDateTime=2026-03-05&toBookingDateTime=2026-01-01", []), ("page=2", ["t3", "t2", "t1"]),
            ("", ["t3", "t2", "t1"]),
        ] as [(WireText, [WireText])]
    )
    func `a query narrows what is shown`(query: WireText, ids: [WireText]) throws {
        #expect(try transactions(Permission.allCases, query: query) == ids)
    }

    @Test
    func `a query never widens the consented period`() throws {
        let period = TransactionPeriod(from: .noon - Timestamp.days(10), to: .noon - Timestamp.days(10))
        let query: WireText = "fromBookingDateTime=0000-01-01&toBookingDateTime=9999-12-31"
        #expect(try transactions(Permission.allCases, query: query, period: period) == ["t2"])
    }

    @Test(
        arguments: [
            ("fromBookingDateTime=", "fromBookingDateTime"), ("toBookingDateTime=tomorrow", "toBookingDateTime"),
            ("fromBookingDateTime=2026-02-30", "fromBookingDateTime"),
            ("toBookingDateTime=2026-03-01&toBookingDateTime=2026-03-02", "toBookingDateTime"),
        ] as [(WireText, WireText)]
    )
    func `SD-06 a query whose date is none is refused`(query: WireText, path: WireText) {
        #expect(throws: SurfaceRefusal.dateInvalid(path: path)) { try transactions(Permission.allCases, query: query) }
    }

    @Test
    func `a query that cannot be decoded is refused`() {
        #expect(throws: SurfaceRefusal.fieldInvalid(path: "fromBookingDateTime")) {
            try transactions(Permission.allCases, query: "fromBookingDateTime=%zz")
        }
    }

    @Test
    func `the address of an answer has its query`() throws {
        let document = try surface.get(
            "/account-1/transactions",
            Permission.allCases,
            query: "fromBookingDateTime=2026-03-01"
        )
        let address: JSON =
            "https://bank.example/open-banking/v3.1/aisp/accounts/account-1/transactions?fromBookingDateTime=2026-03-01"
        #expect(document["Links"]?["Self"] == address)
    }

    @Test
    func `Basic leaves out what a transaction was for and who was at its other end`() throws {
        let basic = try firstTransaction([.readTransactionsBasic])
        #expect(
            basic.members?.map(\.name) == [
                "AccountId", "TransactionId", "CreditDebitIndicator", "Status", "BookingDateTime", "Amount",
                "TransactionReference", "CardInstrument",
            ]
        )
        let detailed = try firstTransaction([.readTransactionsDetail])
        #expect(detailed["TransactionInformation"] == "What the holder reads")
        #expect(detailed["MerchantDetails"] == ["MerchantName": "Corner Roast", "MerchantCategoryCode": "5814"])
        #expect(detailed["CreditorAccount"]?["Name"] == "Bert")
        #expect(detailed["DebtorAccount"] == nil)
        #expect(detailed["Status"] == "Pending")
    }

    // MARK: The published descriptions

    @Test(
        .enabled(if: PublishedSchema.isThere, "The published descriptions are not on this machine."),
        arguments: [[.readAccountsBasic, .readBalances, .readTransactionsBasic], Permission.allCases]
    )
    func `what is shown is as the published descriptions say`(permissions: [Permission]) throws {
        let all = permissions + [.readTransactionsCredits, .readTransactionsDebits]
        let accounts = try surface.get("", all)
        #expect(PublishedSchema.newest.problems(of: accounts, as: "OBReadAccount6") == [])
        let balances = try surface.get("/account-1/balances", all)
        #expect(PublishedSchema.newest.problems(of: balances, as: "OBReadBalance1") == [])
        let transactions = try surface.get("/account-1/transactions", all)
        #expect(PublishedSchema.newest.problems(of: transactions, as: "OBReadTransaction6") == [])
        #expect(PublishedSchema.seed.problems(of: accounts, as: "OBReadAccount3") == [])
        #expect(PublishedSchema.seed.problems(of: balances, as: "OBReadBalance1") == [])
        #expect(PublishedSchema.seed.problems(of: transactions, as: "OBReadTransaction5") == [])
    }

    private func transactions(
        _ permissions: [Permission],
        query: WireText? = nil,
        period: TransactionPeriod = TransactionPeriod(from: nil, to: nil)
    ) throws(SurfaceRefusal) -> [WireText] {
        let document = try surface.get("/account-1/transactions", permissions, query: query, period: period)
        return (document["Data"]?["Transaction"]?.array ?? []).compactMap { $0["TransactionId"]?.text }
    }

    private func firstTransaction(_ permissions: [Permission]) throws -> JSON {
        let document = try surface.get("/account-1/transactions", permissions + [.readTransactionsDebits])
        return try #require(document["Data"]?["Transaction"]?.array?.first)
    }
}
