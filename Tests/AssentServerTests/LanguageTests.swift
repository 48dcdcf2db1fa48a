import AssentServer
import Consents
import HTTP
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// In which language a page is, and how that is chosen.
struct LanguageTests {
    private static let help: WireText = "/help/errors/forbidden"

    private let house: SampleHouse
    private let browser: SampleBrowser

    init() throws {
        house = try SampleHouse(store: MemoryStore())
        browser = SampleBrowser(house)
    }

    /// The language of a page, as its header and its first tag say.
    private func language(of page: Response) throws -> String {
        let header = try #require(page.fields.first(.contentLanguage))
        let tag = try #require(try Regex(#"<html lang="([^"]*)" dir="([^"]*)">"#).firstMatch(in: page.html))
        #expect(String(tag.output[1].substring ?? "") == header.string)
        #expect(tag.output[2].substring == (header == "ar" ? "rtl" : "ltr"))
        return header.string
    }

    private func choose(_ language: WireText, at path: WireText, query: WireText? = nil) async -> Response {
        await browser.send(.post, path, query: query, form: FormFields([.init("language", language)]))
    }

    // MARK: What the browser prefers

    @Test(
        arguments: [
            ("cy", "cy"), ("pl, en;q=0.5", "pl"), ("en;q=0.5, pl", "pl"), ("de-CH", "de"), ("DE-ch-1996;q=1.0", "de"),
            ("xx, fr;q=0.1", "fr"), ("de;q=0.3, fr;q=0.30, es;q=0.301", "es"), ("fr, de", "fr"), ("de,fr", "de"),
            ("ar-SA-u-nu-latn", "ar"), ("fr;q=0, de;q=0.001", "de"), ("cy ; q=1", "cy"), ("*", "en"), ("", "en"),
            ("xx", "en"), (";;,,", "en"), ("pl;q=2", "en"), ("pl;q=0.1234", "en"), ("pl;level=1", "en"), ("p", "en"),
            ("../../de", "en"), ("<pl>", "en"), ("fr_FR", "en"), ("i-klingon, tlh-cy", "en"), ("cy-a", "cy"),
        ] as [(WireText, String)]
    )
    func `a page is in the language that the browser likes best of those there are`(wish: WireText, language: String)
        async throws
    {
        let page = await browser.send(.get, Self.help, [(.acceptLanguage, wish)])
        #expect(try self.language(of: page) == language)
    }

    @Test func `wishes in several lines are one list, and no list is too long`() async throws {
        let lines: [(FieldName, WireText)] = [(.acceptLanguage, "xx"), (.acceptLanguage, "pl;q=0.1, cy;q=0.2")]
        #expect(try language(of: await browser.send(.get, Self.help, lines)) == "cy")
        let long = WireText((0..<200).map { "x\($0 % 10)x" }.joined(separator: ",") + ",cy")
        #expect(try language(of: await browser.send(.get, Self.help, [(.acceptLanguage, long)])) == "en")
    }

    // MARK: What the client asks for

    @Test(
        arguments: [
            ("cy", "cy"), ("fr-CA", "fr"), ("fr-CA cy", "fr"), ("xx-unknown cy", "cy"), ("zh-Hant-TW de-x-y", "de"),
            ("", "pl"), ("xx", "pl"), ("se xx", "pl"), ("<script> ../.. \u{e9}", "pl"), ("EN-gb", "en"),
        ] as [(WireText, String)]
    )
    func `ui_locales comes before what the browser prefers, and a tag that nobody knows is no error`(
        wish: WireText,
        language: String
    ) async throws {
        let query = FormFields.sampleAuthorization.setting("scope", "openid").setting("claims", nil)
            .setting("ui_locales", wish.isEmpty ? nil : wish)
        let preferred: [(FieldName, WireText)] = [(.acceptLanguage, "pl")]
        let parked = await browser.send(.get, "/authorize", query: WireText(query.encoded), preferred)
        #expect(parked.status == .seeOther)
        let login = try #require(parked.fields.first(.location))
        #expect(try self.language(of: await browser.send(.get, login, preferred)) == language)
        // A no to the request as it came is in the same language.
        let wrong = query.setting("redirect_uri", "https://evil.test/")
        let error = await browser.send(.get, "/authorize", query: WireText(wrong.encoded), preferred)
        #expect(error.status == .badRequest)
        #expect(try self.language(of: error) == language)
    }

