import AssentServer
import Crypto
import HTTP
import JOSE
import Net
import OAuth
import Synchronization
import TestSupport
import Testing
import Text

/// The modules of OpenID's dynamic plan that register a client: conformance.md 2.
struct RegistrationModules {
    private static let policy = RegistrationPolicy(
        profile: .oauth21,
        scope: ["openid", "profile", "email", "offline_access", "accounts"]
    )
    private static let token: WireText = "invited"
    static let callback: WireText = "https://suite.example/callback"

    private let plan: Plan
    private let pages = Pages()

    /// What the suite serves beside its callback.
    private final class Pages: Sendable {
        private let state = Mutex<[WireText: JSON]>([:])

        func put(_ json: JSON, at path: WireText) { state.withLock { $0[path] = json } }

        var outbound: Outbound {
            Outbound(to: [OutboundHost("suite.example")]) { request, _ throws(NetFailure) in
                let json = self.state.withLock { $0[request.path] }
                return json.map { .json(.ok, $0) } ?? .empty(.notFound)
            }
        }
    }

    init() throws {
        let rules = RegistrationRules([
            Invitation(token: Fingerprint(of: Self.token), expires: .latest, policy: Self.policy)
        ])
        plan = try Plan(.sample, registration: rules, outbound: pages.outbound)
    }

    private func send(
        _ method: HTTP.Method,
        _ path: WireText,
        _ json: JSON?,
        with token: WireText
    ) async -> Response {
        var fields = Fields()
        fields.append(.contentType, "application/json")
        fields.append(.authorization, FieldValue(WireText("Bearer \(token)")) ?? "")
        return await plan.application.respond(
            to: Request(
                method: method,
                path: path,
                authority: "bank.example",
                fields: fields,
                body: json.map { JSONWriter.write($0) } ?? [],
                peer: Peer(address: "192.0.2.1", port: 1_024, isEncrypted: true)
            )
        )
    }

    private func register(_ changes: [(WireText, JSON)] = []) async -> Response {
        let standard: JSON = ["redirect_uris": [.text(Self.callback)], "response_types": ["code"]]
        return await send(.post, "/register", changes.reduce(standard) { $0.setting($1.0, $1.1) }, with: Self.token)
    }

    private func registered(_ changes: [(WireText, JSON)] = []) async throws -> JSON {
        let response = await register(changes)
        try #require(response.status == .created, "\(String(decoding: response.body, as: UTF8.self))")
        return try #require(response.json)
    }

    private func request(_ client: JSON, at uri: WireText? = callback) -> FormFields {
        FormFields.login.setting("client_id", client["client_id"]?.text).setting("redirect_uri", uri)
    }

    /// A login that ends with tokens.
    private func tokens(_ client: JSON, at uri: WireText = callback) async throws -> JSON {
        let returned = try #require(await Browser(plan).answer(request(client, at: uri)).returned)
        let form = FormFields.sampleRedemption.setting("code", returned["code"])
            .setting("redirect_uri", uri)
        return try #require(await redeem(form, client).json)
    }

    private func redeem(_ form: FormFields, _ client: JSON) async -> Response {
        let pair = "\(client["client_id"]?.text ?? ""):\(client["client_secret"]?.text ?? "")"
        return await plan.send(
            .post,
            "/token",
            form: form,
            authorization: WireText("Basic \(Base64.encode(Array(pair.utf8)))")
        )
    }

    private func idToken(_ tokens: JSON) throws -> JWT {
        let keys = try JWKSet(plan.house.keys.publicDocument)
        let text = try #require(tokens["id_token"]?.text)
        return try JWT(text, signedBy: keys, allowing: [.es256, .rs256, .ps256])
    }

    @Test func `oidcc-server`() async throws {
        let client = try await registered()
        let token = try idToken(try await tokens(client))
        #expect(token.claims["aud"]?.text == client["client_id"]?.text)
        #expect(token.claims["nonce"]?.text == FormFields.login["nonce"])
    }

    @Test func `oidcc-server-client-secret-post`() async throws {
        let client = try await registered([("token_endpoint_auth_method", "client_secret_post")])
        let returned = try #require(await Browser(plan).answer(request(client)).returned)
        let form = FormFields.sampleRedemption.setting("code", returned["code"])
            .setting("redirect_uri", Self.callback).setting("client_id", client["client_id"]?.text)
            .setting("client_secret", client["client_secret"]?.text)
        #expect(await plan.send(.post, "/token", form: form).status == .ok)
    }

