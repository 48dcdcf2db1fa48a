import Crypto
import HTTP
import JOSE
import Net
import RelyingParty
import Testing
import Text

struct ProtocolTests {
    static func party() throws -> (server: ServerDescription, client: ClientIdentity, key: ClientKey) {
        let key = try ClientKey.make()
        let server = ServerDescription(
            issuer: "https://bank.example",
            document: ["issuer": "https://bank.example", "token_endpoint": "https://bank.example/token"],
            keys: ["keys": [key.jwk]]
        )
        let client = ClientIdentity(id: "tpp", method: .basic, secret: "secret", redirectURI: "https://tpp.example/cb")
        return (server, client, key)
    }

    /// RFC 7636, appendix B.
    @Test func `a challenge is the digest of its verifier`() {
        let proof = PKCE(verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        #expect(proof.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        #expect(proof.isWellFormed)
        #expect(!PKCE(verifier: "short").isWellFormed)
    }

    @Test func `a description is looked for where both standards put it`() {
        #expect(
            ServerDescription.urls(of: "https://bank.example/a/") == [
                "https://bank.example/a/.well-known/openid-configuration",
                "https://bank.example/.well-known/oauth-authorization-server/a",
            ]
        )
        #expect(ServerDescription.urls(of: "bank") == [])
    }

