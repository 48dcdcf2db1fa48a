import AssentServer
import Consents
import Crypto
import Foundation
import HTTP
import JOSE
import OAuth
import Storage
import Synchronization
import TestSupport
import Testing
import Text

/// What people do with their own consents, without any third party.
struct DashboardTests {
    private static let path: WireText = "/consents/consent-1"

    /// A house in which the sample consent is given, and a browser in which somebody is signed in.
    private static func signedIn(
        _ username: WireText = "anna",
        given changes: [Storage.Change] = Storage.Change.granted,
        after seconds: Int = 0
    ) async throws -> (store: MemoryStore, browser: SampleBrowser) {
        let store = MemoryStore()
        #expect(try await store.commit(changes) == .kept)
        let house = try SampleHouse(store: store)
        house.time.pass(seconds: seconds)
        let browser = SampleBrowser(house)
        let answer = try await browser.logIn(username)
        #expect(answer.fields.first(.location) == "/consents")
        return (store, browser)
    }

    // MARK: Who may look

    @Test(arguments: ["", "/consent-1", "/consent-1/revoke", "/consent-1/receipt", "/consent-9"])
    func `nobody sees anything before they have logged in`(path: String) async throws {
        let store = MemoryStore()
        #expect(try await store.commit(Storage.Change.granted) == .kept)
        let browser = SampleBrowser(try SampleHouse(store: store))
        let answer = await browser.get(WireText("/consents\(path)"))
        #expect(answer.status == .seeOther)
        #expect(answer.fields.first(.location) == "/consents/login")
        #expect(answer.body.isEmpty)
    }