    @Test func `oidcc-discovery-endpoint-verification`() async throws {
        let document = try #require(await plan.send(.get, "/.well-known/openid-configuration").json)
        #expect(document["registration_endpoint"]?.text == "https://bank.example/register")
        #expect(document["id_token_signing_alg_values_supported"]?.texts?.contains("RS256") == true)
    }

    @Test func `oidcc-idtoken-signature: RS256 where nothing is registered, and a kid`() async throws {
        let client = try await registered()
        #expect(client["id_token_signed_response_alg"] == "RS256")
        let token = try idToken(try await tokens(client))
        #expect(token.header.algorithm == .rs256)
        #expect(token.header.keyID != nil)
    }

    @Test func `oidcc-idtoken-rs256`() async throws {
        let client = try await registered([("id_token_signed_response_alg", "RS256")])
        #expect(try idToken(try await tokens(client)).header.algorithm == .rs256)
    }

    @Test func `oidcc-idtoken-unsigned: none is not offered and not registered`() async throws {
        let response = await register([("id_token_signed_response_alg", "none")])
        #expect(response.status == .badRequest)
        #expect(response.error == "invalid_client_metadata")
    }

    @Test func `oidcc-redirect-uri-regfrag`() async throws {
        let response = await register([("redirect_uris", ["https://suite.example/callback#fragment"])])
        #expect(response.status == .badRequest)
        #expect(response.error == "invalid_redirect_uri")
    }

    @Test func `oidcc-redirect-uri-query-OK`() async throws {
        let uri: WireText = "https://suite.example/callback?foo=bar"
        let client = try await registered([("redirect_uris", [.text(uri)])])
        let answer = await Browser(plan).answer(request(client, at: uri))
        let returned = try #require(answer.returned)
        #expect(returned["foo"] == "bar")
        #expect(returned["code"] != nil)
        #expect(returned["state"] == FormFields.login["state"])
    }

    @Test func `oidcc-redirect-uri-query-mismatch`() async throws {
        let client = try await registered([("redirect_uris", ["https://suite.example/callback?foo=bar"])])
        let answer = await Browser(plan).open(request(client, at: "https://suite.example/callback?bar=foo"))
        #expect(answer.isErrorPage)
    }

    @Test func `oidcc-redirect-uri-query-added`() async throws {
        let client = try await registered()
        let answer = await Browser(plan).open(request(client, at: "https://suite.example/callback?foo=bar"))
        #expect(answer.isErrorPage)
    }

    @Test func `oidcc-ensure-redirect-uri-in-authorization-request`() async throws {
        let client = try await registered([
            ("redirect_uris", [.text(Self.callback), "https://suite.example/callback?foo=bar"])
        ])
        #expect(await Browser(plan).open(request(client, at: nil)).isErrorPage)
    }

    @Test func `oidcc-ensure-registered-redirect-uri`() async throws {
        let client = try await registered()
        #expect(await Browser(plan).open(request(client, at: "https://suite.example/other")).isErrorPage)
    }

    // MARK: Sectors and links

    @Test func `oidcc-registration-sector-uri`() async throws {
        pages.put([.text(Self.callback), "https://elsewhere.example/callback"], at: "/sector")
        let client = try await registered([
            ("subject_type", "pairwise"), ("sector_identifier_uri", "https://suite.example/sector"),
        ])
        #expect(client["subject_type"] == "pairwise")
        let token = try idToken(try await tokens(client))
        #expect(token.claims["sub"]?.text != "psu-anna")
    }

    @Test func `oidcc-registration-sector-bad`() async throws {
        pages.put(["https://elsewhere.example/callback"], at: "/sector")
        for path in ["/sector", "/missing"] {
            let response = await register([
                ("subject_type", "pairwise"),
                ("sector_identifier_uri", .text(WireText("https://suite.example\(path)"))),
            ])
            #expect(response.status == .badRequest)
            #expect(response.error == "invalid_client_metadata")
        }
    }

    /// The page on which a person logs in for a client.
    private func loginPage(_ client: JSON) async throws -> String {
        let browser = Browser(plan)
        let path = try #require(await browser.open(request(client)).fields.first(.location))
        return String(decoding: await browser.show(path).body, as: UTF8.self)
    }

