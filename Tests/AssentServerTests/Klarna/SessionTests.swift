import Consents
import HTTP
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// Sessions and flows of XS2A: seed-contracts 3.3 to 3.5.
struct KlarnaSessionTests {
    @Test func `a session registers its consent in the same commit, and waits for the person as long as it lives`()
        async throws
    {
        let house = try KlarnaHouse()
        let session = try await house.session()
        #expect(house.store.kept.count == 1)
        #expect(house.store.kept.first?.count == 2)
        let consent = try await house.consent(of: session)
        #expect(consent.origin == .klarna)
        #expect(consent.status == .awaiting)
        #expect(consent.lifetime == Lifetime(expires: house.now + 3_600, days: 90))
        #expect(consent.thirdParty == "tpp-1")
        let answer = await house.call(.get, session)
        #expect(answer.status == .ok)
        #expect(answer.data?["bank_name"]?.text == "Sample Bank")
        #expect(answer.data?["connection"]?.text == "PSD2")
        #expect(answer.data?["is_open"]?.boolean == true)
        #expect(answer.fields.first(.contentType) == "application/json;charset=utf-8")
        #expect(answer.fields.first(.cacheControl) == "no-store")
    }

    @Test func `SD-43 the days of the consent count from the person's yes`() async throws {
        let house = try KlarnaHouse()
        let session = try await house.session()
        house.sample.time.pass(seconds: 600)
        try await house.decide(session)
        #expect(try await house.consent(of: session).lifetime.expires == house.now + 90 * 86_400)
    }

