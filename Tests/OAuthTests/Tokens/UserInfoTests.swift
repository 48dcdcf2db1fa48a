import OAuth
import TestSupport
import Testing
import Text

struct UserInfoTests {
    private static let known: [PersonClaim: JSON] = [
        .name: "Anna Lindqvist", .email: "anna@customers.example", .emailVerified: true, .updatedAt: 1_767_225_600,
    ]

    private func names(
        _ scope: Scope,
        _ claims: GrantedClaims = .none,
        client: Scope = ["openid", "profile", "email", "address", "phone"]
    ) -> [WireText] {
        let family = TokenFamily.sample(intent: nil, claims: claims)
        let info = UserInfo("psu-anna", family, scope: scope, client: .sample(scope: client)) { Self.known[$0] }
        return info.members.map(\.name)
    }

    @Test
    func `a scope brings its claims, as far as the bank knows them, and no others`() {
        #expect(names(["openid"]) == ["sub"])
        #expect(names(["openid", "profile"]) == ["sub", "name", "updated_at"])
        #expect(names(["openid", "email"]) == ["sub", "email", "email_verified"])
        #expect(names(["openid", "address", "phone"]) == ["sub"])
    }

    @Test
    func `a claim that was asked for alone comes alone, and for the user info endpoint only where it was asked there`()
    {
        #expect(names(["openid"], GrantedClaims(userInfo: [.init(.name)])) == ["sub", "name"])
        #expect(names(["openid"], GrantedClaims(idToken: [.init(.name)])) == ["sub"])
    }

    @Test
    func `another value than the one that was asked for is left out, unless the scope brings it`() {
        let claims = GrantedClaims(userInfo: [.init(.email, values: ["bert@customers.example"])])
        #expect(names(["openid"], claims) == ["sub"])
        #expect(names(["openid", "email"], claims) == ["sub", "email", "email_verified"])
    }

    @Test
    func `what a client is no longer registered for is not said`() {
        let claims = GrantedClaims(userInfo: [.init(.name), .init(.email)])
        #expect(names(["openid", "profile"], claims, client: ["openid", "email"]) == ["sub", "email"])
    }

    @Test
    func `values keep their types`() throws {
        let info = UserInfo(
            "psu-anna",
            .sample,
            scope: ["openid", "profile", "email"],
            client: .sample(
                scope: ["openid", "profile", "email"]
            )
        ) { Self.known[$0] }
        let expected: JSON = [
            "sub": "psu-anna", "name": "Anna Lindqvist", "email": "anna@customers.example", "email_verified": true,
            "updated_at": 1_767_225_600, "openbanking_intent_id": "consent-1",
        ]
        #expect(try JSONReader.read(info.document) == expected)
    }
}
