import Crypto
import HTTP
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// Modules of `fapi2-security-profile-final` about pushed requests, by their names.
struct PushedRequestModules {
    private let plan: Plan

    init() throws {
        plan = try Plan(Plan.client(.fapi2))
    }

    private func pushed(_ form: FormFields = .login) async throws -> WireText {
        let response = try await plan.push(form)
        #expect(response.status == .created)
        return try #require(response.reference)
    }

    @Test func `happy-flow: PA-03 a pushed request ends with a code, and the code with tokens`() async throws {
        let response = try await plan.push(.login)
        #expect(response.status == .created)
        #expect(response.fields.first(.cacheControl) == "no-store")
        #expect(response.json?["expires_in"] == 60)
        let reference = try #require(response.reference)
        // 43 characters of 6 bits after the name of the namespace.
        #expect(reference.hasPrefix("urn:ietf:params:oauth:request_uri:"))
        #expect(reference.byteCount == PushedRequest.prefix.byteCount + 43)
        let returned = try #require(await Browser(plan).answer(plan.query(reference)).returned)
        #expect(returned["state"] == "af0ifjsldkj")
        #expect(returned["iss"] == Issuer.sample.text)
        let tokens = try await plan.redeem(try #require(returned["code"]))
        #expect(tokens.status == .ok)
        #expect(tokens.json?["id_token"]?.text != nil)
    }

    @Test func `par-without-duplicate-parameters: PA-08 the browser carries a name and nothing that was pushed`()
        async throws
    {
        let reference = try await pushed(
            .login.setting("nonce", "nonce-of-the-push").setting("login_hint", "hint-of-it")
        )
        let browser = Browser(plan)
        let opened = await browser.open(plan.query(reference))
        let location = try #require(opened.fields.first(.location))
        for part in ["nonce-of-the-push", "hint-of-it", "c.example", "af0ifjsldkj"] {
            #expect(!location.string.contains(part))
            for cookie in opened.fields.all(.setCookie) { #expect(!cookie.string.contains(part)) }
        }
        #expect(await browser.finish(opened).returned?["code"] != nil)
    }

    @Test func `user-rejects-authentication: a no is told, and ends the reference`() async throws {
        let query = plan.query(try await pushed(.login.setting("state", WireText(String(repeating: "s", count: 128)))))
        let returned = try #require(await Browser(plan).answer(query, .deny).returned)
        #expect(returned["error"] == "access_denied")
        #expect(returned["state"]?.byteCount == 128)
        #expect(Set(returned.fields.map(\.name)) == ["error", "error_description", "error_uri", "state", "iss"])
        #expect(await Browser(plan).open(query).isErrorPage)
    }

    @Test func `ensure-authorization-request-without-state-success`() async throws {
        let query = plan.query(try await pushed(.login.setting("state", nil)))
        let returned = try #require(await Browser(plan).answer(query).returned)
        #expect(returned.fields.map(\.name) == ["code", "session_state", "iss"])
    }

    @Test func `ensure-authorization-request-without-nonce-success`() async throws {
        let query = plan.query(try await pushed(.login.setting("nonce", nil)))
        #expect(await Browser(plan).answer(query).returned?["code"] != nil)
    }

    @Test(arguments: ["state", "nonce", "scope", "redirect_uri"] as [WireText])
    func `ensure-different-state-inside-and-outside-request-object: PA-06 what stands beside a reference is not used`(
        name: WireText
    ) async throws {
        let beside = plan.query(try await pushed()).adding(name, "https://evil.example/accounts")
        let returned = try #require(await Browser(plan).answer(beside).returned)
        #expect(returned["state"] == "af0ifjsldkj")
        #expect(try await plan.redeem(try #require(returned["code"])).json?["scope"]?.text == "openid")
    }

    @Test func `state-only-outside-request-object-not-used`() async throws {
        let query = plan.query(try await pushed(.login.setting("state", nil))).adding("state", "outside")
        #expect(await Browser(plan).answer(query).returned?["state"] == nil)
    }

    @Test(
        arguments: [
            ("ensure-redirect-uri-in-authorization-request", "redirect_uri", nil, "invalid_request"),
            ("ensure-registered-redirect-uri", "redirect_uri", "https://evil.example/cb", "invalid_request"),
            ("par-attempt-invalid-redirect_uri", "redirect_uri", "https://c.example/cb/", "invalid_request"),
            ("ensure-response-type-code-idtoken-fails", "response_type", "code id_token", "unauthorized_client"),
            ("ensure-response-type-token-fails", "response_type", "token", "unsupported_response_type"),
            ("par-ensure-pkce-required", "code_challenge", nil, "invalid_request"),
            ("par-plain-pkce-rejected", "code_challenge_method", "plain", "invalid_request"),
            (
                "par-authorization-request-containing-request_uri-form-param", "request_uri",
                "urn:ietf:params:oauth:request_uri:x", "invalid_request"
            ),
        ] as [(String, WireText, WireText?, WireText)]
    )
    func `PA-02 a push with one thing wrong is refused at once`(
        module: String,
        name: WireText,
        value: WireText?,
        error: WireText
    ) async throws {
        let response = try await plan.push(.login.setting(name, value))
        #expect(response.status == .badRequest, "\(module)")
        #expect(response.error == error, "\(module)")
        #expect(plan.store.kept.allSatisfy { $0.allSatisfy { !$0.keepsRequest } }, "\(module)")
    }

    @Test(arguments: [.put, .get, .delete] as [HTTP.Method])
    func `par-attempt-invalid-http-method: PA-02 only POST`(method: HTTP.Method) async {
        let response = await plan.send(method, "/par")
        #expect(response.status == .methodNotAllowed)
        #expect(response.fields.first(.allow) == "POST")
    }

    @Test func `ensure-client-assertion-in-token-endpoint: PA-01 who proves nothing leaves nothing`() async throws {
        let nothing = await plan.send(.post, "/par", form: .login)
        #expect(nothing.status == .unauthorized)
        #expect(nothing.error == "invalid_client")
        let foreign = try plan.proving(.login, by: Plan.second)
        #expect(await plan.send(.post, "/par", form: foreign).status == .unauthorized)
        #expect(plan.store.kept.isEmpty)
    }

    @Test func `ensure-unsigned-authorization-request-without-using-par-fails: PA-07`() async throws {
        let returned = try #require(await Browser(plan).open(.login).returned)
        #expect(returned["error"] == "invalid_request")
        #expect(returned["state"] == "af0ifjsldkj")
    }

    @Test func `par-ensure-reused-request-uri-prior-to-auth-completion-succeeds: PA-05 a page can be loaded again`()
        async throws
    {
        let query = plan.query(try await pushed())
        let browser = Browser(plan)
        #expect(await browser.open(query).status == .seeOther)
        #expect(await browser.answer(query).returned?["code"] != nil)
    }

    @Test func `par-attempt-reuse-request_uri: PA-05 after the decision it opens nothing`() async throws {
        let query = plan.query(try await pushed())
        #expect(await Browser(plan).answer(query).returned?["code"] != nil)
        #expect(await Browser(plan).open(query).isErrorPage)
    }

    @Test func `PA-05 of two tabs with one reference one gets a code`() async throws {
        let query = plan.query(try await pushed())
        let (first, second) = (Browser(plan), Browser(plan))
        let (firstPage, secondPage) = (await first.open(query), await second.open(query))
        #expect(await first.finish(firstPage).returned?["code"] != nil)
        let late = await second.finish(secondPage)
        #expect(late.status == .conflict)
        #expect(late.fields.first(.location) == nil)
    }

    @Test func `PA-05 a person who is remembered spends it too`() async throws {
        let browser = Browser(plan)
        #expect(await browser.answer(plan.query(try await pushed())).returned?["code"] != nil)
        let query = plan.query(try await pushed())
        // Nobody is asked again, so the first answer is the decision.
        #expect(await browser.open(query).returned?["code"] != nil)
        #expect(await browser.open(query).isErrorPage)
    }

    @Test func `par-attempt-to-use-expired-request_uri: PA-04 not a second longer than was said`() async throws {
        let query = plan.query(try await pushed())
        plan.pass(seconds: 59)
        let browser = Browser(plan)
        let opened = await browser.open(query)
        #expect(opened.status == .seeOther)
        plan.pass(seconds: 1)
        #expect(await Browser(plan).open(query).isErrorPage)
        // Who began in time may take as long as the page allows.
        plan.pass(seconds: 300)
        #expect(await browser.finish(opened).returned?["code"] != nil)
    }

    @Test func `par-attempt-to-use-request_uri-for-different-client: PA-04 a reference is of its client alone`()
        async throws
    {
        let reference = try await pushed()
        #expect(await Browser(plan).open(plan.query(reference, of: Plan.second.id)).isErrorPage)
        let unknown = PushedRequest.reference(WireText(String(repeating: "A", count: 43)))
        #expect(await Browser(plan).open(plan.query(unknown)).isErrorPage)
        #expect(await Browser(plan).open(plan.query(WireText("\(reference)A"))).isErrorPage)
        #expect(await Browser(plan).open(plan.query(reference).setting("client_id", nil)).isErrorPage)
        #expect(await Browser(plan).open(plan.query(reference).adding("request_uri", reference)).isErrorPage)
        // Nobody who tried has used it up.
        #expect(await Browser(plan).answer(plan.query(reference)).returned?["code"] != nil)
    }

    @Test(arguments: [nil, "x"] as [WireText?])
    func `ensure-pkce-code-verifier-required, incorrect-pkce-code-verifier-rejected`(verifier: WireText?) async throws {
        let returned = await Browser(plan).answer(plan.query(try await pushed())).returned
        let response = try await plan.redeem(try #require(returned?["code"]), verifier: verifier)
        #expect(response.status == .badRequest)
        #expect(response.error == "invalid_grant")
    }

    @Test func `ensure-token-endpoint-fails-with-expired-auth-code`() async throws {
        let returned = await Browser(plan).answer(plan.query(try await pushed())).returned
        plan.pass(seconds: 62)
        #expect(try await plan.redeem(try #require(returned?["code"])).error == "invalid_grant")
    }

    @Test func `attempt-reuse-authorization-code-after-one-second`() async throws {
        let returned = await Browser(plan).answer(plan.query(try await pushed())).returned
        let code = try #require(returned?["code"])
        #expect(try await plan.redeem(code).status == .ok)
        plan.pass(seconds: 1)
        #expect(try await plan.redeem(code).error == "invalid_grant")
    }

    @Test func `PA-10 a code is for the certificate that the request was pushed with`() async throws {
        let reference = try #require(try await plan.push(.login, certificate: [1, 2, 3]).reference)
        let code = try #require(await Browser(plan).answer(plan.query(reference)).returned?["code"])
        #expect(try await plan.redeem(code).error == "invalid_grant")
        #expect(try await plan.redeem(code, certificate: [1, 2, 4]).error == "invalid_grant")
        #expect(try await plan.redeem(code, certificate: [1, 2, 3]).status == .ok)
    }

    @Test func `PA-09 a client that pushes and pushes is told to wait`() async throws {
        for number in 0..<Limits.pushedRequests {
            let request = PushedRequest.sample(reference: WireText("\(number)"), expires: .noon + 60)
            #expect(try await plan.store.commit([.keepPushedRequest(request, at: .noon)]) == .kept)
        }
        let refused = try await plan.push(.login)
        #expect(refused.status == .serviceUnavailable)
        #expect(refused.fields.contains(.retryAfter))
        // Others are none the worse for it, and neither is the client a minute later.
        let other = try plan.proving(
            .login.setting("client_id", "tpp-2").setting("redirect_uri", "https://other.example/cb"),
            by: Plan.second
        )
        #expect(await plan.send(.post, "/par", form: other).status == .created)
        plan.pass(seconds: 60)
        #expect(try await plan.push(.login).status == .created)
    }

    @Test func `PA-01 an assertion that came with a refused push is spent`() async throws {
        let form = try plan.proving(.login.setting("response_type", "token"))
        #expect(await plan.send(.post, "/par", form: form).error == "unsupported_response_type")
        #expect(await plan.send(.post, "/par", form: form.setting("response_type", "code")).error == "invalid_client")
    }
}

extension Storage.Change {
    fileprivate var keepsRequest: Bool {
        guard case .oauth(.keepPushedRequest) = self else { return false }
        return true
    }
}
