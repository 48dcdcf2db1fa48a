import AssentServer
import Crypto
import HTTP
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// Clients that register themselves, at both endpoints: RFC 7591 and RFC 7592.
struct RegistrationTests {
    static let token: WireText = "initial-access-token"

    static func rules(_ policy: RegistrationPolicy = .sample) -> RegistrationRules {
        RegistrationRules(
            ["", "-2", "-3"].map { more in
                Invitation(
                    token: Fingerprint(of: WireText("\(token)\(more)")),
                    expires: .noon + 600,
                    policy: policy
                )
            }
        )
    }

    static let request: JSON = [
        "redirect_uris": ["https://c.example/cb"], "client_name": "ABC Trades", "scope": "openid accounts",
    ]

    let store = MemoryStore()
    let sample: SampleHouse

    init() throws {
        sample = try SampleHouse(store: store, registration: Self.rules())
    }

    func register(
        _ json: JSON? = Self.request,
        with token: WireText? = Self.token,
        body type: WireText = "application/json"
    ) async -> Response {
        var headers: [(FieldName, WireText)] = [(.contentType, type)]
        if let token { headers.append((.authorization, WireText("Bearer \(token)"))) }
        return await sample.send(.post, "/register", json: json, headers)
    }

    func manage(
        _ method: HTTP.Method,
        _ registered: JSON,
        with token: WireText? = nil,
        _ json: JSON? = nil
    ) async throws -> Response {
        let id = try #require(registered["client_id"]?.text)
        let token = try token ?? #require(registered["registration_access_token"]?.text)
        return await sample.send(
            method,
            WireText("/register/\(id)"),
            json: json,
            [(.contentType, "application/json"), (.authorization, WireText("Bearer \(token)"))]
        )
    }

    /// What a client registered, as it must send it back to keep it.
    func document(_ registered: JSON, changing changes: [(WireText, JSON)] = []) -> JSON {
        let given = [
            "registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at",
        ]
        let own = JSON.object((registered.members ?? []).filter { !given.contains($0.name.string) })
        return changes.reduce(own) { $0.setting($1.0, $1.1) }
    }

    // MARK: POST

    @Test func `a client registers itself and uses what it got`() async throws {
        let response = await register()
        #expect(response.status == .created)
        #expect(response.fields.first(.contentType) == "application/json")
        #expect(response.fields.first(.cacheControl) == "no-store")
        #expect(response.fields.first(.xContentTypeOptions) == "nosniff")
        let json = try #require(response.json)
        let id = try #require(json["client_id"]?.text)
        let secret = try #require(json["client_secret"]?.text)
        #expect(json["client_id_issued_at"] == .integer(Timestamp.noon.seconds + 30))
        #expect(json["client_secret_expires_at"] == 0)
        #expect(json["registration_client_uri"]?.text == WireText("https://bank.example/register/\(id)"))
        #expect(json["registration_access_token"]?.text?.byteCount == 43)
        #expect(secret.byteCount == 43)
        // RFC 7591 §3.2.1: what was left out is told as it was registered.
        #expect(json["token_endpoint_auth_method"] == "client_secret_basic")
        #expect(json["grant_types"] == ["authorization_code"])
        #expect(json["response_types"] == ["code"])
        #expect(json["id_token_signed_response_alg"] == "ES256")
        #expect(json["client_secret_sha256"] == nil)

        // No bearer value is kept.
        let kept = try #require(try await store.registeredClients(after: "", limit: 10).first)
        #expect(!kept.document.string.contains(secret.string))
        #expect(kept.document.string.contains(Hex.encode(Digest.sha256(secret))))

        // Its secret counts: the refusal is about the grant.
        let basic = WireText("Basic \(Base64.encode(Array("\(id):\(secret)".utf8)))")
        let form = FormFields([.init("grant_type", "client_credentials")])
        let answer = await sample.send(.post, "/token", form: form, [(.authorization, basic)])
        #expect(answer.error == "unauthorized_client")
    }

    @Test func `a registration with grants of its own works at once`() async throws {
        let json = try #require(await register(Self.request.setting("grant_types", ["client_credentials"])).json)
        let id = try #require(json["client_id"]?.text)
        let secret = try #require(json["client_secret"]?.text)
        #expect(json["response_types"] == [])
        let basic = WireText("Basic \(Base64.encode(Array("\(id):\(secret)".utf8)))")
        let form = FormFields([.init("grant_type", "client_credentials"), .init("scope", "accounts")])
        let answer = await sample.send(.post, "/token", form: form, [(.authorization, basic)])
        #expect(answer.status == .ok)
    }

