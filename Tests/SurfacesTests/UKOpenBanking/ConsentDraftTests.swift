import Consents
import HTTP
import Surfaces
import TestSupport
import Testing
import Text

/// OBReadConsent1, as a third party sends it.
struct ConsentDraftTests {
    let surface = AccountAccessConsents()

    @Test
    func `a request with nothing but permissions is open ended`() throws {
        let draft = try surface.draft(#"{"Data":{"Permissions":["ReadAccountsBasic","ReadBalances"]},"Risk":{}}"#)
        let open = TransactionPeriod(from: nil, to: nil)
        #expect(draft == ConsentDraft(permissions: [.readAccountsBasic, .readBalances], expires: nil, period: open))
    }

    @Test
    func `a request is read whole, whatever the order of its members`() throws {
        let draft = try surface.draft(
            #"""
            {"Risk": {}, "Data": {
              "TransactionToDateTime": "2026-03-01T00:00:00+00:00",
              "ExpirationDateTime": "2026-06-01T00:00:00Z",
              "TransactionFromDateTime": "2025-12-01T01:00:00+01:00",
              "Permissions": ["ReadAccountsDetail"]
            }}
            """#
        )
        #expect(draft.expires == Timestamp(rfc3339: "2026-06-01T00:00:00Z"))
        #expect(draft.period.from == Timestamp(rfc3339: "2025-12-01T00:00:00Z"))
        #expect(draft.period.to == Timestamp(rfc3339: "2026-03-01T00:00:00Z"))
    }

    @Test(
        arguments: [
            ("", .bodyMalformed),
            ("{", .bodyMalformed),
            ("[]", .bodyMalformed),
            ("null", .bodyMalformed),
            (#""OBReadConsent1""#, .bodyMalformed),
            (#"{"Data":{"Permissions":["ReadBalances"]},"Data":{},"Risk":{}}"#, .bodyMalformed),
            (#"{"Data":{"Permissions":["ReadBalances"]},"Risk":{}} x"#, .bodyMalformed),
            ("{}", .fieldMissing(path: "Data")),
            (#"{"Risk":{}}"#, .fieldMissing(path: "Data")),
            (#"{"Data":null,"Risk":{}}"#, .fieldInvalid(path: "Data")),
            (#"{"Data":[],"Risk":{}}"#, .fieldInvalid(path: "Data")),
            (#"{"Data":{},"Risk":{}}"#, .fieldMissing(path: "Data.Permissions")),
            (#"{"Data":{"Permissions":["ReadBalances"]}}"#, .fieldMissing(path: "Risk")),
            (#"{"Data":{"Permissions":["ReadBalances"]},"Risk":null}"#, .fieldInvalid(path: "Risk")),
            (#"{"Data":{"Permissions":["ReadBalances"]},"Risk":[]}"#, .fieldInvalid(path: "Risk")),
            (
                #"{"Data":{"Permissions":["ReadBalances"]},"Risk":{"Level":1}}"#,
                .fieldUnexpected(path: "Risk.Level")
            ),
            (
                #"{"Data":{"Permissions":["ReadBalances"]},"Risk":{},"Links":{}}"#,
                .fieldUnexpected(path: "Links")
            ),
            (
                #"{"Data":{"Permissions":["ReadBalances"],"Status":"Authorised"},"Risk":{}}"#,
                .fieldUnexpected(path: "Data.Status")
            ),
            (
                #"{"Data":{"Permissions":["ReadBalances"],"permissions":[]},"Risk":{}}"#,
                .fieldUnexpected(path: "Data.permissions")
            ),
            (
                #"{"Data":{"Permissions":["ReadBalances"],"ExpirationDateTime":null},"Risk":{}}"#,
                .dateInvalid(path: "Data.ExpirationDateTime")
            ),
            (
                #"{"Data":{"Permissions":["ReadBalances"],"ExpirationDateTime":1780272000},"Risk":{}}"#,
                .dateInvalid(path: "Data.ExpirationDateTime")
            ),
            (
                #"{"Data":{"Permissions":["ReadBalances"],"TransactionFromDateTime":"2026-13-01T00:00:00Z"},"Risk":{}}"#,
                .dateInvalid(path: "Data.TransactionFromDateTime")
            ),
            (
                #"{"Data":{"Permissions":["ReadBalances"],"TransactionToDateTime":"yesterday"},"Risk":{}}"#,
                .dateInvalid(path: "Data.TransactionToDateTime")
            ),
        ] as [(String, SurfaceRefusal)]
    )
    func `a body with one thing wrong is refused, and the field is named`(body: String, refusal: SurfaceRefusal) {
        #expect(throws: refusal) { try surface.draft(body) }
    }

    @Test(
        arguments: [
            String(repeating: "a", count: 10_000), "<script>", "Da ta", "Data\\u0000", "\\u00C9tat", "", "..",
        ]
    )
    func `the name of an unknown member is told back only if it could be one of ours`(name: String) {
        let body = #"{"Data":{"Permissions":["ReadBalances"],"\#(name)":1},"Risk":{}}"#
        #expect(throws: SurfaceRefusal.fieldUnexpected(path: "Data")) { try surface.draft(body) }
    }

    @Test(
        arguments: [
            #"null"#, #""ReadBalances""#, #"{"ReadBalances":true}"#, #"[null]"#, #"["ReadBalances",1]"#,
            #"[["ReadBalances"]]"#, #"["readbalances"]"#, #"["READBALANCES"]"#, #"[" ReadBalances"]"#,
            #"["ReadBalances\u0000"]"#, #"["ReadBalances,ReadPAN"]"#, #"["Read\u0412alances"]"#,
            #"["ReadBala\u0301nces"]"#, #"["ReadBalances\u200D"]"#, #"[""]"#, #"["ReadEverything"]"#,
        ]
    )
    func `SD-07 a list that holds anything but the 21 codes is refused`(list: String) {
        #expect(throws: SurfaceRefusal.fieldInvalid(path: "Data.Permissions")) {
            try surface.draft(#"{"Data":{"Permissions":\#(list)},"Risk":{}}"#)
        }
    }

    @Test
    func `SD-07 a code that is sent twice is accepted once more, and kept as it was sent`() throws {
        let draft = try surface.draft(
            #"{"Data":{"Permissions":["ReadBalances","ReadAccountsBasic","ReadBalances"]},"Risk":{}}"#
        )
        #expect(draft.permissions == [.readBalances, .readAccountsBasic, .readBalances])
    }

    @Test(arguments: [(Limits.permissionCodes, true), (Limits.permissionCodes + 1, false), (4_000, false)])
    func `SD-07 a list that is longer than anybody needs is refused`(count: Int, isAccepted: Bool) {
        let codes = [String](repeating: #""ReadPAN""#, count: count).joined(separator: ",")
        let body = #"{"Data":{"Permissions":[\#(codes)]},"Risk":{}}"#
        let draft = try? surface.draft(body)
        #expect((draft != nil) == isAccepted)
    }

    @Test
    func `SD-07 ten thousand codes are more than a body may hold`() {
        let codes = [String](repeating: #""ReadPAN""#, count: 10_000).joined(separator: ",")
        #expect(throws: SurfaceRefusal.bodyMalformed) {
            try surface.draft(#"{"Data":{"Permissions":[\#(codes)]},"Risk":{}}"#)
        }
    }

    @Test
    func `all 21 codes can be asked for`() throws {
        let codes = Permission.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
        let draft = try surface.draft(#"{"Data":{"Permissions":[\#(codes)]},"Risk":{}}"#)
        #expect(draft.permissions == Permission.allCases)
        #expect(Permission.allCases.count == 21)
    }

    /// Account and Transaction API Profile 3.1.2, "Permissions".
    @Test(
        arguments: [
            ("", .permissionsEmpty),
            ("ReadBalances", .accountsPermissionMissing),
            ("ReadAccountsBasic ReadTransactionsBasic", .transactionDirectionMissing),
            ("ReadAccountsBasic ReadTransactionsDetail", .transactionDirectionMissing),
            ("ReadAccountsBasic ReadTransactionsCredits", .transactionDepthMissing),
            ("ReadAccountsBasic ReadTransactionsDebits", .transactionDepthMissing),
            ("ReadAccountsBasic ReadAccountsDetail", nil),
            ("ReadAccountsBasic ReadTransactionsBasic ReadTransactionsDetail ReadTransactionsDebits", nil),
        ] as [(String, ConsentRefusal?)]
    )
    func `the rules on permissions are answered with 400 and the path`(codes: String, refusal: ConsentRefusal?) throws {
        let list = codes.split(separator: " ").map { "\"\($0)\"" }.joined(separator: ",")
        let body = #"{"Data":{"Permissions":[\#(list)]},"Risk":{}}"#
        guard let refusal else {
            #expect(try surface.registered(body).status == .awaiting)
            return
        }
        #expect(throws: refusal) { try surface.registered(body) }
        let response = surface.answer(.consent(refusal), reference: .reference)
        #expect(response.status == .badRequest)
        let error = response.document?["Errors"]?.array?.first
        #expect(error?["ErrorCode"] == "UK.OBIE.Field.Invalid")
        #expect(error?["Path"] == "Data.Permissions")
    }

    @Test(
        arguments: [
            (#""ExpirationDateTime":"2026-03-02T12:00:00Z""#, .expiryInThePast),
            (#""ExpirationDateTime":"2026-03-02T17:30:00+05:30""#, .expiryInThePast),
            (#""ExpirationDateTime":"2026-03-02T12:00:01Z""#, nil),
            (
                #""TransactionFromDateTime":"2026-01-02T00:00:00Z","TransactionToDateTime":"2026-01-01T23:59:59Z""#,
                .periodReversed
            ),
            (
                #""TransactionFromDateTime":"2026-01-02T00:00:00Z","TransactionToDateTime":"2026-01-02T01:00:00+01:00""#,
                nil
            ),
        ] as [(String, ConsentRefusal?)]
    )
    func `SD-06 an expiry in the past and a period that ends before it begins are refused`(
        dates: String,
        refusal: ConsentRefusal?
    ) throws {
        let body = #"{"Data":{"Permissions":["ReadAccountsBasic"],\#(dates)},"Risk":{}}"#
        guard let refusal else {
            #expect(try surface.registered(body).status == .awaiting)
            return
        }
        #expect(throws: refusal) { try surface.registered(body) }
    }
}
