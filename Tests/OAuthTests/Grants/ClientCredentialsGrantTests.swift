import OAuth
import TestSupport
import Testing
import Text

struct ClientCredentialsGrantTests {
    static let scope: Scope = [
        "openid", "offline_access", "profile", "email", "address", "phone", "accounts", "payments",
    ]

    func decide(_ scope: WireText?, client: Client = .sample(scope: scope)) throws(Refusal) -> Issuance {
        let form = FormFields([.init("grant_type", "client_credentials")]).setting("scope", scope)
        return try ClientCredentialsGrant().decide(try TokenRequest.sample(form, client: client), ())
    }

    @Test
    func `a client speaks for itself alone`() throws {
        let issuance = try decide("accounts")
        #expect(issuance.subject == .client("tpp-1"))
        #expect(issuance.scope == ["accounts"])
        #expect(issuance.accessTokenExpires == .noon + 630)
        #expect(issuance.refreshToken == nil)
        #expect(issuance.changes.isEmpty)
    }

    @Test
    func `without a scope it gets what it may have for itself`() throws {
        #expect(try decide(nil).scope == ["accounts", "payments"])
        #expect(try decide("").scope == ["accounts", "payments"])
    }

    @Test(
        arguments: [
            "openid", "offline_access", "profile", "email", "address", "phone", "accounts openid",
            "accounts offline_access",
        ] as [WireText]
    )
    func `TK-48 a scope that speaks of a person means nothing without one`(scope: WireText) {
        let refusal = #expect(throws: Refusal.scopeUnsupported) { try decide(scope) }
        #expect(refusal?.code == "invalid_scope")
    }

    @Test(
        arguments: ["admin", "ACCOUNTS", "accounts admin", "accounts  payments", "accounts accounts", " ", "a\"b"]
            as [WireText]
    )
    func `TK-45 a scope that the client may not have is refused`(scope: WireText) {
        #expect(throws: Refusal.scopeUnsupported) { try decide(scope) }
    }

    @Test
    func `TK-48 there is never a refresh token, and never an ID token's scope`() throws {
        for scope in [nil, "accounts", "payments accounts"] as [WireText?] {
            let issuance = try decide(scope)
            #expect(issuance.refreshToken == nil)
            #expect(!issuance.scope.contains(Scope.openID))
            guard case .client = issuance.subject else {
                Issue.record("A client speaks for a person.")
                continue
            }
        }
    }

    @Test
    func `TK-48 a client that has proved nothing gets nothing`() {
        #expect(throws: Refusal.grantTypeNotAllowed) {
            try decide("accounts", client: .sample(authentication: .none, scope: Self.scope))
        }
    }
}