    @Test(arguments: [nil, "", "wrong", "initial-access-token-4", "initial-access-toke"] as [WireText?])
    func `RG-01 without a token of the bank nothing is registered`(token: WireText?) async throws {
        let response = await register(with: token)
        #expect(response.status == .unauthorized)
        #expect(response.error == "invalid_token")
        #expect(response.fields.first(.wwwAuthenticate)?.hasPrefix("Bearer") == true)
        #expect(try await store.registeredClients(after: "", limit: 10).isEmpty)
    }

    @Test func `RG-01 a token registers one client, until it expires`() async throws {
        #expect(await register(["redirect_uris": "no"]).status == .badRequest)
        #expect(await register().status == .created)
        #expect(await register().error == "invalid_token")
        sample.time.pass(seconds: 570)
        #expect(await register(with: WireText("\(Self.token)-2")).error == "invalid_token")
        #expect(try await store.registeredClients(after: "", limit: 10).count == 1)
    }

    @Test func `RG-01 of many that come with one token at once, one registers`() async throws {
        let statuses = await withTaskGroup(of: Status.self) { group in
            for _ in 0..<20 { group.addTask { await self.register().status } }
            return await group.reduce(into: [Status]()) { $0.append($1) }
        }
        #expect(statuses.count { $0 == .created } == 1)
        #expect(statuses.count { $0 == .unauthorized } == 19)
    }

    @Test func `RG-01 where the bank has not set it up there is no registration, and discovery says none`() async throws
    {
        let closed = try SampleHouse(store: MemoryStore())
        #expect(await closed.send(.post, "/register", json: Self.request).status == .notFound)
        #expect(await closed.send(.get, "/.well-known/openid-configuration").json?["registration_endpoint"] == nil)
        let document = try #require(await sample.send(.get, "/.well-known/openid-configuration").json)
        #expect(document["registration_endpoint"]?.text == "https://bank.example/register")
    }

    /// What no client may say of itself.
    static let reserved: [(WireText, JSON)] = [
        ("client_id", "tpp-1"), ("client_secret_sha256", .text(WireText(Hex.encode(Digest.sha256("mine"))))),
        ("client_secret", "mine"), ("on_behalf_of", "The Bank"), ("introspects_all", true), ("disabled", true),
        ("profile", "fapi2"), ("merchant_id", 7), ("fi_reference_id", "PSDGB-FCA-1"),
        ("portal_token_sha256", .text(WireText(Hex.encode(Digest.sha256("mine"))))),
        ("bank_roles", ["consent-page", "admin"]), ("trusted", true), ("skip_consent", true),
        ("policy_uri#de", "https://c.example/"), ("software_id", "4711"),
    ]