    @Test func `a flow leads the browser to the one consent page, and comes back with its own name`() async throws {
        let house = try KlarnaHouse()
        let session = try await house.session()
        let flow = await house.call(.put, WireText("\(session)/flows/balances"))
        #expect(flow.status == .created)
        #expect(flow.data?["state"]?.text == "CONSUMER_INPUT_NEEDED")
        let token = try #require(flow.data?["client_token"]?.text)
        #expect(token.byteCount == 43)
        #expect(flow.data?["app_url"]?.text == WireText("https://bank.example/xs2a/v1/app/\(token)"))

        let app = await house.call(.get, WireText("/app/\(token)"), as: "")
        #expect(app.status == .seeOther)
        let location = try #require(app.fields.first(.location))
        let target = try #require(URIReference(location))
        #expect(target.path == "/authorize")
        let fields = try FormFields(try #require(target.query))
        #expect(fields["client_id"] == "tpp-1")
        #expect(fields["response_type"] == "none")
        #expect(fields["redirect_uri"] == "https://c.example/cb")
        #expect(fields["state"] == flow.data?["flow_id"]?.text)
        let consent = try await house.consent(of: session)
        #expect(fields["claims"]?.string.contains(consent.id.text.string) == true)
        // The request is one that the authorization endpoint takes.
        let page = await house.sample.send(.get, "/authorize", query: target.query)
        #expect(page.status == .seeOther)
        #expect(page.fields.first(.location)?.hasPrefix("/interaction/") == true)
    }

    @Test func `a finished flow shows its result while the session is open, and not after it`() async throws {
        let house = try KlarnaHouse()
        let session = try await house.session()
        let flow = await house.call(.put, WireText("\(session)/flows/account-details"))
        let path = WireText("\(session)/flows/\(try #require(flow.data?["flow_id"]?.text))")
        #expect(await house.call(.get, path).data?["result"] == nil)
        try await house.decide(session)
        let shown = await house.call(.get, path)
        #expect(shown.data?["state"]?.text == "FINISHED")
        #expect(shown.data?["result"]?["account"]?["id"]?.text == "anna-current")
        #expect(shown.data?["client_token"] == flow.data?["client_token"])
        house.sample.time.pass(seconds: 3_600)
        let over = await house.call(.get, path)
        #expect(over.data?["state"]?.text == "FINISHED")
        #expect(over.data?["result"] == nil)
    }

    @Test func `every kind of flow has its result`() async throws {
        let house = try KlarnaHouse()
        let session = try await house.session()
        try await house.decide(session)
        for (name, member) in [
            ("accounts", "accounts"), ("account-details", "account"), ("balances", "available"),
            ("transactions", "transactions"),
        ] as [(WireText, WireText)] {
            let flow = await house.call(.put, WireText("\(session)/flows/\(name)"))
            #expect(flow.data?["state"]?.text == "FINISHED")
            #expect(flow.data?["result"]?["type"]?.text == name)
            #expect(flow.data?["result"]?[member] != nil)
        }
    }

    @Test(
        arguments: [
            (.reject(.refused), "ABORTED", "USER.ABORTED"), (.reject(.timedOut), "ABORTED", "USER.SESSION.TIMEOUT"),
            (.fail, "EXCEPTION", "TECHNICAL"),
        ] as [(ConsentEvent, WireText, WireText)]
    )
    func `a flow of a person who did not allow it says so`(event: ConsentEvent, state: WireText, code: WireText)
        async throws
    {
        let house = try KlarnaHouse()
        let session = try await house.session()
        let flow = await house.call(.put, WireText("\(session)/flows/accounts"))
        try await house.decide(session, event)
        let path = WireText("\(session)/flows/\(try #require(flow.data?["flow_id"]?.text))")
        let shown = await house.call(.get, path)
        #expect(shown.status == .ok)
        #expect(shown.data?["state"]?.text == state)
        #expect(shown.data?["error"]?["code"]?.text == code)
        #expect(await house.call(.post, WireText("\(session)/consent/get")).code == "CONSENT.NOT_RETRIEVABLE")
    }

    @Test func `closing a session rejects a consent that waits, in one commit, and leaves a given one alone`()
        async throws
    {
        let house = try KlarnaHouse()
        let waiting = try await house.session()
        let commits = house.store.kept.count
        #expect(await house.call(.delete, waiting).status == .noContent)
        #expect(house.store.kept.count == commits + 1)
        #expect(try await house.consent(of: waiting).status == .rejected)
        #expect(await house.call(.delete, waiting).code == "USER.SESSION.TIMEOUT")
        #expect(await house.call(.put, WireText("\(waiting)/flows/accounts")).code == "USER.SESSION.TIMEOUT")

        let given = try await house.session()
        try await house.decide(given)
        #expect(await house.call(.delete, given).status == .noContent)
        #expect(try await house.consent(of: given).status == .authorised)
        #expect(await house.call(.post, WireText("\(given)/consent/get")).code == "USER.SESSION.TIMEOUT")
    }

    @Test func `closing a session meets a decision on its way and looks again`() async throws {
        let house = try KlarnaHouse()
        let session = try await house.session()
        let consent = try await house.consent(of: session)
        let yes = try consent.change(
            .authorise(person: "psu-anna", accounts: ["anna-current"]),
            by: .person("psu-anna"),
            at: house.now
        )
        house.store.beforeCommits { store throws(StoreFailure) in _ = try store.commitNow([.consent(yes)]) }
        #expect(await house.call(.delete, session).status == .noContent)
        #expect(try await house.consent(of: session).status == .authorised)
        #expect(await house.call(.get, session).data?["is_open"]?.boolean == false)
    }

    @Test(arguments: ["transfer", "insights-refresh"])
    func `money moves are refused in flows and scopes`(flow: WireText) async throws {
        let house = try KlarnaHouse()
        let session = try await house.session()
        #expect(await house.call(.put, WireText("\(session)/flows/\(flow)")).code == "NOT_SUPPORTED")
        let body: JSON = ["psu": KlarnaHouse.psu, "consent_scope": ["accounts": [:], "transfer": [:]]]
        let answer = await house.call(.put, "/sessions", body)
        #expect(answer.status == .badRequest)
        #expect(answer.code == "NOT_SUPPORTED")
    }

    @Test func `a flow outside the scope is refused, and one of no name is not there`() async throws {
        let house = try KlarnaHouse()
        let session = try await house.session(["balances": [:], "lifetime": 1])
        #expect(
            await house.call(.put, WireText("\(session)/flows/transactions")).code == "CONSENT.RESOURCE_NOT_GRANTED"
        )
        #expect(await house.call(.put, WireText("\(session)/flows/accounts")).status == .created)
        #expect(await house.call(.put, WireText("\(session)/flows/everything")).status == .notFound)
    }

