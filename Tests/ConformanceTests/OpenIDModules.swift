import HTTP
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// The `oidcc-` modules of the basic, hybrid and form_post plans in which a login succeeds: conformance.md 2.
///
/// Each runs in every plan that has it; the hybrid plans run with `code id_token`, because the other response types bring
/// tokens through the browser and are not written (RFC 9700 §2.1.2).
struct OpenIDModules {
    typealias Flow = RelyingParty.Flow

    @Test(arguments: Flow.allCases)
    func `oidcc-server`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        let login = try await party.login(await Browser(party.plan).answer(party.query()))
        #expect(login.claims["sub"]?.text == "psu-anna")
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-idtoken-signature: the algorithm that is registered, and a key that is named`(flow: Flow) async throws {
        for algorithm in [.rs256, .ps256, .es256] as [Algorithm] {
            let party = try RelyingParty(flow, algorithm: algorithm)
            _ = try await party.login(await Browser(party.plan).answer(party.query()))
        }
    }

    @Test(arguments: [Flow.basic, .basicFormPost])
    func `oidcc-ensure-request-without-nonce-succeeds-for-code-flow`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        let response = await Browser(party.plan).answer(party.query([("nonce", nil)]))
        _ = try await party.login(response, nonce: nil)
    }

    @Test(
        arguments: Flow.allCases,
        [
            [("display", "page")], [("display", "popup")], [("display", "touch")], [("display", "wap")],
            [("extra", "foobar")], [("login_hint", "anna@customers.example")], [("ui_locales", "se")],
            [("ui_locales", "xx-unknown de-DE en")], [("claims_locales", "se")],
            [("acr_values", "urn:openbanking:psd2:sca")], [("acr_values", "1 2")],
        ] as [[(WireText, WireText)]]
    )
    func
        `oidcc-display-page, oidcc-display-popup, oidcc-ensure-request-with-unknown-parameter-succeeds, oidcc-login-hint, oidcc-ui-locales, oidcc-claims-locales, oidcc-ensure-request-with-acr-values-succeeds`(
            flow: Flow,
            parameters: [(WireText, WireText)]
        ) async throws
    {
        let party = try RelyingParty(flow)
        let query = party.query(parameters.map { ($0.0, $0.1) })
        let login = try await party.login(await Browser(party.plan).answer(query))
        // Of the levels that discovery announces the one that was asked for.
        #expect(login.claims["acr"]?.text == "urn:openbanking:psd2:sca")
    }

    @Test
    func
        `oidcc-registration-policy-uri, oidcc-registration-tos-uri, oidcc-registration-logo-uri: links, and nothing that is loaded`()
        async throws
    {
        let links = ClientLinks(
            policy: "https://c.example/privacy?a=b&c=d",
            terms: "https://c.example/terms",
            logo: "https://c.example/logo.png"
        )
        let plan = try Plan(.sample(scope: RelyingParty.scope, profile: .openIDConnect, links: links))
        let query = FormFields.login.setting("code_challenge", nil).setting("code_challenge_method", nil)
        let browser = Browser(plan)
        let page = await browser.follow(await browser.open(query))
        #expect(page.html.contains("href=\"https://c.example/privacy?a=b&amp;c=d\" target=\"_blank\""))
        #expect(page.html.contains("href=\"https://c.example/terms\" target=\"_blank\""))
        // ux.md 4: a logo from elsewhere would tell its owner who logs in here, and could be changed at any time.
        #expect(!page.html.contains("logo.png"))
        #expect(page.fields.first(.contentSecurityPolicy)?.string.contains("img-src 'self' data:") == true)
        #expect(page.html.contains("ABC Trades"))
    }

    @Test func `oidcc-login-hint: the name stands in the login page already`() async throws {
        let party = try RelyingParty(.basic)
        let browser = Browser(party.plan)
        let page = await browser.follow(await browser.open(party.query([("login_hint", "an\"na")])))
        #expect(page.html.contains("value=\"an&quot;na\""))
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-prompt-login: a login page, and a later auth_time`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        let browser = Browser(party.plan)
        let first = try await party.login(await browser.answer(party.query()))
        party.plan.pass(seconds: 2)
        let opened = await browser.open(party.query([("prompt", "login"), ("nonce", "nonce-2")]))
        #expect(opened.asksForLogin)
        let second = try await party.login(await browser.finish(opened), nonce: "nonce-2")
        #expect(second.claims["sub"] == first.claims["sub"])
        let times = try [first, second].map { try #require($0.claims["auth_time"]?.integer) }
        #expect(times[0] < times[1])
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-prompt-none-logged-in: no page, and the same person and auth_time`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        let browser = Browser(party.plan)
        let first = try await party.login(await browser.answer(party.query()))
        party.plan.pass(seconds: 2)
        let silent = await browser.open(party.query([("prompt", "none"), ("nonce", "nonce-2")]))
        let second = try await party.login(silent, nonce: "nonce-2")
        #expect(second.claims["sub"] == first.claims["sub"])
        #expect(second.claims["auth_time"] == first.claims["auth_time"])
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-id-token-hint: no page for the person whom it names`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        let browser = Browser(party.plan)
        let first = try await party.login(await browser.answer(party.query()))
        let hint = try #require(first.tokens["id_token"]?.text)
        let silent = await browser.open(
            party.query([("prompt", "none"), ("id_token_hint", hint), ("nonce", "nonce-2")])
        )
        let second = try await party.login(silent, nonce: "nonce-2")
        #expect(second.claims["sub"] == first.claims["sub"])
        #expect(second.claims["auth_time"] == first.claims["auth_time"])
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-max-age-1: a login page after two seconds`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        let browser = Browser(party.plan)
        let first = try await party.login(await browser.answer(party.query()))
        party.plan.pass(seconds: 2)
        let opened = await browser.open(party.query([("max_age", "1"), ("nonce", "nonce-2")]))
        #expect(opened.asksForLogin)
        let second = try await party.login(await browser.finish(opened), nonce: "nonce-2")
        let times = try [first, second].map { try #require($0.claims["auth_time"]?.integer) }
        #expect(times[0] < times[1])
        #expect(times[1] == party.plan.now.seconds)
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-max-age-10000: the login before will do`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        let browser = Browser(party.plan)
        let first = try await party.login(await browser.answer(party.query([("max_age", "15000")])))
        party.plan.pass(seconds: 2)
        let again = await browser.open(party.query([("max_age", "10000"), ("nonce", "nonce-2")]))
        let second = try await party.login(again, nonce: "nonce-2")
        #expect(second.claims["auth_time"] == first.claims["auth_time"])
        #expect(second.claims["sub"] == first.claims["sub"])
    }

