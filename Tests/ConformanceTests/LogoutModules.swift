import AssentServer
import Crypto
import HTTP
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// The plans of logout: conformance.md 2.1.
struct LogoutModules {
    private static let home: WireText = "https://c.example/logged-out"
    /// 128 characters, as the suite has them.
    private static let state = WireText(String(repeating: "aB3~", count: 32))

    private let plan: Plan
    private let browser: Browser

    init() throws {
        let client = Client.sample(
            authentication: .privateKeyJWT(SampleAssertion.keys(Plan.key)),
            logout: LogoutRegistration(redirectURIs: [try RedirectURI(registering: Self.home, portIsFree: false)])
        )
        plan = try Plan(client)
        browser = Browser(plan)
    }

    private func document(_ plan: Plan) async throws -> JSON {
        try #require(await plan.send(.get, "/.well-known/openid-configuration").json)
    }

    /// Logs in, and returns the ID token.
    private func idToken() async throws -> WireText {
        let returned = try #require(await browser.answer(.login).returned)
        let answer = try await plan.redeem(try #require(returned["code"]))
        return try #require(answer.json?["id_token"]?.text)
    }

    private func ask(_ hint: WireText?, _ uri: WireText? = home, state: WireText? = state) async -> Response {
        let query = FormFields()
            .setting("id_token_hint", hint).setting("post_logout_redirect_uri", uri).setting("state", state)
        return await browser.open("/logout", query)
    }

    /// Nobody is left who could be answered without a page.
    private func expectLoggedOut() async {
        let answer = await browser.open(.login.setting("prompt", "none"))
        #expect(answer.returned?["error"] == "login_required")
    }

    private func expectLoggedIn() async {
        #expect(await browser.open(.login.setting("prompt", "none")).returned?["code"] != nil)
    }

    /// A page of ours asks, the browser goes nowhere, and who says yes is logged out and still here.
    private func expectQuestion(_ page: Response) async {
        #expect(page.fields.first(.location) == nil)
        #expect(page.fields.first(.refresh) == nil)
        #expect(page.status == .ok || page.status == .badRequest)
        await expectLoggedIn()
        let answer = await browser.press("log-out", on: page)
        #expect(answer.status == .ok)
        #expect(answer.fields.first(.location) == nil)
        await expectLoggedOut()
    }

    // MARK: RP-Initiated Logout

    @Test func `oidcc-rp-initiated-logout-discovery-endpoint-verification`() async throws {
        #expect(try await document(plan)["end_session_endpoint"]?.text == "https://bank.example/logout")
    }

    @Test func `oidcc-rp-initiated-logout`() async throws {
        let answer = await ask(try await idToken())
        #expect(answer.status == .seeOther)
        #expect(answer.fields.first(.location) == WireText("\(Self.home)?state=\(Self.state)"))
        await expectLoggedOut()
    }

    @Test func `oidcc-rp-initiated-logout-no-state`() async throws {
        let answer = await ask(try await idToken(), state: nil)
        #expect(answer.fields.first(.location) == Self.home)
        await expectLoggedOut()
    }

    @Test func `oidcc-rp-initiated-logout-bad-post-logout-redirect-uri`() async throws {
        await expectQuestion(await ask(try await idToken(), "https://c.example/other"))
    }

    @Test func `oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri`() async throws {
        await expectQuestion(await ask(try await idToken(), WireText("\(Self.home)?foo=bar")))
    }

    @Test func `oidcc-rp-initiated-logout-modified-id-token-hint`() async throws {
        let payload = try await idToken().string.split(separator: ".")[1]
        let header = Base64URL.encode(Array(#"{"alg":"none"}"#.utf8))
        await expectQuestion(await ask(WireText("\(header).\(payload).")))
    }

    @Test func `oidcc-rp-initiated-logout-bad-id-token-hint`() async throws {
        let token = try await idToken()
        let claims = try #require(Base64URL.decode(WireText(String(token.string.split(separator: ".")[1]))))
        await expectQuestion(await ask(try Plan.otherKey.sign(claims, type: "JWT")))
    }

    @Test func `oidcc-rp-initiated-logout-no-id-token-hint`() async throws {
        _ = try await idToken()
        await expectQuestion(await ask(nil))
    }

    @Test func `oidcc-rp-initiated-logout-no-params`() async throws {
        _ = try await idToken()
        await expectQuestion(await ask(nil, nil, state: nil))
    }

    @Test func `oidcc-rp-initiated-logout-only-state`() async throws {
        _ = try await idToken()
        await expectQuestion(await ask(nil, nil))
    }

    @Test func `oidcc-rp-initiated-logout-no-post-logout-redirect-uri`() async throws {
        let answer = await ask(try await idToken(), nil, state: nil)
        #expect(answer.status == .ok)
        #expect(answer.fields.first(.location) == nil)
        await expectLoggedOut()
    }
}

/// The plans in which a client is told of the logout: conformance.md 2.1.
struct LogoutNoticeModules {
    private static let home: WireText = "https://c.example/logged-out"

    private func plan(_ change: (inout Registered) -> Void) throws -> Plan {
        var registered = Registered()
        change(&registered)
        let client = Client.sample(
            authentication: .privateKeyJWT(SampleAssertion.keys(Plan.key)),
            idTokenAlgorithm: .ps256,
            logout: LogoutRegistration(
                redirectURIs: [try RedirectURI(registering: Self.home, portIsFree: false)],
                backchannelURI: registered.backchannel,
                frontchannelURI: registered.frontchannel
            )
        )
        return try Plan(client)
    }

    private struct Registered {
        var backchannel: WireText?
        var frontchannel: WireText?
    }

    /// A browser that has logged in; the ID token, and the answer that brought the code.
    private func loggedIn(_ plan: Plan) async throws -> (Browser, WireText, FormFields) {
        let browser = Browser(plan)
        let returned = try #require(await browser.answer(.login).returned)
        let answer = try await plan.redeem(try #require(returned["code"]))
        return (browser, try #require(answer.json?["id_token"]?.text), returned)
    }

    private func logOut(_ browser: Browser, _ token: WireText) async -> Response {
        await browser.open(
            "/logout",
            FormFields([
                .init("id_token_hint", token), .init("post_logout_redirect_uri", Self.home), .init("state", "s"),
            ])
        )
    }

    private func claims(_ token: WireText, _ plan: Plan) async throws -> JWT {
        let keys = try JWKSet(try #require(await plan.send(.get, "/jwks").json))
        return try JWT(token, signedBy: keys, allowing: [.ps256])
    }

    private func discovery(_ plan: Plan) async throws -> JSON {
        try #require(await plan.send(.get, "/.well-known/openid-configuration").json)
    }

    private func expectLoggedOut(_ browser: Browser) async {
        let answer = await browser.open(.login.setting("prompt", "none"))
        #expect(answer.returned?["error"] == "login_required")
    }

    @Test func `oidcc-backchannel-logout-discovery-endpoint-verification`() async throws {
        let document = try await discovery(try plan { _ in })
        #expect(document["backchannel_logout_supported"] == true)
        #expect(document["backchannel_logout_session_supported"] == true)
        #expect(document["end_session_endpoint"] != nil)
    }

    @Test func `oidcc-backchannel-rp-initiated-logout`() async throws {
        let plan = try plan { $0.backchannel = "https://c.example/back" }
        let (browser, idToken, _) = try await loggedIn(plan)
        let answer = await logOut(browser, idToken)
        #expect(answer.fields.first(.location) == WireText("\(Self.home)?state=s"))
        await expectLoggedOut(browser)

        await plan.settle()
        #expect(plan.calls.requests.count == 1)
        let request = try #require(plan.calls.requests.first)
        #expect(request.method == .post && request.path == "/back")
        #expect(request.fields.first(.contentType) == "application/x-www-form-urlencoded")
        let form = try FormFields(request.body.span)
        #expect(form.fields.map(\.name) == ["logout_token"])
        let token = try await claims(try #require(form["logout_token"]), plan)
        let known = try await claims(idToken, plan).claims
        #expect(token.header.isOfType("logout+jwt"))
        #expect(token.claims["iss"] == known["iss"])
        #expect(token.claims["aud"] == known["aud"])
        #expect(token.claims["sub"] == known["sub"])
        #expect(known["sid"] != nil)
        #expect(token.claims["sid"] == known["sid"])
        #expect(token.claims["iat"]?.integer == plan.now.seconds)
        #expect(token.claims["exp"]?.integer == plan.now.seconds + 120)
        #expect(token.claims["jti"]?.text?.isEmpty == false)
        #expect(token.claims["events"] == ["http://schemas.openid.net/event/backchannel-logout": [:]])
        #expect(token.claims["nonce"] == nil)
    }

    @Test func `oidcc-frontchannel-logout-discovery-endpoint-verification`() async throws {
        let document = try await discovery(try plan { _ in })
        #expect(document["frontchannel_logout_supported"] == true)
        #expect(document["frontchannel_logout_session_supported"] == true)
        #expect(document["end_session_endpoint"] != nil)
    }

    @Test func `oidcc-frontchannel-rp-initiated-logout`() async throws {
        let plan = try plan { $0.frontchannel = "https://c.example/front?a=b" }
        let (browser, idToken, _) = try await loggedIn(plan)
        let sid = try #require(try await claims(idToken, plan).claims["sid"]?.text)
        let page = await logOut(browser, idToken)
        #expect(page.status == .ok)
        let html = String(decoding: page.body, as: UTF8.self)
        let frame = "https://c.example/front?a=b&amp;iss=https%3A%2F%2Fbank.example&amp;sid=\(sid)"
        #expect(html.matches(of: /<iframe[^>]* src="([^"]+)"/).map { String($0.output.1) } == [frame])
        let policy = try #require(page.fields.first(.contentSecurityPolicy))
        #expect(policy.string.contains("; frame-src https://c.example;"))
        // Once the page and its frame have loaded, without a script.
        #expect(page.fields.first(.refresh) == WireText("0; url=\(Self.home)?state=s"))
        #expect(html.contains("href=\"\(Self.home)?state=s\""))
        await expectLoggedOut(browser)
    }

    @Test func `oidcc-session-management-discovery-endpoint-verification`() async throws {
        let document = try await discovery(try plan { _ in })
        #expect(document["check_session_iframe"]?.text == "https://bank.example/session")
        #expect(document["end_session_endpoint"] != nil)
    }

    /// What the script of the page compares is made again here; that the script does so, a browser shows.
    @Test func `oidcc-session-management-rp-initiated-logout`() async throws {
        let plan = try plan { _ in }
        let (browser, idToken, returned) = try await loggedIn(plan)
        let state = try #require(returned["session_state"])
        let salt = WireText(String(try #require(state.string.split(separator: ".").last)))
        func made() -> WireText {
            let cookie = browser.cookie("__Host-assent-state") ?? ""
            let digest = Digest.sha256(WireText("\(plan.client.id) https://c.example \(cookie) \(salt)"))
            return WireText("\(Hex.encode(digest)).\(salt)")
        }
        #expect(made() == state)
        _ = await logOut(browser, idToken)
        #expect(made() != state)
        await expectLoggedOut(browser)
    }
}