    @Test func `a credential stands where its method puts it`() {
        let form = FormFields([.init("grant_type", "x")])
        let basic = ClientCredential.basic("a b", secret: "c:d").call(.redemption, "https://h/t", form)
        #expect(basic.fields.first(.authorization) == "Basic YSUyMGI6YyUzQWQ=")
        #expect(basic.form?["client_id"] == nil)
        let post = ClientCredential.post("a", secret: "s").call(.redemption, "https://h/t", form)
        #expect(post.form?["client_secret"] == "s" && post.form?["client_id"] == "a")
        #expect(ClientCredential.name("a").call(.redemption, "https://h/t", form).form?["client_id"] == "a")
        #expect(
            ClientCredential.assertion("a", "j").call(.redemption, "https://h/t", form).form?["client_assertion"] == "j"
        )
    }

    @Test func `a client's file is read, with its private key`() throws {
        let key = try ClientKey.make()
        let client = try ClientIdentity([
            "client_id": "a", "token_endpoint_auth_method": "private_key_jwt", "redirect_uris": ["https://a/cb"],
            "scope": "openid accounts", "jwks": ["keys": [try key.privateJWK()]],
        ])
        #expect(client.key?.keyID == key.keyID)
        #expect(client.mayAsk(for: "accounts") == true && client.mayAsk(for: "email") == false)
        for wrong in [
            ["client_id": "a"], ["redirect_uris": ["https://a/cb"]],
            ["client_id": "a", "redirect_uris": ["https://a/cb"], "token_endpoint_auth_method": "private_key_jwt"],
            ["client_id": "a", "redirect_uris": ["https://a/cb"], "token_endpoint_auth_method": "carrier_pigeon"],
            ["client_id": "a", "redirect_uris": ["https://a/cb"], "token_endpoint_auth_method": "client_secret_post"],
        ] as [JSON] {
            #expect(throws: PartyFailure.self) { try ClientIdentity(wrong) }
        }
    }

    static let now = Timestamp(1_800_000_000)
    static let claims: [JSON.Member] = [
        .init("iss", "https://bank.example"), .init("aud", "tpp"), .init("sub", "anna"), .init("nonce", "n"),
        .init("iat", .integer(now.seconds)), .init("exp", .integer(now.seconds + 300)),
    ]

    private func problems(_ changes: [JSON.Member], header: JSON? = nil) throws -> [TokenRule] {
        let (server, client, key) = try Self.party()
        let kept = Self.claims.filter { claim in !changes.contains { $0.name == claim.name } }
        let token = try key.sign(
            .object(kept + changes.filter { $0.value != .null }),
            header: header ?? ["alg": "ES256", "kid": .text(key.keyID)]
        )
        var checks = IDTokenChecks(server: server, client: client, nonce: "n")
        checks.accessToken = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
        return checks.findings(in: token, at: Self.now).filter { $0.problem != nil }.map(\.rule)
    }

    @Test func `an ID token that says what it must has no problem`() throws {
        #expect(try problems([]) == [])
        // The access token and hash of OpenID Connect Core, appendix A.3.
        #expect(try problems([.init("at_hash", "77QmUPtjPfzWtF2AnpK9RQ")]) == [])
    }

    @Test(
        arguments: [
            (.init("iss", "https://other.example"), .issuer), (.init("aud", "other"), .audience),
            (.init("aud", ["tpp", "other"]), .authorizedParty), (.init("sub", .null), .subject),
            (.init("nonce", "m"), .nonce), (.init("nonce", .null), .nonce), (.init("exp", 1_799_999_000), .expires),
            (.init("iat", 1_800_001_000), .issued), (.init("at_hash", "AAAA"), .accessTokenHash),
        ] as [(JSON.Member, TokenRule)]
    )
    func `each claim of an ID token that is wrong is found`(claim: JSON.Member, rule: TokenRule) throws {
        #expect(try problems([claim]) == [rule])
    }

    @Test func `a signature by nobody, or with a name that is not there, is found`() throws {
        #expect(try problems([], header: ["alg": "none"]) == [.signature])
        #expect(try problems([], header: ["alg": "ES256", "kid": "other"]) == [.signature, .keyID])
    }

    @Test func `an access token is held to RFC 9068`() throws {
        let (server, client, key) = try Self.party()
        let good: JSON = [
            "iss": "https://bank.example", "aud": "https://bank.example", "sub": "anna", "client_id": "tpp", "jti": "1",
            "iat": .integer(Self.now.seconds), "exp": .integer(Self.now.seconds + 300),
        ]
        let checks = AccessTokenChecks(server: server, client: client)
        #expect(
            checks.findings(in: try key.sign(good, type: "at+jwt"), at: Self.now).filter { $0.problem != nil }.isEmpty
        )
        let bad = try key.sign(["iss": "x"], header: ["alg": "ES256", "typ": "JWT"])
        #expect(
            checks.findings(in: bad, at: Self.now).filter { $0.problem != nil }.map(\.rule) == [
                .type, .keyID, .issuer, .audience, .expires, .issued, .subject, .clientID, .identifier,
            ]
        )
        #expect(checks.findings(in: "opaque", at: Self.now).isEmpty)
    }

    @Test func `a proof carries its key and what it is for`() throws {
        let key = try DPoPKey()
        let proof = try key.proof(.post, "https://h/token?x=1", token: "t", nonce: "n", at: Self.now)
        let read = try ProofToken(proof, ofType: "dpop+jwt", allowing: [.es256])
        #expect(read.key.thumbprint == key.thumbprint)
        #expect(read.claims["htu"] == "https://h/token" && read.claims["htm"] == "POST" && read.claims["nonce"] == "n")
        #expect(read.claims["ath"]?.text?.string == Base64URL.encode(Digest.sha256(WireText("t"))))
    }

    @Test func `an answer is read from wherever it is carried`() throws {
        let (server, client, key) = try Self.party()
        #expect(AuthorizationResponse(url: "https://tpp.example/cb?code=1&state=2")?.code == "1")
        let fragment = try #require(AuthorizationResponse(url: "https://tpp.example/cb?a=b#error=access_denied"))
        #expect(fragment.carrier == .fragment && fragment.error == "access_denied")
        let token = try key.sign(
            [
                "iss": "https://bank.example", "aud": "tpp", "code": "1", "state": "2",
                "exp": .integer(Self.now.seconds + 60),
            ],
            type: "JWT"
        )
        let sealed = AuthorizationResponse(parameters: FormFields([.init("response", token)]), carrier: .query)
        #expect(try sealed.opened(from: server, for: client, at: Self.now).code == "1")
        #expect(throws: PartyFailure.self) { try sealed.opened(from: server, for: client, at: Self.now + 3_600) }
    }
}