    @Test(arguments: ["policy_uri", "tos_uri"] as [WireText])
    func `oidcc-registration-policy-uri, oidcc-registration-tos-uri`(member: WireText) async throws {
        let client = try await registered([(member, .text(WireText("https://suite.example/\(member)")))])
        #expect(client[member]?.text == WireText("https://suite.example/\(member)"))
        #expect(try await loginPage(client).contains("https://suite.example/\(member)"))
    }

    @Test func `oidcc-3rd_party-init-login`() async throws {
        let client = try await registered([("initiate_login_uri", "https://suite.example/login")])
        #expect(client["initiate_login_uri"] == "https://suite.example/login")
        let read = await send(
            .get,
            WireText("/register/\(client["client_id"]?.text ?? "")"),
            nil,
            with: try #require(client["registration_access_token"]?.text)
        )
        #expect(read.status == .ok)
        #expect(read.json?["initiate_login_uri"] == "https://suite.example/login")
    }

    @Test func `oidcc-3rd_party-init-login-nohttps`() async throws {
        let response = await register([("initiate_login_uri", "http://suite.example/login")])
        #expect(response.status == .badRequest)
        #expect(response.error == "invalid_client_metadata")
    }

    // MARK: Keys

    private func assertion(_ client: JSON, by key: SigningKey, for audience: WireText = Issuer.sample.text) throws
        -> FormFields
    {
        let id = try #require(client["client_id"]?.text)
        let claims: JSON = [
            "iss": .text(id), "sub": .text(id), "aud": .text(audience), "exp": .integer(plan.now.seconds + 60),
            "jti": .text(WireText("\(key.keyID) at \(plan.now.seconds)")),
        ]
        return FormFields([
            .init("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            .init("client_assertion", try key.sign(JSONWriter.write(claims), type: "JWT")),
        ])
    }

    private func redeem(_ form: FormFields, _ client: JSON, by key: SigningKey) async throws -> Response {
        let proof = try assertion(client, by: key)
        return await plan.send(
            .post,
            "/token",
            form: FormFields(form.fields.filter { !$0.name.hasPrefix("client_assertion") } + proof.fields)
        )
    }

    private func publish(_ key: SigningKey) { pages.put(["keys": [key.jwk.json]], at: "/jwks") }

    private func registeredWithKeys(_ more: [(WireText, JSON)] = []) async throws -> JSON {
        publish(Self.key)
        return try await registered(
            [
                ("token_endpoint_auth_method", "private_key_jwt"), ("jwks_uri", "https://suite.example/jwks"),
            ] + more
        )
    }

    private static let key = SampleAssertion.makeKey(.p256, .es256, named: "rp-1")
    private static let next = SampleAssertion.makeKey(.p256, .es256, named: "rp-2")

    @Test func `oidcc-registration-jwks-uri`() async throws {
        let client = try await registeredWithKeys()
        let returned = try #require(await Browser(plan).answer(request(client)).returned)
        let form = FormFields.sampleRedemption.setting("code", returned["code"])
            .setting("redirect_uri", Self.callback)
        #expect(try await redeem(form, client, by: Self.key).status == .ok)
    }

    @Test func `oidcc-ensure-client-assertion-with-iss-aud-succeeds`() async throws {
        let client = try await registeredWithKeys()
        let form = FormFields.sampleRedemption.setting("code", "none")
        #expect(try await redeem(form, client, by: Self.key).error == "invalid_grant")
    }

    @Test func `oidcc-refresh-token-rp-key-rotation`() async throws {
        let client = try await registeredWithKeys([("grant_types", ["authorization_code", "refresh_token"])])
        let login = request(client).setting("scope", "openid offline_access").setting("prompt", "consent")
        let returned = try #require(await Browser(plan).answer(login).returned)
        let form = FormFields.sampleRedemption.setting("code", returned["code"])
            .setting("redirect_uri", Self.callback)
        let tokens = try #require(try await redeem(form, client, by: Self.key).json)
        publish(Self.next)
        plan.pass(seconds: 60)
        let refresh = FormFields([
            .init("grant_type", "refresh_token"), .init("refresh_token", try #require(tokens["refresh_token"]?.text)),
        ])
        #expect(try await redeem(refresh, client, by: Self.next).status == .ok)
    }
}