    @Test func `what stands in the place of a page is in the language of its request`() async throws {
        let query = FormFields.sampleAuthorization.setting("scope", "openid").setting("claims", nil)
            .setting("ui_locales", "de")
        let parked = await browser.send(.get, "/authorize", query: WireText(query.encoded))
        let login = try #require(parked.fields.first(.location))
        let forged = await browser.post(login, FormFields([.init("form_token", "x"), .init("decision", "log-in")]))
        #expect(forged.status == .forbidden)
        #expect(try language(of: forged) == "de")
        // Who has no way into the request sees nothing of it, its language included.
        let stranger = await SampleBrowser(house).get(login)
        #expect(try language(of: stranger) == "en")
    }

    // MARK: What the person chooses

    @Test func `a language that is chosen is kept, and the page is there once more`() async throws {
        let answer = await choose("cy", at: Self.help)
        #expect(answer.status == .seeOther)
        #expect(answer.fields.first(.location) == Self.help)
        #expect(answer.fields.first(.cacheControl) == "no-store")
        let cookie = try #require(answer.fields.first(.setCookie))
        #expect(cookie.string.hasPrefix("__Host-assent-language=cy."))
        #expect(cookie.string.hasSuffix("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000"))
        let page = await browser.send(.get, Self.help, [(.acceptLanguage, "pl")])
        #expect(try language(of: page) == "cy")
        #expect(page.html.contains(#"name="language" value="en" lang="en" dir="ltr" formnovalidate>English</button>"#))
        #expect(page.html.contains(#"name="language" value="ar" lang="ar" dir="rtl" formnovalidate>العربية</button>"#))
        #expect(!page.html.contains(#"value="cy""#))
    }

    @Test(
        arguments: [
            (Method.get, "/authorize", "client_id=nobody&x=%22%3E"), (.get, "/device", "user_code=WDJB-MJHT"),
            (.get, "/consents", "page=2"), (.get, "/consents/consent-1", nil),
            (.get, "/consents/consent-1/revoke", nil),
            (.get, "/logout", "client_id=tpp-1"), (.get, "/help/errors/forbidden", nil),
            (.get, "/xs2a/v1/app/nothing", nil), (.get, "/interaction/nothing/consent", nil),
        ] as [(HTTP.Method, WireText, WireText?)]
    )
    func `whatever the address of a page, the form leads back to it`(
        method: HTTP.Method,
        path: WireText,
        query: WireText?
    ) async throws {
        let answer = await choose("de", at: path, query: query)
        #expect(answer.status == .seeOther)
        #expect(answer.fields.first(.location) == (query.map { WireText("\(path)?\($0)") } ?? path))
        #expect(browser.language?.hasPrefix("de.") == true)
    }

    @Test(
        arguments: [
            ("/logout/confirm", "/logout"), ("/consents/logout", "/consents"), ("/consents/1/answer", "/consents"),
        ] as [(WireText, WireText)]
    )
    func `where there is nothing to look at, it leads to what came before`(path: WireText, target: WireText)
        async throws
    {
        #expect(await choose("de", at: path).fields.first(.location) == target)
    }