    @Test func `max_age=0 asks for the password, and prompt=consent and select_account ask what they say`() async throws
    {
        let party = try RelyingParty(.basic)
        let browser = Browser(party.plan)
        _ = try await party.login(await browser.answer(party.query()))
        #expect(await browser.open(party.query([("max_age", "0")])).asksForLogin)
        #expect(await browser.open(party.query([("prompt", "select_account")])).asksForLogin)
        #expect(await browser.open(party.query([("prompt", "login consent")])).asksForLogin)
        let consent = await browser.open(party.query([("prompt", "consent")]))
        #expect(consent.ownPath?.string.hasSuffix("/consent") == true)
        _ = try party.success(await browser.open(party.query()))
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-ensure-post-request-succeeds: the form of another site`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        let browser = Browser(party.plan)
        _ = try await party.login(await browser.finish(try await browser.post(party.query())))
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-server-client-secret-post`(flow: Flow) async throws {
        let party = try RelyingParty(flow).second()
        _ = try await party.login(await Browser(party.plan).answer(party.query()))
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-ensure-request-with-valid-pkce-succeeds: and then it is held to it`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        let query = party.query([("code_challenge", Challenge.sampleText), ("code_challenge_method", "S256")])
        let browser = Browser(party.plan)
        let code = try #require(try party.success(await browser.answer(query))["code"])
        let without = await party.redeem(code)
        #expect(without.status == .badRequest)
        #expect(without.error == "invalid_grant")
        #expect(await party.redeem(code, verifier: CodeRecord.sampleVerifier).status == .ok)
        // RFC 9700 §2.1.1: a verifier that nobody asked for is a challenge that somebody took away.
        let plain = try #require(try party.success(await browser.answer(party.query()))["code"])
        #expect(await party.redeem(plain, verifier: CodeRecord.sampleVerifier).error == "invalid_grant")
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-codereuse: the second use is refused`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        let login = try await party.login(await Browser(party.plan).answer(party.query()))
        let again = await party.redeem(try #require(login.front["code"]))
        #expect(again.status == .badRequest)
        #expect(again.error == "invalid_grant")
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-codereuse-30seconds: the second use ends the token of the first`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        let login = try await party.login(await Browser(party.plan).answer(party.query()))
        #expect(await party.userInfo(login.accessToken).status == .ok)
        party.plan.pass(seconds: 30)
        let again = await party.redeem(try #require(login.front["code"]))
        #expect(again.status == .badRequest)
        #expect(again.error == "invalid_grant")
        #expect(await party.userInfo(login.accessToken).status == .unauthorized)
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-refresh-token: the same person and login, no nonce, and no use to another client`(flow: Flow)
        async throws
    {
        let party = try RelyingParty(flow)
        let browser = Browser(party.plan)
        let offline: [(WireText, WireText?)] = [("scope", "openid offline_access"), ("prompt", "consent")]
        let first = try await party.login(await browser.answer(party.query(offline)))
        let token = try #require(first.tokens["refresh_token"]?.text)
        #expect(token.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        party.plan.pass(seconds: 5)
        let answer = await party.token([("grant_type", "refresh_token"), ("refresh_token", token)])
        #expect(answer.status == .ok)
        #expect(answer.fields.first(.cacheControl)?.string.contains("no-store") == true)
        let tokens = try #require(answer.json)
        let accessToken = try #require(tokens["access_token"]?.text)
        #expect(accessToken != first.accessToken)
        let claims = try await party.claims(of: try #require(tokens["id_token"]?.text), nonce: nil)
        for name in ["iss", "sub", "aud", "auth_time"] as [WireText] { #expect(claims[name] == first.claims[name]) }
        #expect(try #require(claims["iat"]?.integer) > (try #require(first.claims["iat"]?.integer)))
        #expect(await party.userInfo(accessToken).status == .ok)

        let second = try party.second()
        let other = try await second.login(await browser.answer(second.query(offline)))
        let foreign = try #require(other.tokens["refresh_token"]?.text)
        let stolen = await party.token([("grant_type", "refresh_token"), ("refresh_token", foreign)])
        #expect(stolen.status == .badRequest)
        #expect(stolen.error == "invalid_grant")
        // Nor is it burnt by that.
        #expect(await second.token([("grant_type", "refresh_token"), ("refresh_token", foreign)]).status == .ok)
    }

    @Test func `oidcc-refresh-token: without offline_access there is none`() async throws {
        let party = try RelyingParty(.basic)
        let login = try await party.login(await Browser(party.plan).answer(party.query()))
        #expect(login.tokens["refresh_token"] == nil)
    }
}