    @Test(
        arguments: [
            "https://evil.example/cb", "https://c.example/cb/", "https://c.example/cb?x=1", "https://C.example/cb",
            "https://c.example:443/cb", "https://c.example/cb#x", "http://c.example/cb",
            "https://c.example@evil.example/cb",
            "//c.example/cb", "javascript:alert(1)", "https://c.example/%63b", "https://c.example/../cb",
        ]
    )
    func `SD-44 a return URL must be registered, letter for letter`(url: WireText) async throws {
        let house = try KlarnaHouse()
        let body: JSON = ["psu": KlarnaHouse.psu, "redirect_return_url": .text(url)]
        let answer = await house.call(.put, "/sessions", body)
        #expect(answer.status == .badRequest)
        #expect(answer.json?["error"]?["errors"]?.array?.first?["location"]?.text == "redirect_return_url")
        #expect(house.store.kept.isEmpty)
    }

    @Test func `SD-44 the registered return URL is taken`() async throws {
        let house = try KlarnaHouse()
        _ = try await house.session(
            KlarnaHouse.everything,
            [JSON.Member("redirect_return_url", "https://c.example/cb")]
        )
    }

    @Test func `SD-42 SD-01 names and tokens of another kind are no credential`() async throws {
        let house = try KlarnaHouse()
        let session = try await house.session()
        let flow = await house.call(.put, WireText("\(session)/flows/accounts"))
        let consent = try await house.fetched()
        let opened = await house.call(.put, "/sessions", ["psu": KlarnaHouse.psu])
        let oauth = try house.sample.accessToken(ofFamily: false)
        let person = try house.sample.accessToken()
        let credentials = [
            session, opened.data?["session_id_short"]?.text, flow.data?["flow_id"]?.text,
            flow.data?["client_token"]?.text, consent.path, consent.token, oauth, person, KlarnaHouse.otherToken,
            "", "tpp-1",
        ].compactMap { $0?.split(at: UInt8(ascii: "/")).last }
        let commits = house.store.kept.count
        for credential in credentials where credential != KlarnaHouse.otherToken {
            for scheme in ["Token", "Bearer"] {
                let authorization = WireText("\(scheme) \(credential)")
                for (method, path) in [
                    (.put, "/sessions"), (.get, session), (.delete, session),
                    (.put, WireText("\(session)/flows/accounts")), (.post, WireText("\(session)/consent/get")),
                    (.post, WireText("\(consent.path)/accounts/get")),
                    (.post, WireText("\(consent.path)/transactions/list")),
                ] as [(HTTP.Method, WireText)] {
                    let answer = await house.call(method, path, ["psu": KlarnaHouse.psu], as: authorization)
                    #expect(answer.status == .unauthorized, "\(scheme) \(credential) at \(path)")
                    #expect(answer.code == "TECHNICAL.UNAUTHORIZED")
                    #expect(answer.nextToken == nil)
                }
            }
        }
        for authorization in [
            WireText("Bearer \(KlarnaHouse.token)"), KlarnaHouse.token, SampleHouse.basic, "",
            WireText("Token \(KlarnaHouse.token)x"),
        ] {
            #expect(await house.call(.get, session, as: authorization).status == .unauthorized)
        }
        #expect(house.store.kept.count == commits)
    }

    @Test func `SD-01 the token of the portal is nothing at the other endpoints`() async throws {
        let house = try KlarnaHouse()
        for path in ["/open-banking/v3.1/aisp/accounts", "/userinfo"] as [WireText] {
            for scheme in ["Token", "Bearer"] {
                let answer = await house.sample.send(
                    .get,
                    path,
                    [(.authorization, WireText("\(scheme) \(KlarnaHouse.token)"))]
                )
                #expect(answer.status == .unauthorized)
            }
        }
    }

