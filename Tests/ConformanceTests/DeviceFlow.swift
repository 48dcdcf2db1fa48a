import Consents
import Crypto
import HTTP
import JOSE
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// RFC 8628 from the first request of a device to its tokens.
struct DeviceFlow {
    private let plan: Plan

    private static let client = Client.sample(
        grantTypes: [DeviceCodeGrant.type, "refresh_token", "client_credentials"],
        scope: ["openid", "accounts", "profile", "offline_access"]
    )

    init() throws {
        plan = try Plan(Self.client)
    }

    private static let basic = WireText("Basic \(Base64.encode(Array("tpp-1:\(Client.sampleSecret)".utf8)))")

    private func ask(_ form: FormFields, proofs: [WireText] = []) async -> Response {
        await plan.send(.post, "/device_authorization", form: form, proofs: proofs, authorization: Self.basic)
    }

    private func codes(_ scope: WireText = "openid offline_access") async throws -> Codes {
        let answer = await ask(FormFields([.init("scope", scope)]))
        #expect(answer.status == .ok)
        return try Codes(answer)
    }

    private func poll(_ codes: Codes, proofs: [WireText] = []) async -> Response {
        await plan.send(.post, "/token", form: Self.polling(codes.device), proofs: proofs, authorization: Self.basic)
    }

    private static func polling(_ code: WireText) -> FormFields {
        FormFields([.init("grant_type", DeviceCodeGrant.type.name), .init("device_code", code)])
    }

    private struct Codes {
        let device: WireText
        let user: WireText

        init(_ answer: Response) throws {
            device = try #require(answer.json?["device_code"]?.text)
            user = try #require(answer.json?["user_code"]?.text)
        }
    }

    // MARK: The device

