import Consents
import Surfaces
import TestSupport
import Testing
import Text

/// The bodies of consent calls and flows: seed-contracts 3.4 and 3.6.
struct ConsentCallTests {
    private static let psu = #""psu":{"user_agent":"Mozilla/5.0","ip_address":"2001:db8::7"}"#

    private func call(_ kind: AccessKind, _ body: String) throws -> ConsentCall {
        try ConsentCall(kind, Array(body.utf8))
    }

    @Test func `each call has its own wish, and the person is there where that is said`() throws {
        #expect(try call(.accounts, #"{"consent_token":"t"}"#).wish == .accounts)
        #expect(try !call(.accounts, #"{"consent_token":"t"}"#).isAttended)
        #expect(try call(.accounts, #"{"consent_token":"t",\#(Self.psu)}"#).isAttended)
        let body = #"{"consent_token":"t","account_id":"a"}"#
        #expect(try call(.accountDetails, body).wish == .details(of: "a"))
        #expect(try call(.balances, body).wish == .balances(of: "a"))
        #expect(
            try call(.transactions, body).wish
                == .transactions(of: "a", TransactionPeriod(from: nil, to: nil), pageSize: 200)
        )
        let listing = try ConsentCall(listing: Array(#"{"consent_token":"t","offset":"o",\#(Self.psu)}"#.utf8))
        #expect(listing.wish == .next(offset: "o"))
        #expect(listing.isAttended)
        #expect(listing.token == "t")
    }

    @Test(arguments: [("1", 1), ("50", 50), ("200", 200), ("201", 200), ("9000000000000000000", 200)])
    func `a preferred size is what it is called`(preferred: String, size: Int) throws {
        let body = #"{"consent_token":"t","account_id":"a","preferred_pagination_size":\#(preferred)}"#
        #expect(
            try call(.transactions, body).wish
                == .transactions(of: "a", TransactionPeriod(from: nil, to: nil), pageSize: size)
        )
    }

    @Test(
        arguments: [
            (.accounts, #"{}"#, .fieldMissing(path: "consent_token")),
            (.accounts, #"{"consent_token":""}"#, .fieldInvalid(path: "consent_token")),
            (.accounts, #"{"consent_token":1}"#, .fieldInvalid(path: "consent_token")),
            (.accounts, #"{"consent_token":"t","psu":{}}"#, .fieldMissing(path: "psu.user_agent")),
            (.accounts, #"{"consent_token":"t""#, .bodyMalformed),
            (.accounts, #"{"consent_token":"t","consent_token":"u"}"#, .bodyMalformed),
            (.accountDetails, #"{"consent_token":"t"}"#, .fieldMissing(path: "account_id")),
            (.balances, #"{"consent_token":"t"}"#, .fieldMissing(path: "account_id")),
            (.transactions, #"{"consent_token":"t","account_id":5}"#, .fieldInvalid(path: "account_id")),
            (
                .transactions, #"{"consent_token":"t","account_id":"a","from_date":"2026-02-30"}"#,
                .dateInvalid(path: "from_date")
            ),
            (
                .transactions,
                #"{"consent_token":"t","account_id":"a","from_date":"2026-02-02","to_date":"2026-02-01"}"#,
                .dateInvalid(path: "to_date")
            ),
            (
                .transactions, #"{"consent_token":"t","account_id":"a","preferred_pagination_size":0}"#,
                .fieldInvalid(path: "preferred_pagination_size")
            ),
        ] as [(AccessKind, String, SurfaceRefusal)]
    )
    func `SD-40 a body that says nothing clear is refused before any token is spent`(
        kind: AccessKind,
        body: String,
        expected: SurfaceRefusal
    ) {
        #expect(throws: expected) { try call(kind, body) }
    }

    @Test func `a page without an offset is none`() {
        #expect(throws: SurfaceRefusal.fieldMissing(path: "offset")) {
            try ConsentCall(listing: Array(#"{"consent_token":"t"}"#.utf8))
        }
    }

    @Test func `SD-46 an offset says all that the next page depends on`() {
        let offset = ListingOffset(
            consent: "c",
            generation: 7,
            account: "a",
            days: TransactionPeriod(from: .noon, to: nil),
            pageSize: 50,
            last: "t9"
        )
        #expect(ListingOffset(offset.json) == offset)
        for name in ["consent_id", "generation", "account_id", "size", "last"] as [WireText] {
            let rest = offset.json.members?.filter { $0.name != name } ?? []
            #expect(ListingOffset(.object(rest)) == nil)
        }
    }

    @Test func `a flow may name an account and days, and money moves are none`() throws {
        let body = Array(#"{"account_id":"a","from_date":"2026-01-01"}"#.utf8)
        let flow = try FlowRequest("transactions", body)
        #expect(flow.kind == .transactions)
        #expect(flow.account == "a")
        #expect(flow.days.from == Timestamp(rfc3339: "2026-01-01T00:00:00Z"))
        #expect(try FlowRequest(.sample(kind: .transactions, receipt: body)) == flow)
        #expect(try FlowRequest("account-details", []).kind == .accountDetails)
        #expect(throws: SurfaceRefusal.fieldUnexpected(path: "flow")) { try FlowRequest("transfer", []) }
        #expect(throws: SurfaceRefusal.fieldUnexpected(path: "flow")) { try FlowRequest("insights-refresh", []) }
        #expect(throws: SurfaceRefusal.pathUnknown) { try FlowRequest("account_details", []) }
        #expect(throws: SurfaceRefusal.fieldInvalid(path: "account_id")) {
            try FlowRequest("balances", Array(#"{"account_id":[]}"#.utf8))
        }
    }
}
