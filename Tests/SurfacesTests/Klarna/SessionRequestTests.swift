import Consents
import Surfaces
import TestSupport
import Testing
import Text

/// `PUT /sessions`: seed-contracts 3.3 and 6.5.
struct SessionRequestTests {
    private static let psu = #""psu":{"user_agent":"Mozilla/5.0","ip_address":"192.0.2.7"}"#

    private func read(_ scope: String? = nil, psu: String = psu, _ more: String = "") throws -> SessionRequest {
        let members = [psu, scope.map { #""consent_scope":"# + $0 } ?? "", more].filter { !$0.isEmpty }
        return try SessionRequest(Array("{\(members.joined(separator: ","))}".utf8), at: .noon)
    }

    private func refusal(_ scope: String? = nil, psu: String = psu, _ more: String = "") -> SurfaceRefusal? {
        do {
            _ = try read(scope, psu: psu, more)
            return nil
        } catch { return error as? SurfaceRefusal }
    }

    @Test func `without a scope everything is asked for, for this session only`() throws {
        let request = try read()
        #expect(
            request.permissions == [
                .readAccountsBasic, .readAccountsDetail, .readBalances, .readTransactionsDetail,
                .readTransactionsCredits, .readTransactionsDebits,
            ]
        )
        #expect(request.lifetimeDays == 0)
        #expect(request.period == TransactionPeriod(from: nil, to: nil))
        #expect(request.returnURL == nil)
    }

    @Test(
        arguments: [
            (#"{"accounts":{}}"#, [.readAccountsBasic]),
            (#"{"account_details":{}}"#, [.readAccountsBasic, .readAccountsDetail]),
            (#"{"balances":{}}"#, [.readAccountsBasic, .readBalances]),
            (
                #"{"transactions":{}}"#,
                [.readAccountsBasic, .readTransactionsDetail, .readTransactionsCredits, .readTransactionsDebits]
            ),
        ] as [(String, [Permission])]
    )
    func `each flow asks for its permissions, and any for the list of accounts`(
        scope: String,
        permissions: [Permission]
    ) throws {
        #expect(try read(scope).permissions == permissions)
    }

    @Test func `a lifetime, days and accounts become the draft of a consent`() throws {
        let request = try read(
            #"""
            {"lifetime":90,"account_details":{"ibans":["DE43000000005686751168"]},
             "transactions":{"ibans":["DE43000000005686751168"],"from_date":"2026-01-01","to_date":"2026-02-28"}}
            """#,
            #""redirect_return_url":"https://c.example/cb","language":"en","keys":{"hsm":"--","aspsp_data":"=="}"#
        )
        let draft = request.draft(until: .noon + 3_600)
        #expect(draft.lifetimeDays == 90)
        #expect(draft.expires == .noon + 3_600)
        #expect(draft.namedAccounts == ["DE43000000005686751168"])
        #expect(draft.period.from == Timestamp(rfc3339: "2026-01-01T00:00:00Z"))
        #expect(draft.period.to == Timestamp(rfc3339: "2026-02-28T23:59:59Z"))
        #expect(request.returnURL == "https://c.example/cb")
    }

    @Test func `the last days begin with a whole day`() throws {
        let period = try read(#"{"transactions":{"last_days":30}}"#).period
        #expect(period.from == Timestamp(rfc3339: "2026-01-31T00:00:00Z"))
        #expect(period.to == nil)
    }

    @Test(arguments: ["-1", "1.5", "1000000000", "\"30\"", "true", "[]", "3651", "1e2", "99999999999999999999"])
    func `SD-43 a lifetime is a whole number of days, and no more than ten years`(lifetime: String) {
        let scope = #"{"accounts":{},"lifetime":\#(lifetime)}"#
        #expect(refusal(scope) == .fieldInvalid(path: "consent_scope.lifetime"))
    }

    @Test func `SD-43 nothing is a lifetime as well`() throws {
        #expect(try read(#"{"accounts":{},"lifetime":0}"#).lifetimeDays == 0)
        #expect(try read(#"{"accounts":{}}"#).lifetimeDays == 0)
        #expect(try read(#"{"accounts":{},"lifetime":3650}"#).lifetimeDays == 3_650)
    }

    @Test(arguments: ["0", "-1", "1.5", "1000000000", "\"30\"", "3651"])
    func `SD-43 the last days are a number of days`(days: String) {
        let scope = #"{"transactions":{"last_days":\#(days)}}"#
        #expect(refusal(scope) == .fieldInvalid(path: "consent_scope.transactions.last_days"))
    }

    @Test(
        arguments: [
            "\"2026-02-30\"", "\"10000-01-01\"", "\"2026-1-1\"", "\"2026-01-01T00:00:00Z\"", "\"01.02.2026\"", "\"\"",
            "\"２０２６-01-01\"", "20260101", "{}", "true", "[\"2026-01-01\"]",
        ]
    )
    func `SD-06 SD-43 a date is a day that there was`(date: String) {
        for name in ["from_date", "to_date"] {
            let scope = #"{"transactions":{"\#(name)":\#(date)}}"#
            #expect(refusal(scope) == .dateInvalid(path: WireText("consent_scope.transactions.\(name)")))
        }
    }

    @Test func `SD-06 days that are the wrong way round, or said twice, are refused`() {
        #expect(
            refusal(#"{"transactions":{"from_date":"2026-02-02","to_date":"2026-02-01"}}"#)
                == .dateInvalid(path: "consent_scope.transactions.to_date")
        )
        #expect(
            refusal(#"{"transactions":{"from_date":"2026-02-02","last_days":3}}"#)
                == .fieldInvalid(path: "consent_scope.transactions.last_days")
        )
    }

    @Test(arguments: ["transfer", "insights_refresh", "Accounts", "aсcounts", "everything"])
    func `SD-07 what is not offered is refused and not left out`(name: String) {
        let path = WireText(name.utf8.allSatisfy { $0 < 128 } ? "consent_scope.\(name)" : "consent_scope")
        #expect(refusal(#"{"accounts":{},"\#(name)":{}}"#) == .fieldUnexpected(path: path))
    }

    @Test func `a scope of nothing, or of another type, is refused`() {
        #expect(refusal(#"{}"#) == .fieldInvalid(path: "consent_scope"))
        #expect(refusal(#"{"lifetime":30}"#) == .fieldInvalid(path: "consent_scope"))
        #expect(refusal(#"{"accounts":null}"#) == .fieldInvalid(path: "consent_scope"))
        #expect(refusal(#"[]"#) == .fieldInvalid(path: "consent_scope"))
        #expect(refusal(#"{"accounts":[]}"#) == .fieldInvalid(path: "consent_scope.accounts"))
    }

    @Test(
        arguments: [
            "[]", "{}", "[1]", #"["de43000000005686751168"]"#, #"["DE43 0000 0000 5686 7511 68"]"#, #"["DE43"]"#,
            #"["DE43000000005686751168","DE43000000005686751168"]"#, #"["4343000000005686751168"]"#,
        ]
    )
    func `SD-07 accounts are named by distinct IBANs`(ibans: String) {
        let path: WireText = "consent_scope.balances.ibans"
        #expect(refusal(#"{"balances":{"ibans":\#(ibans)}}"#) == .fieldInvalid(path: path))
    }

    @Test func `SD-07 a consent has one list of accounts`() {
        let scope = #"""
            {"account_details":{"ibans":["DE43000000005686751168"]},"balances":{"ibans":["DE18000000006636981175"]}}
            """#
        #expect(refusal(scope) == .fieldInvalid(path: "consent_scope.balances.ibans"))
        let many = (0..<101).map { "\"DE\(10_000_000_000_000_000_000 + UInt64($0))\"" }.joined(separator: ",")
        #expect(refusal(#"{"accounts":{"ibans":[\#(many)]}}"#) == .fieldInvalid(path: "consent_scope.accounts.ibans"))
    }

    @Test(
        arguments: [
            ("", SurfaceRefusal.fieldMissing(path: "psu")), (#""psu":null"#, .fieldMissing(path: "psu")),
            (#""psu":"me""#, .fieldInvalid(path: "psu")),
            (#""psu":{"ip_address":"192.0.2.7"}"#, .fieldMissing(path: "psu.user_agent")),
            (#""psu":{"user_agent":"","ip_address":"192.0.2.7"}"#, .fieldInvalid(path: "psu.user_agent")),
            (#""psu":{"user_agent":"x"}"#, .fieldMissing(path: "psu.ip_address")),
            (#""psu":{"user_agent":"x","ip_address":"somewhere"}"#, .fieldInvalid(path: "psu.ip_address")),
        ]
    )
    func `SD-45 a person is said to be there by a device and an address`(psu: String, expected: SurfaceRefusal) {
        #expect(refusal(psu: psu) == expected)
    }

    @Test(
        arguments: [
            ("192.0.2.7", true), ("255.255.255.255", true), ("0.0.0.0", true), ("2001:db8::1", true), ("::", true),
            ("::1", true), ("fe80::", true), ("1:2:3:4:5:6:7:8", true), ("::ffff:192.0.2.7", true),
            ("1:2:3:4:5:6:192.0.2.7", true), ("1::8", true),
            ("256.0.0.1", false), ("1.2.3", false), ("1.2.3.4.5", false), ("01.2.3.4", false), ("1.2.3.", false),
            ("+1.2.3.4", false), (":", false), (":::", false), ("1:2:3:4:5:6:7", false), ("1:2:3:4:5:6:7:8:9", false),
            ("1::2::3", false), ("12345::", false), ("g::", false), ("::1%eth0", false), (":1:2:3:4:5:6:7", false),
            ("1:2:3:4:5:6:7:", false), ("1:2:3:4:5:6:7:8::", false), ("[::1]", false), ("192.0.2.7:80", false),
            (" 192.0.2.7", false), ("", false),
        ]
    )
    func `SD-45 an address is one of the internet`(address: String, isAddress: Bool) {
        let psu = #""psu":{"user_agent":"x","ip_address":"\#(address)"}"#
        #expect(refusal(psu: psu) == (isAddress ? nil : .fieldInvalid(path: "psu.ip_address")))
    }

    @Test(arguments: ["", "[]", "null", "{", #"{"psu":{},"psu":{}}"#, "{} {}", "\"psu\""])
    func `SD-40 a body that is no object of JSON is refused as such`(body: String) {
        let expected: SurfaceRefusal = body.isEmpty ? .fieldMissing(path: "psu") : .bodyMalformed
        #expect(throws: expected) { try SessionRequest(Array(body.utf8), at: .noon) }
    }
}