    @Test func `rfc8628 §3.2: the answer has both codes, where to type one, and how long and how often`() async throws {
        let answer = await ask(FormFields([.init("scope", "openid")]))
        let document = try #require(answer.json)
        let codes = try Codes(answer)
        #expect(answer.fields.first(.cacheControl) == "no-store")
        #expect(document["verification_uri"]?.text == "https://bank.example/device")
        #expect(
            document["verification_uri_complete"]?.text
                == WireText("https://bank.example/device?user_code=\(codes.user)")
        )
        #expect(document["expires_in"] == 600)
        #expect(document["interval"] == 5)
        #expect(codes.device.byteCount == 43)
        #expect(UserCode(typed: codes.user) != nil)
    }

    @Test func `rfc8628 §4: discovery names the endpoint and the grant`() async {
        let document = await plan.send(.get, "/.well-known/oauth-authorization-server").json
        #expect(document?["device_authorization_endpoint"]?.text == "https://bank.example/device_authorization")
        #expect(document?["grant_types_supported"]?.texts?.contains(DeviceCodeGrant.type.name) == true)
    }

    @Test func `rfc8628 §3.1: a request with something wrong is refused for it`() async throws {
        let rows: [(FormFields, WireText)] = [
            (FormFields(), "invalid_request"), (FormFields([.init("scope", "openid payments")]), "invalid_scope"),
            (FormFields([.init("scope", "openid accounts")]), "invalid_request"),
            (FormFields([.init("scope", "openid"), .init("scope", "openid")]), "invalid_request"),
            (
                FormFields([
                    .init("scope", "openid accounts"), .init("claims", Self.claims("no-such-consent")),
                ]), "invalid_request"
            ),
        ]
        for (form, code) in rows {
            let answer = await ask(form)
            #expect(answer.status == .badRequest)
            #expect(answer.error == code)
        }
        let stranger = await plan.send(
            .post,
            "/device_authorization",
            form: FormFields([.init("scope", "openid"), .init("client_id", "tpp-1")])
        )
        #expect(stranger.status == .unauthorized)
        let other = try Plan(.sample())
        let unregistered = await other.send(
            .post,
            "/device_authorization",
            form: FormFields([.init("scope", "openid")]),
            authorization: Self.basic
        )
        #expect(unregistered.error == "unauthorized_client")
    }

    // MARK: The person

    @Test func `rfc8628 §3.3: what the device asks for is allowed in a browser, and the device gets tokens`()
        async throws
    {
        let codes = try await codes("openid profile offline_access")
        #expect(await poll(codes).error == "authorization_pending")
        let end = await Browser(plan).answer(deviceCode: codes.user)
        #expect(end.status == .ok)
        #expect(end.html.contains("Go back to <bdi>ABC Trades</bdi>, where you began"))
        let tokens = await poll(codes)
        #expect(tokens.status == .ok)
        #expect(tokens.json?["scope"]?.text == "openid profile offline_access")
        #expect(tokens.json?["refresh_token"] != nil)
        let claims = try JWS(try #require(tokens.json?["id_token"]?.text)).unverifiedClaims()
        #expect(claims["sub"]?.text == "psu-anna")
        #expect(claims["aud"]?.text == "tpp-1")

        let again = await poll(codes)
        #expect(again.status == .badRequest)
        #expect(again.error == "invalid_grant")
    }

    @Test func `rfc8628 §3.5: a no is told to the device, and to nobody twice`() async throws {
        let codes = try await codes()
        let end = await Browser(plan).answer(deviceCode: codes.user, .deny)
        #expect(end.html.contains("Nothing was shared"))
        #expect(await poll(codes).error == "access_denied")
        #expect(await poll(codes).error == "access_denied")
        #expect(await Browser(plan).enter(codes.user).status == .badRequest)
    }

    @Test func `rfc8628 §3.5: after ten minutes neither code is worth anything`() async throws {
        let codes = try await codes()
        plan.pass(seconds: 600)
        #expect(await poll(codes).error == "expired_token")
        #expect(await Browser(plan).enter(codes.user).status == .badRequest)
    }

    @Test func `rfc8628 §3.5: who polls too often is slowed down, five seconds more each time, and it is remembered`()
        async throws
    {
        let codes = try await codes()
        #expect(await poll(codes).error == "authorization_pending")
        plan.pass(seconds: 4)
        #expect(await poll(codes).error == "slow_down")
        plan.pass(seconds: 9)
        #expect(await poll(codes).error == "slow_down")
        plan.pass(seconds: 15)
        #expect(await poll(codes).error == "authorization_pending")
        let kept = try await plan.store.polledRequest(Fingerprint(of: codes.device))
        #expect(kept?.interval == 15)
    }

    @Test func `polling asks the store one thing, and writes nothing`() async throws {
        let codes = try await codes()
        let kept = plan.store.kept.count
        let calls = plan.store.calls
        #expect(await poll(codes).error == "authorization_pending")
        #expect(plan.store.calls == calls + 1)
        #expect(plan.store.kept.count == kept)
    }

    @Test func `a consent for accounts is given on the ordinary page, with its accounts`() async throws {
        let consent = Consent.sample(id: "device-consent", permissions: [.readAccountsBasic])
        let registration = Storage.Change.consent(.registration(of: consent))
        #expect(try await plan.store.commit([registration]) == .kept)
        let answer = await ask(
            FormFields([.init("scope", "openid accounts"), .init("claims", Self.claims("device-consent"))])
        )
        let codes = try Codes(answer)
        let end = await Browser(plan).answer(deviceCode: codes.user)
        #expect(end.status == .ok)
        let given = try await plan.store.consent("device-consent")
        #expect(given?.authorisation?.person == "psu-anna")
        let tokens = await poll(codes)
        let claims = try JWS(try #require(tokens.json?["access_token"]?.text)).unverifiedClaims()
        #expect(claims["consent_id"]?.text == "device-consent")
    }

    @Test func `rfc8628 §3.3.1: an address with the code shows it to be compared, and skips nothing`() async throws {
        let codes = try await codes()
        let browser = Browser(plan)
        let page = await browser.show("/device", query: FormFields([.init("user_code", codes.user)]))
        #expect(page.html.contains(codes.user.string))
        #expect(page.html.contains("Is this the code on your device?"))
        #expect(!page.html.contains("name=\"user_code\" type=\"text\""))
        #expect(await poll(codes).error == "authorization_pending")
        for text in ["<b>", "WDJB-MJHA"] {
            let page = await browser.show("/device", query: FormFields([.init("user_code", WireText(text))]))
            #expect(!page.html.contains(text))
        }
    }

    @Test func `rfc8628 §5.4: a person who said yes before is asked again`() async throws {
        let browser = Browser(plan)
        #expect(await browser.answer(deviceCode: try await codes().user).status == .ok)
        let second = try await codes()
        let page = await browser.follow(await browser.enter(second.user))
        #expect(page.html.contains("id=\"allow\""))
        #expect(page.html.contains("id=\"elsewhere\""))
        #expect(!page.html.contains("id=\"host\""))
        #expect(page.fields.first(.contentSecurityPolicy)?.string.hasSuffix("form-action 'self'") == true)
        #expect(await poll(second).error == "authorization_pending")
    }

    // MARK: Who is not the person, and not the device

    @Test func `rfc8628 §5.1: who guesses codes is slowed down, in one browser and from one address`() async throws {
        let codes = try await codes()
        let browser = Browser(plan)
        for _ in 0..<5 { #expect(await browser.enter("BBBB-BBBB").status == .badRequest) }
        let slowed = await browser.enter(codes.user)
        #expect(slowed.status == .tooManyRequests)
        #expect(slowed.fields.first(.retryAfter) != nil)
        // Another browser of the same address goes on, until the address has failed too often as well.
        for _ in 0..<4 {
            let other = Browser(plan)
            for _ in 0..<4 { #expect(await other.enter("BBBB-BBBB").status == .badRequest) }
        }
        #expect(await Browser(plan).enter(codes.user).status == .tooManyRequests)
        plan.pass(seconds: 299)
        let later = await Browser(plan).enter(codes.user)
        #expect(later.status == .seeOther)
    }

    @Test func `one code opens five pages, and no more`() async throws {
        let codes = try await codes()
        for _ in 0..<Limits.userCodeEntries { #expect(await Browser(plan).enter(codes.user).status == .seeOther) }
        #expect(await Browser(plan).enter(codes.user).status == .badRequest)
    }

    @Test func `of two who type one code, the first to decide has decided`() async throws {
        let codes = try await codes()
        let first = Browser(plan)
        let second = Browser(plan)
        let page = await second.enter(codes.user)
        #expect(await first.answer(deviceCode: codes.user, .deny).status == .ok)
        #expect(await second.finish(page).status == .conflict)
        #expect(await poll(codes).error == "access_denied")
    }

    @Test func `rfc8628 §5.5: a code of another client is not valid, and stays as it was`() async throws {
        let codes = try await codes()
        let other = try plan.proving(Self.polling(codes.device), by: Plan.second)
        let refused = await plan.send(.post, "/token", form: other)
        #expect(refused.error == "unauthorized_client")
        _ = await Browser(plan).answer(deviceCode: codes.user)
        #expect(await poll(codes).status == .ok)
    }

    @Test func `rfc9449 §5: with a proof the codes are bound to its key`() async throws {
        let proof = SampleProof()
        func made(_ path: WireText, by proof: SampleProof) -> WireText {
            proof.text(changing: [
                "htu": .text(Issuer.sample.url(path)), "iat": .integer(plan.now.seconds),
                "jti": .text(WireText("\(UInt64.random(in: 0 ... .max))")),
            ])
        }
        let codes = try Codes(
            await ask(FormFields([.init("scope", "openid")]), proofs: [made("/device_authorization", by: proof)])
        )
        _ = await Browser(plan).answer(deviceCode: codes.user)
        #expect(await poll(codes).error == "invalid_dpop_proof")
        #expect(await poll(codes, proofs: [made("/token", by: SampleProof())]).error == "invalid_grant")
        let tokens = await poll(codes, proofs: [made("/token", by: proof)])
        #expect(tokens.json?["token_type"]?.text == "DPoP")
    }

    @Test func `CO-23 a code is typed on our page only`() async throws {
        let codes = try await codes()
        let browser = Browser(plan)
        let forged = await plan.send(
            .post,
            "/device",
            form: FormFields([
                .init("form_token", "x"), .init("user_code", codes.user), .init("decision", "continue"),
            ])
        )
        #expect(forged.status == .forbidden)
        #expect(await browser.enter(codes.user, token: "x").status == .forbidden)
    }

    private static func claims(_ consent: String) -> WireText {
        WireText(#"{"id_token":{"openbanking_intent_id":{"value":"\#(consent)","essential":true}}}"#)
    }
}
