import AssentServer
import Crypto
import HTTP
import JOSE
import Net
import OAuth
import Storage
import Surfaces
import Synchronization
import TestSupport
import Testing
import Text

import enum Consents.Account

/// The end of a login, however it comes about.
struct LogoutTests {
    private static let home: WireText = "https://c.example/logged-out"
    private static let logout = LogoutRegistration(
        redirectURIs: ["https://c.example/logged-out"],
        backchannelURI: "https://c.example/back"
    )
    private static let clients: [Client] = [
        .sample(logout: logout), .sample(id: "tpp-2", logout: logout),
        .sample(id: "tpp-3", logout: LogoutRegistration(frontchannelURI: "https://c.example/front")),
        .sample(id: "tpp-4"),
    ]

    private let store = MemoryStore()
    private let calls = Receiver()
    private let house: SampleHouse
    private let browser: SampleBrowser

    init() throws {
        house = try SampleHouse(store: store, clients: Self.clients, outbound: calls.outbound)
        browser = SampleBrowser(house)
    }

    /// What the clients' servers are sent, and what they answer.
    private final class Receiver: Sendable {
        private let state = Mutex<(requests: [Request], status: Status)>(([], .ok))

        var outbound: Outbound {
            Outbound(to: [OutboundHost("c.example")]) { request, _ throws(NetFailure) in
                self.state.withLock { state in
                    state.requests.append(request)
                    return Response(state.status)
                }
            }
        }

        func answer(_ status: Status) { state.withLock { $0.status = status } }

        /// The tokens so far, unread.
        var tokens: [WireText] {
            state.withLock { $0.requests }.compactMap { try? FormFields($0.body.span)["logout_token"] }
        }
    }

    private func logIn(_ username: WireText = "anna") async throws -> Session {
        let before = try await store.sessions(after: nil, at: .noon, limit: 9).map(\.fingerprint)
        #expect(try await browser.logIn(username).fields.first(.location) == "/consents")
        let sessions = try await store.sessions(after: nil, at: .noon, limit: 9)
        return try #require(sessions.first { !before.contains($0.fingerprint) })
    }

    /// Has clients been told of a login in an ID token.
    private func tell(_ session: Session, _ clients: Identifier<Client>...) async throws {
        for client in clients {
            let family = TokenFamily.sample(
                id: Identifier(WireText("\(client) \(session.sid)")),
                client: client,
                intent: nil,
                sid: session.sid
            )
            #expect(try await store.commit([.oauth(.openFamily(family))]) == .kept)
        }
    }

    private func hint(_ session: Session, expires: Timestamp = .noon + 60, for client: WireText = "tpp-1") throws
        -> WireText
    {
        let token = IDToken(
            .sample(client: Identifier(client), sid: session.sid),
            subject: session.person.text,
            issuer: .sample,
            beside: .code("code", state: nil),
            lifetimes: Lifetimes(idToken: Int(expires.since(.noon))),
            at: .noon
        )
        return try SampleHouse.keys.sign(token, for: .sample, entropy: .counted())
    }

    private func ask(_ fields: [(WireText, WireText)]) async -> Response {
        let query = FormFields(fields.map { FormFields.Field($0.0, $0.1) })
        return await browser.get("/logout", query: WireText(query.encoded))
    }

    private func isLoggedIn() async -> Bool { await browser.get("/consents").status == .ok }

    private func sids(of tokens: [WireText]) throws -> [(audience: WireText?, sid: WireText?)] {
        let keys = try JWKSet(JSONReader.read(SampleHouse.keys.publicDocument))
        return try tokens.map { token in
            let claims = try JWT(token, signedBy: keys, allowing: [.es256]).claims
            return (claims["aud"]?.text, claims["sid"]?.text)
        }
    }

    // MARK: Who is asked

    @Test func `CO-24 a link logs nobody out; a page of ours asks, and its yes does`() async throws {
        _ = try await logIn()
        for fields in [[], [("ui_locales", "xx"), ("logout_hint", "anna")], [("client_id", "tpp-1")]]
            as [[(
                WireText, WireText
            )]]
        {
            let page = await ask(fields)
            #expect(page.status == .ok)
            #expect(page.text.contains("<title>Log out – Sample Bank</title>"))
            #expect(page.text.contains("Logged in as"))
            #expect(await isLoggedIn())
        }
        let page = await ask([("client_id", "tpp-1"), ("post_logout_redirect_uri", Self.home), ("state", "a&b")])
        #expect(page.text.contains("ABC Trades"))
        let policy = try #require(page.fields.first(.contentSecurityPolicy))
        #expect(policy.string.hasSuffix("form-action 'self' https:"))
        let answer = try await confirm(page)
        #expect(answer.fields.first(.location) == "https://c.example/logged-out?state=a%26b")
        #expect(!(await isLoggedIn()))
    }

