import Consents
import Surfaces
import TestSupport
import Testing
import Text

struct MerchantBodiesTests {
    private static func order(
        _ permissions: String,
        expires: String = #""2026-09-30T00:00:00Z""#,
        from: String = #""2025-01-01T00:00:00Z""#,
        more: String = ""
    ) throws(SurfaceRefusal) -> MerchantConsentOrder {
        try MerchantConsentOrder(
            Array(
                """
                {"permissions": \(permissions), "expirationDateTime": \(expires),
                 "transactionFromDateTime": \(from)\(more)}
                """.utf8
            )
        )
    }

    @Test(
        arguments: [
            (
                #"["ReadAccountsDetail","ReadBalances","ReadTransactionsDetail"]"#,
                [
                    .readAccountsDetail, .readBalances, .readTransactionsDetail, .readTransactionsCredits,
                    .readTransactionsDebits,
                ]
            ),
            (
                #"["ReadTransactionsDetail"]"#,
                [.readTransactionsDetail, .readTransactionsCredits, .readTransactionsDebits, .readAccountsBasic]
            ),
            (#"["ReadBalances"]"#, [.readBalances, .readAccountsBasic]),
            (#"["ReadAccountsDetail"]"#, [.readAccountsDetail]),
        ] as [(String, [Permission])]
    )
    func `what merchants have no words for is added, so that the rules of the UK are kept`(
        words: String,
        permissions: [Permission]
    ) throws {
        let draft = try Self.order(words).draft(for: "user_2abc123def456")
        #expect(draft.permissions == permissions)
        #expect(draft.endUser == "user_2abc123def456")
        #expect(draft.period == TransactionPeriod(from: Timestamp(rfc3339: "2025-01-01T00:00:00Z"), to: nil))
        // And it is a consent that the bank's rules allow.
        _ = try ConsentPolicy()
            .register(draft, as: "consent-1", for: "tpp-1", on: .acount, receipt: [], at: Timestamp(1_760_000_000))
    }

    @Test(
        arguments: [
            "[]", "null", #""ReadBalances""#, #"["ReadBalances","ReadBalances"]"#, #"["readBalances"]"#,
            #"["ReadParty"]"#, #"["ReadAccountsBasic"]"#, "[null]", #"[["ReadBalances"]]"#,
            #"["ReadAccountsDetail","ReadBalances","ReadTransactionsDetail","ReadBalances"]"#,
            #"["ReadBalances "]"#, #"["ReadBalanceѕ"]"#,
        ]
    )
    func `SD-07 a list that is not one of the three words, each once, is refused`(permissions: String) {
        #expect(throws: SurfaceRefusal.fieldInvalid(path: "permissions")) { try Self.order(permissions) }
    }

    @Test(
        arguments: [
            #""2026-09-30""#, #""2026-09-30T00:00:00""#, #""2026-02-30T00:00:00Z""#, #""2026-09-30T24:00:00Z""#,
            #""2026-09-30T00:00:60Z""#, #""2026-09-30T00:00:00+24:00""#, "1", "null", #""""#,
            #""10000-01-01T00:00:00Z""#,
        ]
    )
    func `SD-06 a date without a place in time is refused`(date: String) {
        #expect(throws: SurfaceRefusal.dateInvalid(path: "expirationDateTime")) {
            try Self.order(#"["ReadBalances"]"#, expires: date)
        }
        #expect(throws: SurfaceRefusal.dateInvalid(path: "transactionFromDateTime")) {
            try Self.order(#"["ReadBalances"]"#, from: date)
        }
    }

    @Test
    func `SD-06 transactions from after the end are none`() {
        #expect(throws: SurfaceRefusal.dateInvalid(path: "transactionFromDateTime")) {
            try Self.order(#"["ReadBalances"]"#, from: #""2026-09-30T00:00:00Z""#)
        }
    }

    @Test
    func `SD-50 a merchant is named by a whole number`() throws {
        #expect(try Self.order(#"["ReadBalances"]"#, more: #", "merchantId": 1"#).merchant == 1)
        for value in ["[1]", #""1""#, "1.5", "null", "true", "{}"] {
            #expect(throws: SurfaceRefusal.fieldInvalid(path: "merchantId")) {
                try Self.order(#"["ReadBalances"]"#, more: #", "merchantId": \#(value)"#)
            }
            #expect(throws: SurfaceRefusal.fieldInvalid(path: "merchantId")) {
                try MerchantTokenOrder(
                    Array(#"{"userId":"u","merchantId":\#(value),"permissions":["ais:balance:read"]}"#.utf8)
                )
            }
        }
    }

    @Test
    func `a token is ordered for a user, in the words of tokens`() throws {
        let order = try MerchantTokenOrder(
            Array(
                #"{"userId":"user_1","merchantId":1,"permissions":["ais:transactions:read","ais:accounts:read"]}"#.utf8
            )
        )
        #expect(order.user == "user_1")
        #expect(order.permissions == [.transactions, .accounts])
        let long = String(repeating: "u", count: 256)
        for user in ["", long, "a\\u0000b", "a\\nb"] {
            #expect(throws: SurfaceRefusal.fieldInvalid(path: "userId")) {
                try MerchantTokenOrder(
                    Array(#"{"userId":"\#(user)","merchantId":1,"permissions":["ais:balance:read"]}"#.utf8)
                )
            }
        }
    }
}