    @Test(arguments: reserved)
    func `RG-02 what only the bank says, and what nobody knows, is dropped`(name: WireText, value: JSON) async throws {
        let json = try #require(await register(Self.request.setting(name, value)).json)
        #expect(json["client_id"]?.text.flatMap { UUID($0) } != nil)
        #expect(json[name] != value || json[name] == nil)
        let id = Identifier<Client>(try #require(json["client_id"]?.text))
        let client = try #require(sample.house.clients[id])
        #expect(client.isEnabled && !client.introspectsAll && client.profile == .oauth21)
        #expect(client.consentAPIs == ConsentAPIs() && client.display.agent == nil)
        #expect(sample.house.clients["tpp-1"]?.display.text == "ABC Trades")

        // And once more where it is replaced.
        let changed = document(json).setting(name, value).setting("client_id", .text(id.text))
            .setting("client_secret", json["client_secret"] ?? nil)
        let replaced = try await manage(.put, json, changed)
        #expect(replaced.status == .ok)
        let after = try #require(sample.house.clients[id])
        #expect(after.isEnabled && !after.introspectsAll && after.profile == .oauth21)
        #expect(after.consentAPIs == ConsentAPIs())
    }

    @Test(arguments: [nil, .null, "openid accounts admin payments", "openid"] as [JSON?])
    func `RG-02 a scope is never wider than the policy, also where it is left out`(scope: JSON?) async throws {
        var request = Self.request
        if let scope { request = request.setting("scope", scope) } else { request = request.removing("scope") }
        let json = try #require(await register(request).json)
        let id = Identifier<Client>(try #require(json["client_id"]?.text))
        #expect(try #require(sample.house.clients[id]).scope.isSubset(of: RegistrationPolicy.sample.scope))
        #expect(json["scope"]?.text == sample.house.clients[id]?.scope.text)
        var again = document(json)
        again = scope.map { again.setting("scope", $0) } ?? again.removing("scope")
        #expect(try await manage(.put, json, again).status == .ok)
        #expect(try #require(sample.house.clients[id]).scope.isSubset(of: RegistrationPolicy.sample.scope))
    }

    @Test(
        arguments: [
            ("redirect_uris", ["https://c.example/cb#fragment"], "invalid_redirect_uri"),
            ("redirect_uris", ["http://c.example/cb"], "invalid_redirect_uri"),
            ("redirect_uris", ["https://*.example/cb"], "invalid_redirect_uri"),
            ("redirect_uris", [], "invalid_redirect_uri"),
            ("redirect_uris", "https://c.example", "invalid_redirect_uri"),
            ("grant_types", ["implicit"], "invalid_client_metadata"),
            ("grant_types", ["authorization_code", "password"], "invalid_client_metadata"),
            ("response_types", ["id_token", "token"], "invalid_client_metadata"),
            ("scope", "payments", "invalid_client_metadata"), ("scope", 1, "invalid_client_metadata"),
            ("token_endpoint_auth_method", "RS256", "invalid_client_metadata"),
            ("token_endpoint_auth_method", "private_key_jwt", "invalid_client_metadata"),
            ("token_endpoint_auth_method", "tls_client_auth", "invalid_client_metadata"),
            ("id_token_signed_response_alg", "none", "invalid_client_metadata"),
            ("id_token_signed_response_alg", "PS256", "invalid_client_metadata"),
            ("jwks_uri", "https://keys.example/jwks", "invalid_client_metadata"),
            ("jwks_uri", "file:///etc/passwd", "invalid_client_metadata"),
            ("client_name", "a\u{202E}b", "invalid_client_metadata"),
        ] as [(WireText, JSON, WireText)]
    )
    func `what contradicts is refused in the words of RFC 7591, and nothing is lost`(
        name: WireText,
        value: JSON,
        error: WireText
    ) async throws {
        let response = await register(Self.request.setting(name, value))
        #expect(response.status == .badRequest)
        #expect(response.error == error)
        #expect(response.fields.first(.contentType) == "application/json")
        #expect(try await store.registeredClients(after: "", limit: 10).isEmpty)
        #expect(await register().status == .created)
    }

    @Test(arguments: ["", "[]", "{", #"{"redirect_uris":[],"redirect_uris":[]}"#, "null"])
    func `what is no JSON object is refused`(body: String) async throws {
        let json = try? JSONReader.read(Array(body.utf8))
        let response = await sample.send(
            .post,
            "/register",
            json: json,
            [(.contentType, "application/json"), (.authorization, "Bearer initial-access-token")]
        )
        #expect(response.error == "invalid_client_metadata")
        #expect(await register(body: "text/plain").error == "invalid_client_metadata")
    }

    @Test func `RG-04 markup in metadata and in names of members stays JSON that nobody shows as a page`() async throws
    {
        let markup: WireText = "<img src=x onerror=alert(1)>"
        let bad = await register(Self.request.setting("redirect_uris", [.text(markup)]).setting(markup, .text(markup)))
        #expect(bad.status == .badRequest)
        #expect(bad.fields.first(.contentType) == "application/json")
        #expect(bad.fields.first(.xContentTypeOptions) == "nosniff")
        let json = try #require(await register(Self.request.setting("client_name", .text(markup))).json)
        #expect(json["client_name"]?.text == markup)
        let page = await sample.send(
            .get,
            "/authorize",
            query: WireText(
                FormFields.sampleAuthorization.setting("client_id", json["client_id"]?.text).setting("prompt", "none")
                    .setting("claims", nil).setting("scope", "openid").encoded
            )
        )
        let text = String(decoding: page.body, as: UTF8.self)
        #expect(text.contains("&lt;img src=x onerror=alert(1)&gt;"))
        #expect(!text.contains("<img"))
    }

    // MARK: RFC 7592

    @Test func `a client reads, replaces and removes its registration`() async throws {
        let json = try #require(await register().json)
        let id = Identifier<Client>(try #require(json["client_id"]?.text))
        let read = try #require(try await manage(.get, json).json)
        #expect(read["registration_access_token"] == json["registration_access_token"])
        #expect(read["client_secret"] == nil)
        #expect(document(read) == document(json).removing("client_secret"))

        let next = document(json, changing: [("redirect_uris", ["https://c.example/other"])]).removing("client_name")
        let replaced = try #require(try await manage(.put, json, next).json)
        #expect(replaced["redirect_uris"] == ["https://c.example/other"])
        #expect(replaced["client_name"] == nil)
        #expect(replaced["client_id_issued_at"] == json["client_id_issued_at"])
        #expect(replaced["client_secret"] == nil)
        #expect(replaced["registration_access_token"] != json["registration_access_token"])
        #expect(sample.house.clients[id]?.redirectURIs == ["https://c.example/other"])

        #expect(try await manage(.delete, replaced).status == .noContent)
        #expect(sample.house.clients[id] == nil)
        #expect(try await store.registeredClients(after: "", limit: 10).isEmpty)
        for method in [.get, .put, .delete] as [HTTP.Method] {
            #expect(try await manage(method, replaced, next).status == .unauthorized)
        }
    }

    @Test func `RG-03 a rotated token, another client's and none at all open nothing`() async throws {
        let mine = try #require(await register().json)
        let other = try #require(await register(with: WireText("\(Self.token)-2")).json)
        let rotated = try #require(try await manage(.put, mine, document(mine)).json)
        for method in [.get, .put, .delete] as [HTTP.Method] {
            #expect(try await manage(method, mine, document(mine)).status == .unauthorized)
            #expect(
                try await manage(method, rotated, with: other["registration_access_token"]?.text, document(mine)).status
                    == .unauthorized
            )
            #expect(try await manage(method, rotated, with: Self.token, document(mine)).status == .unauthorized)
        }
        #expect(try await manage(.get, rotated).status == .ok)
        #expect(try await manage(.get, other).status == .ok)
    }

    @Test func `RG-03 a client of the bank's files has no registration that a token could change`() async throws {
        let json = try #require(await register().json)
        let token = try #require(json["registration_access_token"]?.text)
        let response = try await manage(.get, ["client_id": "tpp-1"], with: token)
        #expect(response.status == .unauthorized)
    }

    @Test func `RG-03 a disabled client stays disabled, whatever it sends`() async throws {
        let json = try #require(await register().json)
        let id = Identifier<Client>(try #require(json["client_id"]?.text))
        sample.house.clients.replace(with: [.sample], verdicts: [id: ClientVerdict(isDisabled: true)])
        #expect(sample.house.clients[id]?.isEnabled == false)
        for method in [.get, .put, .delete] as [HTTP.Method] {
            #expect(
                try await manage(method, json, document(json, changing: [("disabled", false)])).status == .unauthorized
            )
        }
        #expect(sample.house.clients[id]?.isEnabled == false)
        sample.house.clients.replace(with: [.sample], verdicts: [:])
        #expect(try await manage(.get, json).status == .ok)
    }

    @Test func `RG-03 of many that replace at once, one does`() async throws {
        let json = try #require(await register().json)
        let next = document(json)
        let statuses = try await withThrowingTaskGroup(of: Status.self) { group in
            for _ in 0..<20 { group.addTask { try await self.manage(.put, json, next).status } }
            return try await group.reduce(into: [Status]()) { $0.append($1) }
        }
        #expect(statuses.count { $0 == .ok } == 1)
        #expect(statuses.count { $0 == .unauthorized } == 19)
    }

    @Test(
        arguments: [
            ("client_id", "tpp-1"), ("client_id", nil), ("client_secret", "not the one"),
            ("registration_access_token", "x"), ("registration_client_uri", "https://bank.example/register/x"),
            ("client_secret_expires_at", 0), ("client_id_issued_at", 0),
        ] as [(WireText, JSON?)]
    )
    func `RG-02 what is ours to give cannot be sent back as something else`(name: WireText, value: JSON?) async throws {
        let json = try #require(await register().json)
        let changed = value.map { document(json).setting(name, $0) } ?? document(json).removing(name)
        let response = try await manage(.put, json, changed)
        #expect(response.status == .badRequest)
        #expect(response.error == "invalid_client_metadata")
        #expect(response.json?["error_description"]?.text?.string.contains(name.string) == true)
        #expect(try await manage(.get, json).status == .ok)
    }

    @Test func `a client that turns to a secret gets one, and one that turns from it loses it`() async throws {
        let json = try #require(await register(Self.request.setting("token_endpoint_auth_method", "none")).json)
        #expect(json["client_secret"] == nil && json["client_secret_expires_at"] == nil)
        let turned = document(json, changing: [("token_endpoint_auth_method", "client_secret_post")])
        let after = try #require(try await manage(.put, json, turned).json)
        #expect(after["client_secret"]?.text?.byteCount == 43)
        let back = document(after, changing: [("token_endpoint_auth_method", "none")])
        let last = try #require(try await manage(.put, after, back).json)
        #expect(last["client_secret"] == nil && last["client_secret_expires_at"] == nil)
    }

    @Test func `a store that fails registers nobody, and says so`() async throws {
        store.fail(with: .unavailable)
        let response = await register()
        #expect(response.status == .serviceUnavailable)
        store.fail(with: nil)
        #expect(await register().status == .created)
    }

    // MARK: Before the bank has looked at it

    private func refused(_ json: JSON, mode: WireText? = nil) async -> Response {
        let query = FormFields.sampleAuthorization.setting("client_id", json["client_id"]?.text)
            .setting("prompt", "none").setting("claims", nil).setting("scope", "openid").setting("response_mode", mode)
        return await sample.send(.get, "/authorize", query: WireText(query.encoded))
    }

    @Test(arguments: [nil, "form_post"] as [WireText?])
    func `AZ-14 an error of a client that nobody has vetted is shown, with the host that it would go to`(
        mode: WireText?
    ) async throws {
        let json = try #require(await register().json)
        let response = await refused(json, mode: mode)
        #expect(response.status == .badRequest)
        #expect(response.fields.first(.location) == nil)
        let text = String(decoding: response.body, as: UTF8.self)
        #expect(text.contains("https://c.example</bdi>"))
        #expect(
            text.contains(
                mode == nil ? "href=\"https://c.example/cb?error=login_required" : "action=\"https://c.example/cb\""
            )
        )
    }

    @Test func `AZ-14 once it is vetted it gets its error by redirect, until it looks different`() async throws {
        let json = try #require(await register().json)
        let id = Identifier<Client>(try #require(json["client_id"]?.text))
        let kept = try #require(sample.house.clients.registration(of: id))
        sample.house.clients.replace(with: [.sample], verdicts: [id: ClientVerdict(vetted: kept.appearance)])
        #expect(await refused(json).status == .seeOther)

        // Nobody sees its grants; everybody sees where it leads.
        let grants = document(json, changing: [("grant_types", ["authorization_code", "refresh_token"])])
        let same = try #require(try await manage(.put, json, grants).json)
        #expect(await refused(same).status == .seeOther)
        let uris = document(same, changing: [("redirect_uris", ["https://c.example/cb", "https://evil.example/"])])
        let other = try #require(try await manage(.put, same, uris).json)
        #expect(await refused(other).status == .badRequest)
    }

    @Test func `AZ-15 nobody is sent on from a logout to a client that nobody has vetted, but by their own step`()
        async throws
    {
        let target: WireText = "https://c.example/out"
        let asked = Self.request.setting("post_logout_redirect_uris", [.text(target)])
        let json = try #require(await register(asked).json)
        let id = Identifier<Client>(try #require(json["client_id"]?.text))
        let query = FormFields([.init("client_id", id.text), .init("post_logout_redirect_uri", target)])
        func logOut() async -> Response { await sample.send(.get, "/logout", query: WireText(query.encoded)) }
        let page = await logOut()
        #expect(page.status == .ok)
        #expect(page.fields.first(.location) == nil && page.fields.first(.refresh) == nil)
        let text = String(decoding: page.body, as: UTF8.self)
        #expect(text.contains("href=\"https://c.example/out\""))
        // Its name is what it likes to be called; the host is where it leads.
        #expect(text.contains("<bdi>https://c.example</bdi>") && !text.contains("ABC Trades"))

        let kept = try #require(sample.house.clients.registration(of: id))
        sample.house.clients.replace(with: [.sample], verdicts: [id: ClientVerdict(vetted: kept.appearance)])
        #expect(await logOut().fields.first(.location) == "https://c.example/out")
    }

    // MARK: What could never work

    @Test(
        arguments: [
            ("backchannel_logout_uri", []), ("jwks_uri", [("token_endpoint_auth_method", "private_key_jwt")]),
            (
                "backchannel_client_notification_endpoint",
                [
                    ("grant_types", [.text(BackchannelGrant.type.name)]), ("backchannel_token_delivery_mode", "ping"),
                ]
            ),
        ] as [(WireText, [(WireText, JSON)])]
    )
    func `RG-20 a URL of no listed host is refused at once, whatever it is for`(
        member: WireText,
        beside: [(WireText, JSON)]
    ) async throws {
        let policy = RegistrationPolicy(
            profile: .oauth21,
            scope: ["openid", "accounts"],
            grantTypes: ["authorization_code", BackchannelGrant.type.name]
        )
        let outbound = Outbound(to: [OutboundHost("listed.example")]) { _, _ in .json(.ok, ["keys": []]) }
        let sample = try SampleHouse(store: store, registration: Self.rules(policy), outbound: outbound)
        func register(_ uri: WireText) async -> Response {
            let json = beside.reduce(Self.request.setting(member, .text(uri))) { $0.setting($1.0, $1.1) }
            return await sample.send(
                .post,
                "/register",
                json: json,
                [(.contentType, "application/json"), (.authorization, WireText("Bearer \(Self.token)"))]
            )
        }
        let refused = await register("https://169.254.169.254/x")
        #expect(refused.error == "invalid_client_metadata")
        #expect(refused.json?["error_description"]?.text?.string.contains(member.string) == true)
        #expect(await register("https://listed.example/x").status == .created)
    }

    @Test(arguments: ["http://127.0.0.1/cb", "http://localhost:8080/cb", "com.example.app:/cb"] as [WireText])
    func `AZ-10 what is no https may be registered by native applications only`(uri: WireText) async throws {
        let asked = Self.request.setting("redirect_uris", [.text(uri)])
        let refused = await register(asked)
        #expect(refused.error == "invalid_redirect_uri")
        #expect(refused.json?["error_description"]?.text?.string.contains("application_type") == true)
        #expect(refused.json?["error_uri"]?.text == Issuer.sample.url("/errors/invalid_redirect_uri"))
        #expect(await register(asked.setting("application_type", "native")).status == .created)
    }

    @Test func `OIDC Core 8.1: who is answered at no redirect URI claims no sector by one`() async throws {
        let policy = RegistrationPolicy(
            profile: .oauth21,
            scope: ["openid"],
            grantTypes: ["authorization_code", DeviceCodeGrant.type.name]
        )
        let outbound = Outbound(to: [OutboundHost("sector.example"), OutboundHost("keys.example")]) { _, _ in
            .json(.ok, ["https://c.example/cb", "https://keys.example/jwks"])
        }
        let sample = try SampleHouse(store: store, registration: Self.rules(policy), outbound: outbound)
        func register(_ changes: [(WireText, JSON)]) async -> Response {
            let json = changes.reduce(Self.request.setting("subject_type", "pairwise")) { $0.setting($1.0, $1.1) }
            return await sample.send(
                .post,
                "/register",
                json: json,
                [(.contentType, "application/json"), (.authorization, WireText("Bearer \(Self.token)"))]
            )
        }
        let device: (WireText, JSON) = ("grant_types", ["authorization_code", .text(DeviceCodeGrant.type.name)])
        let sector: (WireText, JSON) = ("sector_identifier_uri", "https://sector.example/uris")
        let method: (WireText, JSON) = ("token_endpoint_auth_method", "private_key_jwt")
        let other: (WireText, JSON) = ("jwks_uri", "https://keys.example/other")
        for changes in [[device], [device, sector], [device, sector, method, other]] {
            #expect(await register(changes).error == "invalid_client_metadata")
        }
        let listed: (WireText, JSON) = ("jwks_uri", "https://keys.example/jwks")
        #expect(await register([device, sector, method, listed]).status == .created)
    }

    @Test func `AZ-14 a name in another language is looked at like the one in the first`() async throws {
        let json = try #require(await register().json)
        let id = Identifier<Client>(try #require(json["client_id"]?.text))
        let kept = try #require(sample.house.clients.registration(of: id))
        sample.house.clients.replace(with: [.sample], verdicts: [id: ClientVerdict(vetted: kept.appearance)])
        #expect(await refused(json).status == .seeOther)
        let named = document(json, changing: [("client_name#fr", "Votre banque")])
        let renamed = try #require(try await manage(.put, json, named).json)
        #expect(renamed["client_name#fr"]?.text == "Votre banque")
        #expect(await refused(renamed).status == .badRequest)
    }
}