    /// Sends the form of a page of ours, changed as told.
    private func confirm(
        _ page: Response,
        decision: WireText = "log-out",
        token: WireText? = nil,
        _ headers: [(FieldName, WireText)] = []
    ) async throws -> Response {
        let action = try #require(try Regex(#"<form method="post" action="([^"]+)""#).firstMatch(in: page.text))
        let made = try #require(try Regex(#"name="form_token" value="([^"]+)""#).firstMatch(in: page.text))
        let parts = String(action.output[1].substring ?? "").replacing("&amp;", with: "&")
            .split(separator: "?", maxSplits: 1)
        let form = FormFields([
            .init("form_token", token ?? WireText(String(made.output[1].substring ?? ""))),
            .init("decision", decision),
        ])
        return await browser.send(
            .post,
            WireText(String(parts[0])),
            query: parts.count == 2 ? WireText(String(parts[1])) : nil,
            form: form,
            headers
        )
    }

    @Test func `CO-24 a yes counts only from our page, in this login`() async throws {
        _ = try await logIn()
        let page = await ask([])
        let other = SampleBrowser(house)
        _ = try await other.logIn("anna")
        let foreign = await other.get("/logout")
        let token = try #require(try Regex(#"name="form_token" value="([^"]+)""#).firstMatch(in: foreign.text))
        let dashboard = try await browser.form(at: "/consents", deciding: "log-out").fields[0].value
        for answer in [
            try await confirm(page, [(.origin, "https://evil.test")]),
            try await confirm(page, [(.secFetchSite, "cross-site")]), try await confirm(page, decision: "stop"),
            try await confirm(page, token: "x"), try await confirm(page, token: dashboard),
            try await confirm(page, token: WireText(String(token.output[1].substring ?? ""))),
        ] {
            #expect(answer.status == .forbidden)
            #expect(await isLoggedIn())
        }
        #expect(try await confirm(page).status == .ok)
        #expect(!(await isLoggedIn()))
    }

    @Test func `CO-24 a form of another site comes back as a question, and with it nothing that is not looked at`()
        async throws
    {
        _ = try await logIn()
        let form = FormFields([
            .init("client_id", "tpp-1"), .init("state", "s"), .init("next", "//evil.test"), .init("ui_locales", "en"),
        ])
        let answer = await browser.post("/logout", form, [(.origin, "https://evil.test")])
        #expect(answer.status == .seeOther)
        #expect(answer.fields.first(.location) == "/logout?client_id=tpp-1&state=s&ui_locales=en")
        #expect(await isLoggedIn())
        #expect(await browser.post("/logout", form, [(.contentType, "text/plain")]).status == .badRequest)
    }

    @Test func `CO-24 an ID token of this login ends it at once, however old`() async throws {
        let session = try await logIn()
        let answer = await ask([
            ("id_token_hint", try hint(session, expires: .noon - 86_400)), ("post_logout_redirect_uri", Self.home),
        ])
        #expect(answer.fields.first(.location) == "https://c.example/logged-out")
        #expect(!(await isLoggedIn()))
    }

    @Test func `CO-24 an ID token of another login has the person asked, and the yes takes the browser back`()
        async throws
    {
        let first = try await logIn("bert")
        browser.session = nil
        _ = try await logIn("anna")
        let page = await ask([("id_token_hint", try hint(first)), ("post_logout_redirect_uri", Self.home)])
        #expect(page.status == .ok)
        #expect(await isLoggedIn())
        #expect(try await confirm(page).fields.first(.location) == "https://c.example/logged-out")
        #expect(try await store.session(first.fingerprint) != nil, "whose token it was is still logged in elsewhere")
    }

