import AssentServer
import Consents
import Crypto
import HTTP
import JOSE
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// Modules of `fapi-ciba-id1-test-plan` in poll mode, by their names.
struct BackchannelModules {
    private let plan: Plan

    /// A client of the FAPI profile, whose tokens are bound to its certificate and whose requests are signed.
    private static let client = Client.sample(
        authentication: .privateKeyJWT(SampleAssertion.keys(Plan.key)),
        grantTypes: [BackchannelGrant.type, "refresh_token"],
        scope: ["openid", "accounts", "profile", "offline_access"],
        profile: .fapi1AdvancedUK,
        backchannel: BackchannelRegistration(keys: SampleAssertion.keys(Plan.key)),
        senderConstraint: .certificate
    )

    /// What stands for a certificate where only its hash matters.
    private static let certificate = Array("the client's certificate".utf8)

    init() throws {
        plan = try Plan(Self.client, beside: [.ciba(second: Plan.second)])
    }

    // MARK: Requests

    private func claims(_ changes: [WireText: JSON?] = [:]) -> JSON {
        var claims: [WireText: JSON] = [
            "iss": "tpp-1", "aud": .text(Issuer.sample.text), "iat": .integer(plan.now.seconds),
            "nbf": .integer(plan.now.seconds), "exp": .integer(plan.now.seconds + 300),
            "jti": .text(WireText("\(UInt64.random(in: 0 ... .max))")), "scope": "openid offline_access",
            "login_hint": "anna", "binding_message": "1234",
        ]
        for (name, value) in changes { claims[name] = value }
        return .object(claims.map { JSON.Member($0.key, $0.value) })
    }

    private func object(
        _ changes: [WireText: JSON?] = [:],
        key: SigningKey = Plan.key,
        type: WireText = "oauth-authz-req+jwt"
    ) throws -> WireText {
        try key.sign(JSONWriter.write(claims(changes)), type: type)
    }

    private func ask(_ object: WireText, by client: Client? = nil) async throws -> Response {
        let form = try plan.proving(FormFields([.init("request", object)]), by: client)
        return await plan.send(.post, "/bc-authorize", form: form, certificate: Self.certificate)
    }

    private func ask(_ changes: [WireText: JSON?]) async throws -> Response { try await ask(try object(changes)) }

    private func id(_ changes: [WireText: JSON?] = [:]) async throws -> WireText {
        let answer = try await ask(changes)
        #expect(answer.status == .ok)
        return try #require(answer.json?["auth_req_id"]?.text)
    }

    private func poll(_ id: WireText, by client: Client? = nil, certificate: [UInt8]? = certificate) async throws
        -> Response
    {
        let form = try plan.proving(polling(id), by: client)
        return await plan.send(.post, "/token", form: form, certificate: certificate)
    }

    /// Every refusal at the endpoint that these modules know: 400, a code, and a sentence.
    private func expectRefusal(_ answer: Response, _ code: WireText = "invalid_request") {
        #expect(answer.status == .badRequest)
        #expect(answer.error == code)
        #expect(answer.json?["error_description"]?.text?.isEmpty == false)
        #expect(answer.fields.first(.cacheControl) == "no-store")
    }

    // MARK: Discovery and the whole flow