    @Test(
        arguments: [
            ("language=cy", "cross-site", "application/x-www-form-urlencoded"),
            ("language=cy", "same-site", "application/x-www-form-urlencoded"),
            ("language=cy", nil, "text/plain"),
            ("language=cy&x=y", nil, "application/x-www-form-urlencoded"),
            ("language=", nil, "application/x-www-form-urlencoded"),
            ("language=c%20y", nil, "application/x-www-form-urlencoded"),
            ("language=cy%0d%0aSet-Cookie:x", nil, "application/x-www-form-urlencoded"),
        ] as [(WireText, WireText?, WireText)]
    )
    func `no other form chooses a language, and no other site`(
        body: WireText,
        site: WireText?,
        type: WireText
    ) async throws {
        var fields = Fields()
        fields.append(.contentType, try #require(FieldValue(type)))
        if let site { fields.append(.secFetchSite, try #require(FieldValue(site))) }
        let answer = await house.application.respond(
            to: Request(
                method: .post,
                path: "/consents",
                authority: "bank.example",
                fields: fields,
                body: body.bytes,
                peer: Peer(address: "192.0.2.1", port: 1, isEncrypted: true)
            )
        )
        #expect(answer.status == .methodNotAllowed)
        #expect(answer.fields.first(.setCookie) == nil)
    }

    @Test(arguments: ["/token", "/introspect", "/jwks", "/nothing", "//evil.test/x", "/session"] as [WireText])
    func `only where there are pages is there a language to choose`(path: WireText) async {
        let answer = await choose("cy", at: path)
        #expect(answer.status != .seeOther)
        #expect(answer.fields.first(.setCookie) == nil)
    }

    @Test(
        arguments: [
            ("cy.1", "cy"), ("cy-GB.1", "cy"), ("xx.1", "en"), ("cy", "en"), ("cy.", "en"), ("cy.x", "en"),
            ("cy.1.2", "en"),
            ("cy.9999999999999", "en"), ("<b>.1", "en"), ("", "en"),
        ] as [(WireText, String)]
    )
    func `whatever stands in the cookie is a wish and no more`(cookie: WireText, language: String) async throws {
        browser.language = cookie
        #expect(try self.language(of: await browser.get(Self.help)) == language)
    }

    @Test func `what was chosen before a request gives way to it, and what is chosen on its pages does not`()
        async throws
    {
        browser.language = WireText("cy.\(house.house.clock.now.seconds - 86_400)")
        let query = FormFields.sampleAuthorization.setting("scope", "openid").setting("claims", nil)
            .setting("ui_locales", "fr")
        let parked = await browser.send(.get, "/authorize", query: WireText(query.encoded))
        let login = try #require(parked.fields.first(.location))
        #expect(try language(of: await browser.get(login)) == "fr")
        house.time.pass(seconds: 5)
        // Another page of the bank, read at the same time.
        _ = await choose("pl", at: Self.help)
        #expect(try language(of: await browser.get(login)) == "pl")
        // The next request asks anew.
        house.time.pass(seconds: 3_600)
        let next = await browser.send(.get, "/authorize", query: WireText(query.encoded))
        let again = try #require(next.fields.first(.location))
        #expect(try language(of: await browser.get(again)) == "fr")
        #expect(try language(of: await browser.get(Self.help)) == "pl")
    }

    @Test func `a name that was typed stays, whatever language is chosen, and its password goes nowhere`() async throws
    {
        let form = try await browser.form(at: "/consents/login", deciding: "x").fields.filter { $0.name != "decision" }
        let typed = [
            FormFields.Field("username", "anna"), .init("password", "anna-sandbox"), .init("language", "de"),
        ]
        let page = await browser.post("/consents/login", FormFields(form + typed))
        #expect(page.status == .ok)
        #expect(try language(of: page) == "de")
        #expect(page.html.contains(#"value="anna""#) && !page.html.contains("anna-sandbox"))
        #expect(page.html.contains(#"form="answers" formnovalidate"#))
        #expect(browser.session == nil)
        // Whoever presses two buttons at once is no browser.
        let both = FormFields(form + typed + [.init("decision", "log-in")])
        #expect(await browser.post("/consents/login", both).status == .forbidden)
        #expect(browser.session == nil)
    }

    @Test func `a third party is called what the readers of a language call it, with its agent in their words`()
        async throws
    {
        let named = DisplayName(
            tradingName: "ABC Trades",
            agent: "OBO Ltd",
            translations: ["fr": "Métiers ABC", "de-at": "Gewerbe ABC"]
        )
        let house = try SampleHouse(store: MemoryStore(), clients: [.sample(display: try #require(named))])
        let query = FormFields.sampleAuthorization.setting("scope", "openid").setting("claims", nil)
        for (language, name) in [
            ("fr", "OBO Ltd pour le compte de Métiers ABC"), ("de", "OBO Ltd im Auftrag von Gewerbe ABC"),
            ("es", "OBO Ltd en nombre de ABC Trades"), ("en", "OBO Ltd on behalf of ABC Trades"),
        ] as [(WireText, String)] {
            let browser = SampleBrowser(house)
            let asked = query.setting("ui_locales", language)
            let parked = await browser.send(.get, "/authorize", query: WireText(asked.encoded))
            let login = try #require(parked.fields.first(.location))
            let page = await browser.get(login)
            #expect(page.html.contains("<bdi>\(name)</bdi>"), "\(language)")
        }
    }

    @Test func `discovery names the languages`() async throws {
        let document = try #require(await house.send(.get, "/.well-known/openid-configuration").json)
        #expect(document["ui_locales_supported"]?.texts == ["ar", "cy", "de", "en", "es", "fr", "pl"])
    }
}

extension Response {
    fileprivate var html: String { String(decoding: body, as: UTF8.self) }
}