    @Test func `AZ-15 what cannot be followed is said to the developer, and the person can still log out`()
        async throws
    {
        let session = try await logIn()
        let page = await ask([
            ("id_token_hint", try hint(session)), ("post_logout_redirect_uri", "https://evil.test/"),
        ])
        #expect(page.status == .badRequest)
        #expect(page.text.contains("The parameter post_logout_redirect_uri is not one that the client has registered."))
        #expect(page.fields.first(.location) == nil)
        #expect(await isLoggedIn())
        let answer = try await confirm(page)
        #expect(answer.status == .ok)
        #expect(answer.fields.first(.location) == nil)
        #expect(answer.text.contains("<title>Logged out – Sample Bank</title>"))
        #expect(!(await isLoggedIn()))
    }

    @Test func `a login that has vanished is no reason to stay`() async throws {
        let session = try await logIn()
        let hint = try hint(session)
        house.time.pass(seconds: 3_600)
        let answer = await ask([("id_token_hint", hint), ("post_logout_redirect_uri", Self.home), ("state", "s")])
        #expect(answer.fields.first(.location) == "https://c.example/logged-out?state=s")
        #expect(await ask([]).text.contains("<title>Logged out – Sample Bank</title>"))
        let bad = await ask([("post_logout_redirect_uri", Self.home)])
        #expect(bad.status == .badRequest)
        #expect(bad.fields.first(.location) == nil)
        #expect(await ask([("state", "a"), ("state", "b")]).status == .badRequest)
    }