    @Test func `fapi-ciba-id1-discovery-end-point-verification: what works is announced, push and user codes are not`()
        async throws
    {
        let document = try #require(await plan.send(.get, "/.well-known/openid-configuration").json)
        #expect(document["backchannel_authentication_endpoint"]?.text == "https://bank.example/bc-authorize")
        #expect(document["backchannel_token_delivery_modes_supported"]?.texts == ["poll", "ping"])
        #expect(
            document["backchannel_authentication_request_signing_alg_values_supported"]?.texts
                == ["ES256", "PS256", "EdDSA"]
        )
        #expect(document["backchannel_user_code_parameter_supported"]?.boolean == false)
        #expect(document["grant_types_supported"]?.texts?.contains(BackchannelGrant.type.name) == true)
    }

    @Test func `fapi-ciba-id1: the person allows it, and the client gets bound tokens that name the request`()
        async throws
    {
        let answer = try await ask(["requested_expiry": 300])
        #expect(answer.json?["expires_in"] == 300)
        #expect(answer.json?["interval"] == 5)
        let id = try #require(answer.json?["auth_req_id"]?.text)
        #expect(id.byteCount == 43)
        #expect(try await poll(id).error == "authorization_pending")
        let end = await Browser(plan).answerSummons()
        #expect(end.status == .ok)
        #expect(end.html.contains("Go back to <bdi>ABC Trades</bdi>, where you began"))

        let tokens = try await poll(id)
        #expect(tokens.status == .ok)
        #expect(tokens.json?["refresh_token"] != nil)
        let idToken = try JWS(try #require(tokens.json?["id_token"]?.text)).unverifiedClaims()
        #expect(idToken["urn:openid:params:jwt:claim:auth_req_id"]?.text == id)
        #expect(idToken["sub"]?.text == "psu-anna")
        #expect(idToken["aud"]?.text == "tpp-1")
        let access = try JWS(try #require(tokens.json?["access_token"]?.text)).unverifiedClaims()
        #expect(access["cnf"]?["x5t#S256"] != nil)
        // CIBA §11: it works once.
        let again = try await poll(id)
        #expect(again.status == .badRequest)
        #expect(again.error == "invalid_grant")
    }

    @Test func `fapi-ciba-id1: the second client spells the type of its request in any case`() async throws {
        let other = try object(
            ["iss": "tpp-2", "requested_expiry": 300, "scope": "openid"],
            key: Plan.otherKey,
            type: "OautH-auThZ-REQ+jWt"
        )
        #expect(try await ask(other, by: Plan.second).json?["expires_in"] == 300)
    }

    @Test func `fapi-ciba-id1-user-rejects-authentication: a no is told at the token endpoint`() async throws {
        let id = try await id()
        let end = await Browser(plan).answerSummons(.deny)
        #expect(end.html.contains("Nothing was shared"))
        let answer = try await poll(id)
        #expect(answer.status == .badRequest)
        #expect(answer.error == "access_denied")
    }

    @Test func `fapi-ciba-id1-multiple-call-to-token-endpoint: twenty calls at once are told to wait`() async throws {
        let id = try await id()
        var codes: Set<WireText> = []
        for _ in 0..<20 { codes.insert(try #require(try await poll(id).error)) }
        #expect(codes == ["authorization_pending", "slow_down"])
    }

    @Test func `fapi-ciba-id1-auth-req-id-expired: after ten seconds that were asked for it has expired`() async throws
    {
        let id = try await id(["requested_expiry": 10])
        plan.pass(seconds: 9)
        #expect(try await poll(id).error == "authorization_pending")
        plan.pass(seconds: 1)
        let answer = try await poll(id)
        #expect(answer.status == .badRequest)
        #expect(answer.error == "expired_token")
        let page = await Browser(plan).logIn()
        #expect(!page.html.contains("/answer\""))
    }

    @Test func `fapi-ciba-id1-ensure-authorization-request-with-binding-message-succeeds: both places show it`()
        async throws
    {
        _ = try await id()
        let browser = Browser(plan)
        let list = await browser.logIn()
        #expect(list.html.contains("<strong><bdi>1234</bdi></strong>"))
        let page = await browser.follow(await browser.openSummons(on: list))
        #expect(page.html.contains("<bdi id=\"message\">1234</bdi>"))
        #expect(page.html.contains("id=\"allow\""))
    }

    @Test
    func `fapi-ciba-id1-ensure-authorization-request-with-potentially-bad-binding-message: it is refused by name`()
        async throws
    {
        let long =
            "1234 \u{1F44D}\u{1F3FF} \u{4F60}\u{597D} " + String(repeating: "Lorem ipsum dolor sit amet ", count: 16)
        expectRefusal(try await ask(["binding_message": .text(WireText(long))]), "invalid_binding_message")
        // What can be shown as it is is taken, in any script.
        for message in ["1234 \u{1F44D}\u{1F3FF}", "\u{4F60}\u{597D} 7", "A&B <b>"] {
            let answer = try await ask(["binding_message": .text(WireText(message))])
            #expect(answer.status == .ok, "\(message)")
        }
    }

    @Test func `fapi-ciba-id1-ensure-other-scope-order-succeeds: the order of scopes means nothing`() async throws {
        _ = try await id(["scope": "offline_access openid"])
    }

    @Test func `fapi-ciba-id1-ensure-requested-expiry-as-string-succeeds: thirty in a string are thirty`() async throws
    {
        #expect(try await ask(["requested_expiry": "30"]).json?["expires_in"] == 30)
    }

    @Test func `CIBA §7.1: an end that is no whole number above zero is refused, and a late one cut short`()
        async throws
    {
        for value in [0, -1, "x", "1.5", "", true, 9_999_999_999] as [JSON] {
            let answer = try await ask(["requested_expiry": value])
            guard value != "" else { continue }
            expectRefusal(answer)
        }
        #expect(try await ask(["requested_expiry": 999_999]).json?["expires_in"] == 3_600)
    }

    // MARK: Request objects

    private func later(_ seconds: Int64) -> JSON { .integer(plan.now.seconds + seconds) }

    @Test func `fapi-ciba-id1-ensure-request-object-missing-aud-fails`() async throws {
        expectRefusal(try await ask(["aud": nil]))
    }

    @Test func `fapi-ciba-id1-ensure-request-object-bad-aud-fails`() async throws {
        expectRefusal(try await ask(["aud": "https://other.example"]))
    }

    @Test func `fapi-ciba-id1-ensure-request-object-missing-iss-fails`() async throws {
        expectRefusal(try await ask(["iss": nil]))
    }

    @Test func `fapi-ciba-id1-ensure-request-object-bad-iss-fails`() async throws {
        expectRefusal(try await ask(["iss": "https://other.example"]))
    }

    @Test func `fapi-ciba-id1-ensure-request-object-missing-exp-fails`() async throws {
        expectRefusal(try await ask(["exp": nil]))
    }

    @Test func `fapi-ciba-id1-ensure-request-object-expired-exp-fails`() async throws {
        expectRefusal(try await ask(["exp": later(-60)]))
    }

    @Test func `fapi-ciba-id1-ensure-request-object-exp-is-70-minutes-in-future-fails`() async throws {
        expectRefusal(try await ask(["exp": later(4_200)]))
    }

    @Test func `fapi-ciba-id1-ensure-request-object-missing-iat-fails`() async throws {
        expectRefusal(try await ask(["iat": nil]))
    }

    @Test func `fapi-ciba-id1-ensure-request-object-missing-nbf-fails`() async throws {
        expectRefusal(try await ask(["nbf": nil]))
    }

    @Test func `fapi-ciba-id1-ensure-request-object-nbf-is-10-minutes-in-future-fails`() async throws {
        expectRefusal(try await ask(["nbf": later(600)]))
    }

    @Test func `fapi-ciba-id1-ensure-request-object-nbf-is-70-minutes-in-past-fails`() async throws {
        expectRefusal(try await ask(["nbf": later(-4_200)]))
    }

    @Test func `fapi-ciba-id1-ensure-request-object-missing-jti-fails`() async throws {
        expectRefusal(try await ask(["jti": nil]))
    }

    @Test func `CIBA §7.1.1: a signed request is taken once, and one of another client may be called the same`()
        async throws
    {
        #expect(try await ask(["jti": "once"]).status == .ok)
        expectRefusal(try await ask(["jti": "once"]))
        let other = try object(["jti": "once", "iss": "tpp-2"], key: Plan.otherKey)
        #expect(try await ask(other, by: Plan.second).status == .ok)
        // What was refused has named nothing.
        expectRefusal(try await ask(["jti": "twice", "login_hint": "nobody"]), "unknown_user_id")
        #expect(try await ask(["jti": "twice"]).status == .ok)
    }

    @Test func `fapi-ciba-id1-ensure-request-object-signature-algorithm-is-none-fails`() async throws {
        let payload = Base64URL.encode(JSONWriter.write(claims()))
        let header = Base64URL.encode(Array(#"{"alg":"none"}"#.utf8))
        expectRefusal(try await ask(WireText("\(header).\(payload).")))
    }

    @Test func `fapi-ciba-id1-ensure-request-object-signature-algorithm-is-bad-fails`() async throws {
        let text = try object().string
        expectRefusal(try await ask(WireText(String(text.dropLast(4)) + "AAAA")))
    }

    @Test func `fapi-ciba-id1-ensure-request-object-signature-algorithm-is-RS256-fails`() async throws {
        let key = SampleAssertion.makeKey(.rsa(bits: 2_048), .rs256, named: "tpp-rsa")
        let client = Client.sample(
            authentication: .privateKeyJWT(SampleAssertion.keys(Plan.key)),
            grantTypes: [BackchannelGrant.type],
            profile: .fapi1AdvancedUK,
            backchannel: BackchannelRegistration(keys: SampleAssertion.keys(key))
        )
        let plan = try Plan(client)
        let object = try key.sign(JSONWriter.write(claims()), type: "JWT")
        let form = try plan.proving(FormFields([.init("request", object)]))
        expectRefusal(await plan.send(.post, "/bc-authorize", form: form, certificate: Self.certificate))
    }

    @Test func `fapi-ciba-id1-ensure-request-object-signed-by-other-client-fails`() async throws {
        expectRefusal(try await ask(try object(key: Plan.otherKey)))
    }

    @Test func `fapi-ciba-id1-ensure-unsigned-backchannel-authorization-request-fails`() async throws {
        let form = FormFields(
            (claims().members ?? []).compactMap { member in
                member.value.text.map { FormFields.Field(member.name, $0) }
            }
        )
        expectRefusal(
            await plan.send(.post, "/bc-authorize", form: try plan.proving(form), certificate: Self.certificate)
        )
    }

    @Test func `fapi-ciba-id1-ensure-backchannel-authorization-request-without-request-fails`() async throws {
        let form = FormFields([.init("scope", "openid"), .init("login_hint", "anna")])
        expectRefusal(await plan.send(.post, "/bc-authorize", form: try plan.proving(form)))
        // Nothing counts beside an object either.
        let beside = FormFields([.init("request", try object()), .init("binding_message", "9999")])
        expectRefusal(await plan.send(.post, "/bc-authorize", form: try plan.proving(beside)))
    }

    @Test func `fapi-ciba-id1-ensure-authorization-request-with-multiple-hints-fails`() async throws {
        expectRefusal(try await ask(["login_hint_token": "xxxxxxxxxxxxxxxxxxxx"]))
        expectRefusal(try await ask(["id_token_hint": "xxxxxxxxxxxxxxxxxxxx"]))
        expectRefusal(try await ask(["login_hint": nil]))
    }

    @Test func `CIBA §13: who is not known is said to be so, and a user code is not taken for one that was checked`()
        async throws
    {
        expectRefusal(try await ask(["login_hint": "nobody"]), "unknown_user_id")
        expectRefusal(try await ask(["user_code": "secret"]))
    }

    // MARK: Hints

    @Test func `CIBA §7.1: a person is named by an ID token of ours, or by a token of the client`() async throws {
        let first = try await id()
        _ = await Browser(plan).answerSummons()
        let idToken = try #require(try await poll(first).json?["id_token"]?.text)
        _ = try await id(["login_hint": nil, "id_token_hint": .text(idToken)])
        expectRefusal(try await ask(["login_hint": nil, "id_token_hint": "x.y.z"]))

        func token(_ subject: JSON, _ changes: [WireText: JSON] = [:], key: SigningKey = Plan.key) throws -> JSON {
            var claims: [WireText: JSON] = [
                "iss": "tpp-1", "aud": .text(Issuer.sample.text), "exp": .integer(plan.now.seconds + 60),
                "sub_id": subject,
            ]
            claims.merge(changes) { $1 }
            let members = claims.map { JSON.Member($0.key, $0.value) }
            return .text(try key.sign(JSONWriter.write(.object(members)), type: "JWT"))
        }
        func ask(_ token: JSON) async throws -> Response {
            try await self.ask(["login_hint": nil, "login_hint_token": token])
        }
        let named: JSON = ["format": "opaque", "id": "anna"]
        let subject: JSON = ["format": "iss_sub", "iss": .text(Issuer.sample.text), "sub": "psu-anna"]
        #expect(try await ask(try token(named)).status == .ok)
        #expect(try await ask(try token(subject)).status == .ok)
        expectRefusal(try await ask(try token(["format": "opaque", "id": "nobody"])), "unknown_user_id")
        expectRefusal(try await ask(try token(["format": "email", "email": "a@b.example"])))
        expectRefusal(
            try await ask(try token(named, ["exp": .integer(plan.now.seconds - 60)])),
            "expired_login_hint_token"
        )
        expectRefusal(try await ask(try token(named, ["iss": "tpp-2"])))
        expectRefusal(try await ask(try token(named, key: Plan.otherKey)))
    }

    @Test func `CIBA §7.2: whom a client knows by a pairwise name it asks by that name`() async throws {
        let client = Client.sample(
            grantTypes: [BackchannelGrant.type],
            backchannel: BackchannelRegistration(),
            subjects: .pairwise(sector: "c.example")
        )
        let plan = try Plan(client)
        let basic = WireText("Basic \(Base64.encode(Array("tpp-1:\(Client.sampleSecret)".utf8)))")
        func ask(_ name: WireText, _ hint: WireText) async -> Response {
            let form = FormFields([.init("scope", "openid"), .init(name, hint)])
            return await plan.send(.post, "/bc-authorize", form: form, authorization: basic)
        }
        let first = try #require(await ask("login_hint", "anna").json?["auth_req_id"]?.text)
        _ = await Browser(plan).answerSummons()
        let tokens = await plan.send(.post, "/token", form: polling(first), authorization: basic)
        let idToken = try #require(tokens.json?["id_token"]?.text)
        #expect(try JWS(idToken).unverifiedClaims()["sub"]?.text != "psu-anna")
        let second = try #require(await ask("id_token_hint", idToken).json?["auth_req_id"]?.text)
        let polled = try await plan.store.polledRequest(Fingerprint(of: second))
        #expect(polled?.summons?.person == "psu-anna")
    }

    // MARK: Who the client is

    @Test func `fapi-ciba-id1-ensure-wrong-auth-req-id-in-token-endpoint-request: of another client, it is not valid`()
        async throws
    {
        let id = try await id()
        let answer = try await poll(id, by: Plan.second)
        #expect(answer.status == .badRequest)
        #expect(answer.error == "invalid_grant")
        _ = await Browser(plan).answerSummons()
        #expect(try await poll(id).status == .ok)
    }

    @Test func `fapi-ciba-id1-ensure-different-client-id-and-issuer-in-backchannel-authorization-request`() async throws
    {
        let form = try plan.proving(FormFields([.init("client_id", "tpp-2"), .init("request", try object())]))
        let answer = await plan.send(.post, "/bc-authorize", form: form, certificate: Self.certificate)
        #expect(answer.status == .unauthorized)
        #expect(answer.error == "invalid_client")
    }

    @Test func `fapi-ciba-id1-ensure-wrong-client-id-in-backchannel-authorization-request`() async throws {
        let form = try plan.proving(FormFields([.init("client_id", "nobody"), .init("request", try object())]))
        expectStranger(await plan.send(.post, "/bc-authorize", form: form, certificate: Self.certificate))
    }

    @Test func `fapi-ciba-id1-ensure-wrong-client-id-in-token-endpoint-request`() async throws {
        let form = polling(try await id()).setting("client_id", "tpp-2")
        expectStranger(await plan.send(.post, "/token", form: try plan.proving(form), certificate: Self.certificate))
    }

    @Test func `fapi-ciba-id1-ensure-without-client-assertion-in-backchannel-authorization-request`() async throws {
        let form = FormFields([.init("client_id", "tpp-1"), .init("request", try object())])
        expectStranger(await plan.send(.post, "/bc-authorize", form: form, certificate: Self.certificate))
    }

    @Test func `fapi-ciba-id1-ensure-without-client-assertion-in-token-endpoint-request`() async throws {
        let form = polling(try await id()).setting("client_id", "tpp-1")
        expectStranger(await plan.send(.post, "/token", form: form, certificate: Self.certificate))
    }

    @Test(arguments: ["/bc-authorize", "/token"] as [WireText])
    func
        `fapi-ciba-id1-ensure-client-assertion-signature-algorithm-in-backchannel-authorization-request-is-RS256-fails, fapi-ciba-id1-ensure-client-assertion-signature-algorithm-in-token-endpoint-request-is-RS256-fails`(
            path: WireText
        ) async throws
    {
        let key = SampleAssertion.makeKey(.rsa(bits: 2_048), .rs256, named: "tpp-rsa")
        let plan = try Plan(
            .sample(
                authentication: .privateKeyJWT(SampleAssertion.keys(key)),
                grantTypes: [BackchannelGrant.type],
                profile: .fapi1AdvancedUK,
                backchannel: BackchannelRegistration(keys: SampleAssertion.keys(Plan.key))
            )
        )
        let claims: JSON = [
            "iss": "tpp-1", "sub": "tpp-1", "aud": .text(Issuer.sample.text), "jti": "rs256",
            "exp": .integer(plan.now.seconds + 60),
        ]
        let form = polling("an identifier").setting("request", try object())
            .setting("client_assertion", try key.sign(JSONWriter.write(claims), type: "JWT"))
            .setting("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        expectStranger(await plan.send(.post, path, form: form, certificate: Self.certificate))
    }

    @Test func `fapi-ciba-id1-ensure-client-assertion-with-iss-aud-to-token-endpoint-succeeds`() async throws {
        // `Plan.proving` addresses every assertion to the issuer.
        let id = try await id()
        _ = await Browser(plan).answerSummons()
        #expect(try await poll(id).status == .ok)
    }

    @Test func `fapi-ciba-id1-refresh-token: for its client and its certificate`() async throws {
        let id = try await id()
        _ = await Browser(plan).answerSummons()
        let token = try #require(try await poll(id).json?["refresh_token"]?.text)
        let form = FormFields([.init("grant_type", "refresh_token"), .init("refresh_token", token)])
        let foreign = try plan.proving(form, by: Plan.second)
        #expect(await plan.send(.post, "/token", form: foreign, certificate: Self.certificate).status == .badRequest)
        #expect(await plan.send(.post, "/token", form: try plan.proving(form)).status == .badRequest)
        #expect(await plan.send(.post, "/token", form: form, certificate: Self.certificate).error == "invalid_client")
        let answer = await plan.send(.post, "/token", form: try plan.proving(form), certificate: Self.certificate)
        #expect(answer.status == .ok)
        #expect(answer.fields.first(.cacheControl) == "no-store")
    }

    private func polling(_ id: WireText) -> FormFields {
        FormFields([.init("grant_type", BackchannelGrant.type.name), .init("auth_req_id", id)])
    }

    private func expectStranger(_ answer: Response) {
        #expect(answer.status == .unauthorized)
        #expect(answer.error == "invalid_client")
    }

    @Test func `fapi-ciba-id1-ensure-mtls-holder-of-key-required: without the certificate there are no tokens`()
        async throws
    {
        let id = try await id()
        _ = await Browser(plan).answerSummons()
        #expect(try await poll(id, certificate: nil).error == "invalid_grant")
        #expect(try await poll(id, certificate: Array("another".utf8)).error == "invalid_grant")
        #expect(try await poll(id).status == .ok)
    }

    // MARK: The person

    @Test func `CIBA §8: nobody but the person whom the client has named finds the request`() async throws {
        let id = try await id()
        let browser = Browser(plan)
        let list = await browser.logIn("bert")
        #expect(!list.html.contains("/answer\""))
        let path = WireText("/consents/\(Hex.encode(Fingerprint(of: id).bytes))/answer")
        #expect(await browser.press("review", path, on: list).status == .forbidden)
        #expect(try await poll(id).error == "authorization_pending")
    }

    @Test func `a consent for accounts is given on the ordinary page after the person was called`() async throws {
        let consent = Consent.sample(id: "called-consent", permissions: [.readAccountsBasic])
        #expect(try await plan.store.commit([Storage.Change.consent(.registration(of: consent))]) == .kept)
        let claims: JSON = [
            "id_token": ["openbanking_intent_id": ["value": "called-consent", "essential": true]]
        ]
        let id = try await id(["scope": "openid accounts", "claims": claims])
        #expect(await Browser(plan).answerSummons().status == .ok)
        #expect(try await plan.store.consent("called-consent")?.authorisation?.person == "psu-anna")
        let token = try #require(try await poll(id).json?["access_token"]?.text)
        #expect(try JWS(token).unverifiedClaims()["consent_id"]?.text == "called-consent")
    }

    @Test func `a person is called by ten requests at a time, five of one client, and no more`() async throws {
        for _ in 0..<Limits.summonsesOfClient { _ = try await id() }
        let answer = try await ask([:])
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.fields.first(.retryAfter) != nil)
        // Nobody else is kept out by that.
        let other = try object(["iss": "tpp-2"], key: Plan.otherKey)
        #expect(try await ask(other, by: Plan.second).status == .ok)
    }
}

extension Client {
    /// The plan's second client, with the back channel as well.
    fileprivate static func ciba(second: Client) -> Client {
        .sample(
            id: second.id,
            authentication: second.authentication,
            redirectURIs: second.redirectURIs,
            grantTypes: [BackchannelGrant.type],
            responseTypes: [],
            profile: second.profile,
            backchannel: BackchannelRegistration(keys: SampleAssertion.keys(Plan.otherKey))
        )
    }
}
