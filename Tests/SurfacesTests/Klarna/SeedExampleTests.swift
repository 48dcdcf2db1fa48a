import Consents
import HTTP
import Surfaces
import TestSupport
import Testing
import Text

/// The example of the consents page, repaired: it has a comma after its last member and hosts of two names.
struct SeedExampleTests {
    private static let example: JSON = [
        "data": [
            "consent_id": "gp4cb0g6d9r3qf4d68fkrlb7ejo8mqqk",
            "consent_token":
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbiI6IjEyMzQ1Njc4OTAifQ.na71ipK8ASvggoM6C5vMjBKgJlZLxV-m6ElgHBrNtlU",
            "consents": [
                "accounts": "https://someurl.com/xs2a/v1/consents/gp4cb0g6d9r3qf4d68fkrlb7ejo8mqqk/accounts/get",
                "account_details":
                    "https://someurl.com/xs2a/v1/consents/gp4cb0g6d9r3qf4d68fkrlb7ejo8mqqk/account-details/get",
                "balances": "https://someurl.com/xs2a/v1/consents/gp4cb0g6d9r3qf4d68fkrlb7ejo8mqqk/balances/get",
                "transactions":
                    "https://someurl.com/xs2a/v1/consents/gp4cb0g6d9r3qf4d68fkrlb7ejo8mqqk/transactions/get",
            ],
        ]
    ]

    @Test func `a consent with everything is the example, member for member`() throws {
        let consent = Consent.sample(
            id: "gp4cb0g6d9r3qf4d68fkrlb7ejo8mqqk",
            permissions: [
                .readAccountsDetail, .readBalances, .readTransactionsDetail, .readTransactionsCredits,
                .readTransactionsDebits,
            ],
            status: .authorised,
            authorisation: .sample
        )
        let token = try #require(Self.example["data"]?["consent_token"]?.text)
        #expect(SessionDocument.consent(consent, token: token, "https://someurl.com") == Self.example)
    }

    @Test func `the example's request finds its act`() throws {
        let surface = KlarnaXS2A()
        let router = try Router(surface.routes.map { (Route($0.method, $0.path), $0) })
        let path: WireText = "/xs2a/v1/sessions/uguh0bcvhskm0v5rdrsfif54cftg034t/consent/get"
        guard case .found(let route, let parts) = router.find(.post, path), case .klarna(.fetchConsent) = route.act
        else {
            Issue.record("The path of the example is not served.")
            return
        }
        #expect(parts["session"] == "uguh0bcvhskm0v5rdrsfif54cftg034t")
        #expect(route.credential == .portal)
        let lines: [(FieldName, WireText)] = [
            (.contentType, "application/json;charset=utf-8"), (.authorization, "Token abc"),
        ]
        // It has a type and no body.
        #expect(throws: Never.self) { try surface.admit(.sample(.post, path, lines), for: route.act) }
    }

    @Test(
        arguments: [
            ("application/json;charset=utf-8", true), ("application/json", true), ("text/json", false),
            ("application/x-www-form-urlencoded", false), ("application/json, application/json", false),
        ]
    )
    func `SD-40 a body of another type is refused`(type: WireText, isAdmitted: Bool) {
        var request = Request.sample(.post, "/xs2a/v1/consents/c/accounts/get", [(.contentType, type)])
        request.body = Array("{}".utf8)
        let act = SurfaceAct.klarna(.use(.accounts))
        if isAdmitted {
            #expect(throws: Never.self) { try KlarnaXS2A().admit(request, for: act) }
        } else {
            #expect(throws: SurfaceRefusal.mediaTypeUnsupported) { try KlarnaXS2A().admit(request, for: act) }
        }
    }

    @Test func `the flows of a session are those that its consent covers`() {
        let consent = Consent.sample(permissions: [.readAccountsBasic, .readBalances])
        let document = SessionDocument.opened(.sample, for: consent, "https://bank.example")
        let url: WireText = "https://bank.example/xs2a/v1/sessions/session-1"
        #expect(document["data"]?["session_id"]?.text == "session-1")
        #expect(document["data"]?["session_id_short"]?.text == "HB7LM2GT")
        #expect(document["data"]?["self"]?.text == url)
        #expect(document["data"]?["consent"]?.text == WireText("\(url)/consent/get"))
        #expect(
            document["data"]?["flows"] == [
                "accounts": .text(WireText("\(url)/flows/accounts")),
                "balances": .text(WireText("\(url)/flows/balances")),
            ]
        )
    }
}