    @Test func `the browser forgets what it held`() async throws {
        let session = try await logIn()
        let cookie = WireText("__Host-assent-session=\(try #require(browser.session)); __Host-assent-state=x")
        let query = FormFields([.init("id_token_hint", try hint(session))])
        let answer = await house.send(.get, "/logout", query: WireText(query.encoded), [(.cookie, cookie)])
        #expect(
            answer.fields.all(.setCookie) == [
                "__Host-assent-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0",
                "__Host-assent-state=; Path=/; Secure; SameSite=None; Max-Age=0",
            ]
        )
        #expect(answer.fields.first(.cacheControl) == "no-store")
    }

    @Test func `CO-27 what is not kept is not answered as done`() async throws {
        let session = try await logIn()
        try await tell(session, "tpp-1")
        let hint = try hint(session)
        store.fail(with: .full)
        let answer = await ask([("id_token_hint", hint), ("post_logout_redirect_uri", Self.home)])
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.fields.first(.setCookie) == nil)
        store.fail(with: nil)
        #expect(await isLoggedIn())
        #expect(try await store.dueNotices(at: .latest, limit: 9).isEmpty)
    }

    // MARK: Who is told

    @Test func `every client that got an ID token in this login is told once, and no other`() async throws {
        let session = try await logIn()
        try await tell(session, "tpp-1", "tpp-2", "tpp-3", "tpp-4")
        _ = await ask([("id_token_hint", try hint(session)), ("post_logout_redirect_uri", Self.home)])
        await house.house.notices.settle()
        let told = try sids(of: calls.tokens)
        #expect(Set(told.map(\.audience)) == ["tpp-1", "tpp-2"])
        #expect(told.count == 2)
        #expect(told.allSatisfy { $0.sid == session.sid })
        #expect(try await store.dueNotices(at: .latest, limit: 9).isEmpty)
    }

    @Test func `a client that is answered while somebody logs out is told as well`() async throws {
        let session = try await logIn()
        try await tell(session, "tpp-1")
        let late = TokenFamily.sample(id: "late", client: "tpp-2", intent: nil, sid: session.sid)
        // Whoever comes again finds it there already.
        store.beforeCommits { store throws(StoreFailure) in _ = try store.commitNow([.oauth(.openFamily(late))]) }
        _ = await ask([("id_token_hint", try hint(session))])
        await house.house.notices.settle()
        #expect(Set(try sids(of: calls.tokens).map(\.audience)) == ["tpp-1", "tpp-2"])
    }

    @Test func `logging out at the dashboard is told as well, and in frames where clients want it there`()
        async throws
    {
        let session = try await logIn()
        try await tell(session, "tpp-1", "tpp-3")
        let answer = await browser.post(
            "/consents/logout",
            try await browser.form(at: "/consents", deciding: "log-out")
        )
        #expect(answer.status == .ok)
        #expect(
            answer.text.contains(
                "src=\"https://c.example/front?iss=https%3A%2F%2Fbank.example&amp;sid=\(session.sid)\""
            )
        )
        #expect(answer.fields.first(.refresh) == "0; url=/consents/login")
        let policy = try #require(answer.fields.first(.contentSecurityPolicy))
        #expect(policy.string.contains("; frame-src https://c.example; form-action 'self'"))
        await house.house.notices.settle()
        #expect(try sids(of: calls.tokens).map(\.audience) == ["tpp-1"])
    }

    @Test func `who signs in again stays in the login that clients know; somebody else ends it`() async throws {
        let first = try await logIn("anna")
        try await tell(first, "tpp-1")
        // The dashboard does not ask who is signed in, so the form comes from before.
        let stranger = SampleBrowser(house, browser: browser.browser)
        for (username, isSame) in [("anna", true), ("bert", false)] as [(WireText, Bool)] {
            stranger.session = nil
            let form = try await stranger.form(at: "/consents/login", deciding: "log-in")
            stranger.session = browser.session
            let filled = FormFields(
                form.fields + [.init("username", username), .init("password", WireText("\(username)-sandbox"))]
            )
            #expect(await stranger.post("/consents/login", filled).status == .seeOther)
            browser.session = stranger.session
            let cookie = try #require(browser.session)
            let session = try #require(try await store.session(Fingerprint(of: cookie)))
            #expect((session.sid == first.sid) == isSame)
            #expect(try await store.session(first.fingerprint) == nil)
            await house.house.notices.settle()
            #expect(calls.tokens.isEmpty == isSame)
        }
    }

    @Test func `Back-Channel Logout 2.7: what was granted for the login ends, and what was granted beyond it stays`()
        async throws
    {
        let session = try await logIn()
        let login = TokenFamily.sample(id: "login", intent: nil, scope: ["openid"], sid: session.sid)
        let away = TokenFamily.sample(id: "away", intent: nil, scope: ["openid", "offline_access"], sid: session.sid)
        let consent = TokenFamily.sample(id: "consent", scope: ["openid", "accounts"], sid: session.sid)
        let other = TokenFamily.sample(id: "other", intent: nil, scope: ["openid"], sid: "another")
        for family in [login, away, consent, other] {
            #expect(try await store.commit([.oauth(.openFamily(family))]) == .kept)
        }
        _ = await ask([("id_token_hint", try hint(session))])
        #expect(try await store.family("login")?.revoked != nil)
        for id in ["away", "consent", "other"] as [Identifier<TokenFamily>] {
            #expect(try await store.family(id)?.revoked == nil)
        }
    }

    /// The bank after it has locked somebody.
    private struct Locked: Bank {
        let bank: CurrentBank
        let id: Identifier<OAuth.Person>

        func person(_ id: Identifier<OAuth.Person>) -> Customer? {
            bank.person(id).map { person in
                Customer(
                    id: person.id,
                    username: person.username,
                    name: person.name,
                    email: person.email,
                    passwordHash: person.passwordHash,
                    isLocked: person.id == self.id || person.isLocked
                )
            }
        }

        func person(named username: WireText) -> Customer? { bank.person(named: username).flatMap { person($0.id) } }

        func person(where fits: (Customer) -> Bool) -> Customer? { bank.person(where: fits) }

        func person(inPlaceOf username: WireText) -> Customer? { bank.person(inPlaceOf: username) }

        func accounts(of id: Identifier<OAuth.Person>) -> [AccountData] { bank.accounts(of: id) }

        func owner(of account: Identifier<Account>) -> Customer? { bank.owner(of: account) }
    }

    @Test func `whom the bank locks is logged out everywhere, and their clients are told`() async throws {
        let anna = try await logIn("anna")
        browser.session = nil
        let bert = try await logIn("bert")
        try await tell(anna, "tpp-1")
        try await tell(bert, "tpp-1")
        let housekeeping = Housekeeping(house.house)
        await housekeeping.round()
        #expect(try await store.session(anna.fingerprint) != nil)
        let before = try SampleHouse(store: MemoryStore())
        house.house.bank.replace(with: Locked(bank: before.house.bank, id: "psu-anna"))
        await housekeeping.round()
        await house.house.notices.settle()
        #expect(try await store.session(anna.fingerprint) == nil)
        #expect(try await store.session(bert.fingerprint) != nil)
        #expect(try sids(of: calls.tokens).map(\.sid) == [anna.sid])
    }

    // MARK: Telling again

    @Test func `a client that does not answer is told again, ever more seldom, and then no more`() async throws {
        let session = try await logIn()
        try await tell(session, "tpp-1")
        calls.answer(.serviceUnavailable)
        #expect(await ask([("id_token_hint", try hint(session))]).status == .ok)
        await house.house.notices.settle()
        #expect(calls.tokens.count == 1)
        let housekeeping = Housekeeping(house.house)
        for (index, pause) in Limits.logoutPauses.enumerated() {
            house.time.pass(seconds: pause - 1)
            await housekeeping.round()
            await house.house.notices.settle()
            #expect(calls.tokens.count == index + 1, "nothing is tried too early")
            house.time.pass(seconds: 1)
            await housekeeping.round()
            await house.house.notices.settle()
            #expect(calls.tokens.count == index + 2)
        }
        #expect(try await store.dueNotices(at: .latest, limit: 9).isEmpty)
        let keys = try JWKSet(JSONReader.read(SampleHouse.keys.publicDocument))
        let names = try calls.tokens.map { try JWT($0, signedBy: keys, allowing: [.es256]).claims["jti"]?.text }
        #expect(Set(names).count == 1, "a client knows one notice by one name")
    }

    @Test(arguments: [(.ok, 0), (.noContent, 0), (.badRequest, 0), (.notFound, 1), (.found, 1)] as [(Status, Int)])
    func `what a client answers says whether it is told again`(status: Status, left: Int) async throws {
        let session = try await logIn()
        try await tell(session, "tpp-1")
        calls.answer(status)
        _ = await ask([("id_token_hint", try hint(session))])
        await house.house.notices.settle()
        #expect(calls.tokens.count == 1)
        #expect(try await store.dueNotices(at: .latest, limit: 9).count == left)
    }

    @Test func `a notice of before a crash is told after it`() async throws {
        #expect(try await store.commit([.logout(.keepNotice(.sample))]) == .kept)
        await Housekeeping(house.house).round()
        await house.house.notices.settle()
        #expect(try sids(of: calls.tokens).map(\.sid) == ["login-1"])
    }

    @Test func `nobody tells a client that has gone, or wants to hear nothing any more`() async throws {
        #expect(try await store.commit([.logout(.keepNotice(.sample(client: "tpp-4")))]) == .kept)
        #expect(try await store.commit([.logout(.keepNotice(.sample(id: "2", client: "tpp-9")))]) == .kept)
        await Housekeeping(house.house).round()
        await house.house.notices.settle()
        #expect(calls.tokens.isEmpty)
        #expect(try await store.dueNotices(at: .latest, limit: 9).isEmpty)
    }

    // MARK: Session management

    @Test func `the page that clients frame runs one script and nothing else, and may be framed`() async throws {
        let page = await house.send(.get, "/session")
        #expect(page.status == .ok)
        let script = try #require(try Regex(#"<script>([\s\S]*)</script>"#).firstMatch(in: page.text))
        let digest = Base64.encode(Digest.sha256(WireText(String(script.output[1].substring ?? ""))))
        #expect(
            page.fields.first(.contentSecurityPolicy)
                == WireText("default-src 'none'; base-uri 'none'; form-action 'none'; script-src 'sha256-\(digest)'")
        )
        #expect(page.fields.first(.xFrameOptions) == nil)
        #expect(page.fields.first(.xContentTypeOptions) == "nosniff")
        #expect(page.fields.first(.setCookie) == nil)
    }

    @Test func `what a script can read is no way to the login`() async throws {
        let form = try await browser.form(at: "/consents/login", deciding: "log-in")
        let answer = await browser.post(
            "/consents/login",
            FormFields(form.fields + [.init("username", "anna"), .init("password", "anna-sandbox")])
        )
        let cookies = answer.fields.all(.setCookie).map(\.string)
        #expect(cookies.count == 2)
        let state = try #require(cookies.first { $0.hasPrefix("__Host-assent-state=") })
        #expect(state.hasSuffix("; Path=/; Secure; SameSite=None; Max-Age=1800"))
        let value = WireText(String(state.dropFirst("__Host-assent-state=".count).prefix { $0 != ";" }))
        #expect(value.byteCount == 43)
        let session = try #require(browser.session)
        #expect(value != session)
        let stranger = SampleBrowser(house)
        stranger.session = value
        #expect(await stranger.get("/consents").status == .seeOther)
    }
}

extension Response {
    fileprivate var text: String { String(decoding: body, as: UTF8.self) }
}