    @Test func `SD-02 another's session and flow are as if they were not there`() async throws {
        let house = try KlarnaHouse()
        let session = try await house.session()
        let flow = await house.call(.put, WireText("\(session)/flows/accounts"))
        let flowPath = WireText("\(session)/flows/\(try #require(flow.data?["flow_id"]?.text))")
        let mine = try await house.session()
        let other = WireText("Token \(KlarnaHouse.otherToken)")
        for (method, path) in [
            (.get, session), (.delete, session), (.put, WireText("\(session)/flows/accounts")), (.get, flowPath),
            (.post, WireText("\(session)/consent/get")),
        ] as [(HTTP.Method, WireText)] {
            let foreign = await house.call(method, path, as: other)
            #expect(foreign.status == .notFound)
            let unknown = await house.call(
                method,
                WireText(path.string.replacing(session.string, with: "/sessions/00000000000000000000000000000000"))
            )
            #expect(unknown.status == .notFound)
            #expect(foreign.body == unknown.body)
        }
        // A flow is found in its own session only.
        let crossed = WireText(flowPath.string.replacing(session.string, with: mine.string))
        #expect(await house.call(.get, crossed).status == .notFound)
    }

    @Test(arguments: ["x", "00000000000000000000000000000000000000000000", "%00", "a%2Fb"])
    func `SD-42 a client token that is none leads nowhere`(token: WireText) async throws {
        let house = try KlarnaHouse()
        let answer = await house.call(.get, WireText("/app/\(token)"), as: "")
        #expect(answer.status.code >= 400 && answer.status.code < 500)
        #expect(!answer.fields.contains(.location))
    }

    @Test func `a link of a session that is over leads nowhere`() async throws {
        let house = try KlarnaHouse()
        let session = try await house.session()
        let flow = await house.call(.put, WireText("\(session)/flows/accounts"))
        let path = WireText("/app/\(try #require(flow.data?["client_token"]?.text))")
        house.sample.time.pass(seconds: 3_600)
        let answer = await house.call(.get, path, as: "")
        #expect(!answer.fields.contains(.location))
        #expect(answer.status == .badRequest)
    }

    @Test func `SD-43 what is never handed out is not retrievable`() async throws {
        let house = try KlarnaHouse()
        for scope in [["accounts": [:], "lifetime": 0], ["accounts": [:]]] as [JSON] {
            let session = try await house.session(scope)
            #expect(await house.call(.put, WireText("\(session)/flows/accounts")).status == .created)
            try await house.decide(session)
            let answer = await house.call(.post, WireText("\(session)/consent/get"))
            #expect(answer.status == .badRequest)
            #expect(answer.code == "CONSENT.NOT_RETRIEVABLE")
        }
    }

    @Test func `a consent is fetched after a flow has finished, and in an open session`() async throws {
        let house = try KlarnaHouse()
        let session = try await house.session(["balances": [:], "lifetime": 90])
        let path = WireText("\(session)/consent/get")
        #expect(await house.call(.post, path).code == "CONSENT.NOT_RETRIEVABLE")
        try await house.decide(session)
        // Allowed, but no flow was started.
        #expect(await house.call(.post, path).code == "CONSENT.NOT_RETRIEVABLE")
        #expect(await house.call(.put, WireText("\(session)/flows/balances")).status == .created)
        let answer = await house.call(.post, path)
        #expect(answer.status == .ok)
        let id = try await house.consent(of: session).id
        #expect(answer.data?["consent_id"]?.text == id.text)
        #expect(
            answer.data?["consents"] == [
                "accounts": .text(WireText("https://bank.example/xs2a/v1/consents/\(id)/accounts/get")),
                "balances": .text(WireText("https://bank.example/xs2a/v1/consents/\(id)/balances/get")),
            ]
        )
        house.sample.time.pass(seconds: 3_600)
        #expect(await house.call(.post, path).code == "USER.SESSION.TIMEOUT")
    }

    @Test func `a revoked consent is not retrievable`() async throws {
        let house = try KlarnaHouse()
        let session = try await house.session()
        #expect(await house.call(.put, WireText("\(session)/flows/accounts")).status == .created)
        try await house.decide(session)
        try await house.decide(session, .revoke(.person))
        #expect(await house.call(.post, WireText("\(session)/consent/get")).code == "CONSENT.NOT_RETRIEVABLE")
    }
}