    @Test func `what is shown says who sees what, of which accounts, and since when`() async throws {
        let (_, browser) = try await Self.signedIn()
        for (path, words) in [
            ("/consents", ["ABC Trades", "You agreed on", "Sharing stops on", "Your Account Details"]),
            (
                Self.path,
                [
                    "ABC Trades", "Your account balance", "An account that we no longer have", "Sharing began",
                    "consent-1",
                ]
            ),
        ] as [(WireText, [String])] {
            let answer = await browser.get(path)
            #expect(answer.status == .ok)
            for word in words { #expect(answer.text.contains(word), "\(path) says \(word)") }
        }
    }

    @Test(arguments: ["/consents", "/consents/consent-1", "/consents/consent-1/revoke", "/consents/nothing"])
    func `CO-01 a page of the dashboard is framed, opened and kept by nobody`(path: String) async throws {
        let (_, browser) = try await Self.signedIn()
        let answer = await browser.get(WireText(path))
        #expect(answer.fields.first(.crossOriginOpenerPolicy) == "same-origin")
        #expect(answer.fields.first(.cacheControl) == "no-store")
        #expect(answer.fields.first(.xFrameOptions) == "DENY")
        #expect(answer.fields.first(.referrerPolicy) == "no-referrer")
        let policy = try #require(answer.fields.first(.contentSecurityPolicy))
        #expect(policy.string.hasPrefix("default-src 'none'"))
        #expect(policy.string.hasSuffix("form-action 'self'"))
    }

    @Test(arguments: [("", Method.get), ("/revoke", .get), ("/revoke", .post), ("/receipt", .get)])
    func `SD-02 another person's consent is not there, like one that never was`(
        end: String,
        method: HTTP.Method
    ) async throws {
        let (store, browser) = try await Self.signedIn("bert")
        let awaiting = Consent.sample(id: "consent-2")
        #expect(try await store.commit([.consent(.registration(of: awaiting))]) == .kept)
        var pages: Set<String> = []
        for id in ["consent-1", "consent-2", "consent-9"] {
            let form = FormFields([.init("form_token", "x"), .init("decision", "stop")])
            let answer = await browser.send(
                method,
                WireText("/consents/\(id)\(end)"),
                form: method == .post ? form : nil
            )
            #expect(answer.status == .notFound)
            // All is the same but the reference, by which the log knows it.
            pages.insert(answer.text.replacing(try Regex(#"<bdi dir="ltr"[^>]*>[^<]*</bdi>"#), with: ""))
        }
        #expect(pages.count == 1)
        #expect(try await store.consent("consent-1")?.status == .authorised)
        #expect(!(await browser.get("/consents").text.contains("ABC Trades")))
    }

    // MARK: Stopping

    @Test func `CO-45 what its owner stops is over at once, and the ledger says who did it`() async throws {
        let (store, browser) = try await Self.signedIn()
        let token = try browser.house.accessToken()
        let bearer: [(FieldName, WireText)] = [(.authorization, WireText("Bearer \(token)"))]
        #expect(await browser.house.send(.get, "/userinfo", bearer).status == .ok)

        let answer = try await browser.stop(Self.path)
        #expect(answer.status == .seeOther)
        #expect(answer.fields.first(.location) == Self.path)
        let consent = try #require(try await store.consent("consent-1"))
        #expect(consent.status == .revoked)
        #expect(consent.deleted == nil)
        let last = try #require(try await store.revisions(of: "consent-1").last)
        #expect(last.actor == .person("psu-anna"))
        #expect(last.reason == .revokedByPerson)
        #expect(await browser.house.send(.get, "/userinfo", bearer).status == .unauthorized)
        let page = await browser.get(Self.path)
        #expect(page.text.contains("Sharing stopped on"))
        #expect(!page.text.contains("revoke\""))
    }

    @Test func `SD-03 a consent that has ended is not stopped again, and the page says so`() async throws {
        let (store, browser) = try await Self.signedIn()
        let form = try await browser.form(at: WireText("\(Self.path)/revoke"), deciding: "stop")
        #expect(await browser.post(WireText("\(Self.path)/revoke"), form).status == .seeOther)
        for answer in [
            await browser.post(WireText("\(Self.path)/revoke"), form),
            await browser.get(WireText("\(Self.path)/revoke")),
        ] {
            #expect(answer.status == .conflict)
            #expect(answer.text.contains("Sharing has already ended"))
        }
        #expect(try await store.revisions(of: "consent-1").count == 3)
    }

    /// What others do to the consent between the reading and the commit.
    enum Meanwhile: String, CaseIterable {
        case confirmed
        case deleted
        case revokedByBank
        case signedOut
    }

    @Test(arguments: Meanwhile.allCases)
    func `SD-03 of a stop and what happens beside it one wins, and the other is told`(
        meanwhile: Meanwhile
    ) async throws {
        let (store, browser) = try await Self.signedIn()
        let form = try await browser.form(at: WireText("\(Self.path)/revoke"), deciding: "stop")
        let happened = Mutex(false)
        let session = Fingerprint(of: browser.session ?? "")
        store.beforeCommits { store throws(StoreFailure) in
            let isFirst = happened.withLock { happened in
                defer { happened = true }
                return !happened
            }
            guard isFirst, let consent = try await store.consent("consent-1") else { return }
            let change: ConsentChange? =
                switch meanwhile {
                case .confirmed:
                    try? consent.change(
                        .authorise(person: "psu-anna", accounts: ["anna-current"]),
                        by: .person("psu-anna"),
                        at: .noon + 90
                    )
                case .deleted: try? consent.change(.delete, by: .thirdParty("tpp-1"), at: .noon + 90)
                case .revokedByBank: try? consent.change(.revoke(.bank), by: .staff("desk"), at: .noon + 90)
                case .signedOut: nil
                }
            let changes: [Storage.Change] = change.map { [.consent($0)] } ?? [.oauth(.endSession(session))]
            _ = try store.commitNow(changes)
        }
        let answer = await browser.post(WireText("\(Self.path)/revoke"), form)
        let consent = try #require(try await store.consent("consent-1"))
        switch meanwhile {
        case .confirmed:
            #expect(answer.status == .seeOther)
            #expect(consent.reason == .revokedByPerson)
            #expect(consent.authorisation?.accounts == ["anna-current"])
        case .deleted, .revokedByBank:
            #expect(answer.status == .conflict)
            #expect(answer.text.contains("Sharing has already ended"))
            #expect(consent.reason == (meanwhile == .deleted ? .deletedByThirdParty : .revokedByBank))
        case .signedOut:
            #expect(answer.fields.first(.location) == "/consents/login")
            #expect(consent.status == .authorised)
        }
    }

    @Test func `a stop that is overtaken again and again is to be tried later`() async throws {
        let (store, browser) = try await Self.signedIn()
        let form = try await browser.form(at: WireText("\(Self.path)/revoke"), deciding: "stop")
        store.beforeCommits { store throws(StoreFailure) in
            guard let consent = try await store.consent("consent-1"),
                let change = try? consent.change(
                    .authorise(person: "psu-anna", accounts: ["anna-current"]),
                    by: .person("psu-anna"),
                    at: .noon + 90
                )
            else { return }
            _ = try store.commitNow([.consent(change)])
        }
        let answer = await browser.post(WireText("\(Self.path)/revoke"), form)
        #expect(answer.status == .serviceUnavailable)
        #expect(try await store.consent("consent-1")?.status == .authorised)
    }

    @Test func `a store that fails at any step stops nothing that it has not kept`() async throws {
        let (store, browser) = try await Self.signedIn()
        let form = try await browser.form(at: WireText("\(Self.path)/revoke"), deciding: "stop")
        // The session, the consent, the consent once more, and the commit.
        for calls in 0..<4 {
            store.failOnce(with: .unavailable, after: calls)
            let answer = await browser.post(WireText("\(Self.path)/revoke"), form)
            #expect(answer.status == .serviceUnavailable)
            #expect(answer.fields.contains(.retryAfter))
            #expect(try await store.consent("consent-1")?.status == .authorised)
        }
        store.failOnce(with: .unavailable, after: 4)
        #expect(await browser.post(WireText("\(Self.path)/revoke"), form).status == .seeOther)
    }

    // MARK: Forged forms

    @Test(
        arguments: [
            [(FieldName.origin, "https://evil.test")], [(.origin, "null")],
            [(.secFetchSite, "cross-site")], [(.secFetchSite, "same-site")], [(.secFetchSite, "none")],
        ] as [[(FieldName, WireText)]]
    )
    func `CO-22 another site's form neither stops anything nor logs anybody out or in`(
        headers: [(FieldName, WireText)]
    ) async throws {
        let (store, browser) = try await Self.signedIn()
        let stop = try await browser.form(at: WireText("\(Self.path)/revoke"), deciding: "stop")
        let leave = try await browser.form(at: "/consents", deciding: "log-out")
        #expect(await browser.post(WireText("\(Self.path)/revoke"), stop, headers).status == .forbidden)
        #expect(await browser.post("/consents/logout", leave, headers).status == .forbidden)
        #expect(await browser.get("/consents").status == .ok)
        #expect(try await store.consent("consent-1")?.status == .authorised)

        let stranger = SampleBrowser(browser.house)
        let form = try await stranger.form(at: "/consents/login", deciding: "log-in")
            .adding(.init("username", "bert"), .init("password", "bert-sandbox"))
        let answer = await stranger.post("/consents/login", form, headers)
        #expect(answer.status == .forbidden)
        #expect(!answer.fields.contains(.setCookie))
    }

    @Test func `CO-22 a form of another consent, step, session or field is not taken`() async throws {
        let second = Consent.sample(id: "consent-2")
        let event = ConsentEvent.authorise(person: "psu-anna", accounts: ["anna-current"])
        let given = try second.change(event, by: .person("psu-anna"), at: .noon)
        let (store, browser) = try await Self.signedIn(
            given: Storage.Change.granted + [.consent(.registration(of: second)), .consent(given)]
        )
        let stop = WireText("\(Self.path)/revoke")
        let own = try await browser.form(at: stop, deciding: "stop")
        let ofSession = SampleBrowser(browser.house)
        _ = try await ofSession.logIn("anna")
        for form in [
            try await browser.form(at: "/consents/consent-2/revoke", deciding: "stop"),
            try await browser.form(at: "/consents", deciding: "stop"),
            try await ofSession.form(at: stop, deciding: "stop"),
            FormFields([.init("decision", "stop")]), FormFields([.init("form_token", ""), .init("decision", "stop")]),
            FormFields(Array(own.fields.prefix(1))),
            own.adding(.init("sub", "psu-bert")), own.adding(.init("account", "anna-current")),
            FormFields([own.fields[0], .init("decision", "log-out")]),
        ] {
            #expect(await browser.post(stop, form).status == .forbidden)
        }
        for type in ["text/plain", "multipart/form-data; boundary=x", "application/json"] as [WireText] {
            let answer = await browser.post(stop, own, [(.contentType, type)])
            #expect(answer.status == .unsupportedMediaType)
        }
        #expect(await browser.house.send(.put, stop).status == .methodNotAllowed)
        #expect(await browser.get("/consents/logout").status == .methodNotAllowed)
        #expect(try await store.consent("consent-1")?.status == .authorised)
    }

    // MARK: Coming and going

    @Test func `CO-27 whoever has logged out sees nothing, and no form of theirs is taken`() async throws {
        let (store, browser) = try await Self.signedIn()
        let stop = try await browser.form(at: WireText("\(Self.path)/revoke"), deciding: "stop")
        let old = browser.session
        let leave = try await browser.form(at: "/consents", deciding: "log-out")
        let answer = await browser.post("/consents/logout", leave)
        #expect(answer.fields.first(.location) == "/consents/login")
        #expect(browser.session == nil)
        browser.session = old
        #expect(await browser.get("/consents").status == .seeOther)
        #expect(await browser.post(WireText("\(Self.path)/revoke"), stop).status == .seeOther)
        #expect(try await store.consent("consent-1")?.status == .authorised)
    }

    @Test func `CO-21 every login has a new session, and ends the one before`() async throws {
        let (_, browser) = try await Self.signedIn()
        let first = try #require(browser.session)
        let login = await browser.get("/consents/login")
        #expect(login.fields.first(.location) == "/consents", "who is signed in need not sign in again")
        let old = SampleBrowser(browser.house)
        old.session = first
        #expect(await old.get("/consents").status == .ok)
        let form = try await SampleBrowser(browser.house, browser: browser.browser)
            .form(at: "/consents/login", deciding: "log-in")
            .adding(.init("username", "anna"), .init("password", "anna-sandbox"))
        #expect(await browser.post("/consents/login", form).status == .seeOther)
        #expect(browser.session != first)
        #expect(await old.get("/consents").status == .seeOther)
    }

    @Test func `CO-50 a wrong name and a wrong password are one answer, and many are slowed down`() async throws {
        let browser = SampleBrowser(try SampleHouse(store: MemoryStore()))
        let form = try await browser.form(at: "/consents/login", deciding: "log-in")
        var pages: Set<String> = []
        for name in ["anna", "nobody"] as [WireText] {
            let wrong = form.adding(.init("username", name), .init("password", "wrong"))
            let answer = await browser.post("/consents/login", wrong)
            #expect(answer.status == .badRequest)
            pages.insert(answer.text.replacing(name.string, with: "name"))
        }
        #expect(pages.count == 1)
        var last = HTTP.Status.ok
        for _ in 0..<5 {
            let wrong = form.adding(.init("username", "anna"), .init("password", "wrong"))
            last = await browser.post("/consents/login", wrong).status
        }
        #expect(last == .tooManyRequests)
    }

    @Test(arguments: [true, false])
    func `CO-51 strangers behind a proxy slow down nobody else behind it`(isTrusted: Bool) async throws {
        let store = MemoryStore()
        for _ in 0..<30 {
            let failure = OAuth.Change.countLoginFailure(.address("192.0.2.1"), at: .noon + 30)
            #expect(try await store.commit([.oauth(failure)]) == .kept)
        }
        let intake = CertificateIntake(proxies: isTrusted ? ["192.0.2.1"] : [])
        let browser = SampleBrowser(try SampleHouse(store: store, certificates: intake))
        #expect(try await browser.logIn("anna").status == (isTrusted ? .seeOther : .tooManyRequests))
    }

    // MARK: Lists and history

    @Test func `SD-26 many consents come in pages, those in force first, and no number breaks them`() async throws {
        var changes: [Storage.Change] = []
        for number in 0..<20 {
            let consent = Consent.sample(
                id: Identifier(WireText("consent-\(number)")),
                created: .noon + number
            )
            let event = ConsentEvent.authorise(person: "psu-anna", accounts: ["anna-current"])
            let given = try consent.change(event, by: .person("psu-anna"), at: .noon + 20)
            changes += [.consent(.registration(of: consent)), .consent(given)]
            if number >= 10 {
                let over = try given.consent.change(.revoke(.bank), by: .staff("desk"), at: .noon + 21)
                changes.append(.consent(over))
            }
        }
        let (_, browser) = try await Self.signedIn(given: changes)
        var seen: [String] = []
        for page in 1...4 {
            let answer = await browser.get("/consents", query: WireText("page=\(page)"))
            let ids = answer.text.matches(of: try Regex(#"<a id="details-[^"]*" href="/consents/(consent-[0-9]+)""#))
                .map { String($0.output[1].substring ?? "") }
            #expect(ids.count == 5)
            #expect(answer.body.count <= 20_000)
            seen += ids
        }
        #expect(seen == (0..<10).reversed().map { "consent-\($0)" } + (10..<20).reversed().map { "consent-\($0)" })
        for odd in ["0", "-1", "1e3", "9223372036854775808", "x", "", "1'--", "%31%00"] as [WireText] {
            let answer = await browser.get("/consents", query: WireText("page=\(odd)"))
            #expect(answer.text.contains("Page 1 of 4"), "\(odd)")
        }
        #expect(await browser.get("/consents", query: "page=999999").fields.first(.location) == "/consents")
    }

    @Test func `a consent that ended by its date says so, though nobody wrote that down`() async throws {
        let (_, browser) = try await Self.signedIn(after: 91 * 86_400)
        #expect(await browser.get("/consents").text.contains("No longer shared"))
        let page = await browser.get(Self.path)
        #expect(page.text.contains("Sharing ended on the agreed date"))
        #expect(page.text.contains("Sharing ended on"))
        #expect(await browser.get(WireText("\(Self.path)/revoke")).status == .conflict)
    }

    // MARK: The receipt

    @Test func `a receipt is a signed token of its own type with the whole consent in it`() async throws {
        let (store, browser) = try await Self.signedIn()
        #expect(try await browser.stop(Self.path).status == .seeOther)
        let answer = await browser.get(WireText("\(Self.path)/receipt"))
        #expect(answer.status == .ok)
        #expect(answer.fields.first(.contentType) == "application/jwt")
        #expect(answer.fields.first(.contentDisposition) == "attachment; filename=\"consent-consent-1.jwt\"")
        let keys = try JWKSet(JSONReader.read(browser.house.house.keys.publicDocument))
        let token = try JWT(WireText(answer.text), signedBy: keys, allowing: [.es256])
        #expect(token.header.isOfType("consent-receipt+jwt"))
        #expect(token.claims["iss"] == .text(Issuer.sample.text))
        #expect(token.claims["sub"] == "psu-anna")
        #expect(token.claims["jti"]?.text?.isEmpty == false)
        let consent = try #require(token.claims["consent"])
        #expect(consent["id"] == "consent-1")
        #expect(consent["status"] == "revoked")
        #expect(consent["third_party"]?["client_id"] == "tpp-1")
        #expect(consent["permissions"] == ["ReadAccountsDetail", "ReadBalances"])
        let history = try #require(consent["history"]?.array)
        let revisions = try await store.revisions(of: "consent-1")
        #expect(history.compactMap { $0["what"]?.text } == ["registered", "authorised", "revoked-by-person"])
        #expect(history.compactMap { $0["by"]?.text } == ["third-party", "person", "person"])
        #expect(history.compactMap { $0["terms_sha256"]?.text } == revisions.map { WireText(Hex.encode($0.terms)) })

        let bearer = await browser.house.send(
            .get,
            "/userinfo",
            [(.authorization, WireText("Bearer \(answer.text)"))]
        )
        #expect(bearer.status == .unauthorized, "a receipt opens nothing")
    }
}

/// Cookies and forms, as a browser has them.
final class SampleBrowser {
    let house: SampleHouse
    var browser: WireText?
    var session: WireText?
    /// The language that was chosen, and when.
    var language: WireText?

    init(_ house: SampleHouse, browser: WireText? = nil) {
        self.house = house
        self.browser = browser
    }

    func send(
        _ method: HTTP.Method,
        _ path: WireText,
        query: WireText? = nil,
        form: FormFields? = nil,
        _ headers: [(FieldName, WireText)] = []
    ) async -> Response {
        var cookies: [String] = []
        if let browser { cookies.append("__Host-assent-browser=\(browser)") }
        if let session { cookies.append("__Host-assent-session=\(session)") }
        if let language { cookies.append("__Host-assent-language=\(language)") }
        let cookie = cookies.isEmpty ? [] : [(FieldName.cookie, WireText(cookies.joined(separator: "; ")))]
        let answer = await house.send(method, path, query: query, form: form, cookie + headers)
        for line in answer.fields.all(.setCookie) {
            let pair = line.string.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
            let value = pair.count == 2 ? WireText(String(pair[1])) : nil
            switch pair[0] {
            case "__Host-assent-browser": browser = value
            case "__Host-assent-session": session = value
            case "__Host-assent-language": language = value
            default: break
            }
        }
        return answer
    }

    func get(_ path: WireText, query: WireText? = nil) async -> Response {
        await send(.get, path, query: query)
    }

    func post(_ path: WireText, _ form: FormFields, _ headers: [(FieldName, WireText)] = []) async -> Response {
        await send(.post, path, form: form, headers)
    }

    /// The form of a page, with one of its buttons pressed.
    func form(at path: WireText, deciding decision: WireText) async throws -> FormFields {
        let page = await get(path)
        #expect(page.status == .ok)
        let token = try #require(try Regex(#"name="form_token" value="([^"]*)""#).firstMatch(in: page.text))
        return FormFields([
            .init("form_token", WireText(String(token.output[1].substring ?? ""))), .init("decision", decision),
        ])
    }

    func logIn(_ username: WireText) async throws -> Response {
        let form = try await form(at: "/consents/login", deciding: "log-in")
            .adding(.init("username", username), .init("password", WireText("\(username)-sandbox")))
        return await post("/consents/login", form)
    }

    func stop(_ path: WireText) async throws -> Response {
        let stop = WireText("\(path)/revoke")
        return await post(stop, try await form(at: stop, deciding: "stop"))
    }
}

extension FormFields {
    fileprivate func adding(_ fields: Field...) -> FormFields { FormFields(self.fields + fields) }
}

extension Response {
    fileprivate var text: String { String(decoding: body, as: UTF8.self) }
}
