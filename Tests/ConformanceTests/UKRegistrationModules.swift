import AssentServer
import Crypto
import HTTP
import JOSE
import Net
import OAuth
import TestSupport
import Testing
import Text

/// The scenarios of UK Open Banking's registration suite: conformance.md 9.
struct UKRegistrationModules {
    private static let directoryKey = SampleAssertion.makeKey(.rsa(bits: 2_048), .ps256, named: "directory")
    private static let key = SampleAssertion.makeKey(.rsa(bits: 2_048), .ps256, named: "software")
    private static let stranger = SampleAssertion.makeKey(.rsa(bits: 2_048), .ps256, named: "software")
    private static let callback: WireText = "https://tpp.example/cb"

    private let plan: Plan
    private let certificate: [UInt8]

    init() throws { try self.init(.none) }

    private init(
        _ demand: SoftwareDirectory.CertificateDemand,
        showing certificate: [UInt8] = SampleCertificates.informationProvider
    ) throws {
        let keys = Self.key.jwk.json
        let directory = SoftwareDirectory(
            issuer: "OpenBanking Ltd",
            keys: try JWKSet([Self.directoryKey.jwk]),
            certificate: demand
        )
        self.certificate = certificate
        plan = try Plan(
            .sample,
            registration: RegistrationRules([], directory: directory),
            outbound: Outbound(to: [OutboundHost("keystore.example")]) { _, _ in .json(.ok, ["keys": [keys]]) },
            authorities: try CertificateAuthorities(pem: try Self.pem(SampleCertificates.trustService))
        )
    }

    private static func pem(_ der: [UInt8]) throws -> WireText { WireText(try Certificate(der: der).pem) }

    // MARK: What the software sends

    private var statement: JSON {
        [
            "iss": "OpenBanking Ltd", "iat": .integer(plan.now.seconds), "jti": "statement", "software_id": "4711abc",
            "software_client_name": "Fresh Ledger", "software_roles": ["AISP", "PISP"], "org_id": "0015800000",
            "org_status": "Active", "software_redirect_uris": [.text(Self.callback), "https://tpp.example/other"],
            "software_jwks_endpoint": "https://keystore.example/4711abc.jwks",
            "organisation_competent_authority_claims": ["authority_id": "FCAGBR", "registration_id": "123456"],
            "software_client_uri": "https://tpp.example/about", "software_policy_uri": "http://tpp.example/policy",
        ]
    }

    private func claims(_ statement: WireText) -> JSON {
        [
            "iss": "4711abc", "aud": .text(Issuer.sample.text), "iat": .integer(plan.now.seconds),
            "exp": .integer(plan.now.seconds + 300), "jti": .text(WireText("\(UInt64.random(in: 0...UInt64.max))")),
            "redirect_uris": [.text(Self.callback)], "token_endpoint_auth_method": "private_key_jwt",
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
            "response_types": ["code id_token"], "software_statement": .text(statement),
            "scope": "openid accounts payments", "application_type": "web",
            "id_token_signed_response_alg": "PS256", "request_object_signing_alg": "PS256",
        ]
    }

    private func sign(_ claims: JSON, by key: SigningKey = key) throws -> WireText {
        try key.sign(JSONWriter.write(claims), type: "JWT")
    }

    private func request(_ changes: [(WireText, JSON?)] = []) throws -> WireText {
        let standard = claims(try sign(statement, by: Self.directoryKey))
        return try sign(Self.changing(standard, changes))
    }

    private static func changing(_ json: JSON, _ changes: [(WireText, JSON?)]) -> JSON {
        changes.reduce(json) { json, change in
            if let value = change.1 { return json.setting(change.0, value) }
            return .object((json.members ?? []).filter { $0.name != change.0 })
        }
    }

    private func send(
        _ method: HTTP.Method,
        _ path: WireText = "/register",
        _ body: WireText = "",
        type: FieldValue = "application/jose",
        token: WireText? = nil,
        showing shown: [UInt8]?? = nil
    ) async -> Response {
        var fields = Fields()
        if !body.isEmpty { fields.append(.contentType, type) }
        if let token { fields.append(.authorization, FieldValue(WireText("Bearer \(token)")) ?? "") }
        return await plan.application.respond(
            to: Request(
                method: method,
                path: path,
                authority: "bank.example",
                fields: fields,
                body: body.bytes,
                peer: Peer(
                    address: "192.0.2.1",
                    port: 1_024,
                    certificate: shown ?? certificate,
                    isEncrypted: true
                )
            )
        )
    }

    private func registered() async throws -> JSON {
        let response = await send(.post, "/register", try request())
        try #require(response.status == .created, "\(String(decoding: response.body, as: UTF8.self))")
        return try #require(response.json)
    }

    private func path(_ client: JSON) -> WireText { WireText("/register/\(client["client_id"]?.text ?? "")") }

    /// An access token of the client's own, bound to its certificate.
    private func accessToken(_ client: JSON) async throws -> Response {
        let id = try #require(client["client_id"]?.text)
        let proof: JSON = [
            "iss": .text(id), "sub": .text(id), "aud": .text(Issuer.sample.text),
            "exp": .integer(plan.now.seconds + 60), "jti": .text(WireText("\(UInt64.random(in: 0...UInt64.max))")),
        ]
        let form = FormFields([
            .init("grant_type", "client_credentials"), .init("scope", "accounts"),
            .init("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            .init("client_assertion", try sign(proof)),
        ])
        return await plan.send(.post, "/token", form: form, certificate: certificate)
    }

    // MARK: The scenarios

    @Test func `DCR-001 discovery has a registration endpoint`() async throws {
        let document = try #require(await plan.send(.get, "/.well-known/openid-configuration").json)
        #expect(document["registration_endpoint"]?.text == "https://bank.example/register")
    }

    @Test func `RG-02 a directory vouches for one name, and for none in another language`() async throws {
        let response = await send(.post, "/register", try request([("client_name#fr", "Votre banque")]))
        #expect(response.status == .created)
        let client = try #require(response.json)
        #expect(client["client_name"] == "Fresh Ledger" && client["client_name#fr"] == nil)
    }

    @Test func `DCR-002 a signed registration is taken, and its client gets a token`() async throws {
        let client = try await registered()
        let id = Identifier<Client>(try #require(client["client_id"]?.text))
        #expect(client["scope"]?.text == "openid accounts")
        #expect(client["client_name"] == "Fresh Ledger" && client["software_id"] == "4711abc")
        #expect(client["client_secret"] == nil)
        let known = try #require(plan.house.clients[id])
        #expect(known.profile == .fapi1AdvancedUK && known.senderConstraint == .certificate)
        #expect(known.registration?.isVetted == true)
        #expect(try await accessToken(client).status == .ok)
    }

    @Test func `DCR-003 DCR-009 DCR-010 a client that removes itself is gone`() async throws {
        let client = try await registered()
        let token = try #require(try await accessToken(client).json?["access_token"]?.text)
        #expect(await send(.delete, path(client), token: token).status == .noContent)
        for method in [.get, .put, .delete] as [HTTP.Method] {
            let body = method == .put ? try request() : ""
            #expect(await send(method, path(client), body, token: token).status == .unauthorized)
        }
    }

    static let wrong: [(WireText, JSON?, WireText)] = [
        ("exp", 1, "invalid_client_metadata"), ("exp", nil, "invalid_client_metadata"),
        ("exp", 9_999_999_999, "invalid_client_metadata"), ("iat", nil, "invalid_client_metadata"),
        ("iat", 1, "invalid_client_metadata"), ("jti", nil, "invalid_client_metadata"),
        ("iss", "foo.is/invalid", "invalid_client_metadata"), ("iss", "", "invalid_client_metadata"),
        ("iss", .text(WireText(String(repeating: "x", count: 100))), "invalid_client_metadata"),
        ("iss", nil, "invalid_client_metadata"), ("aud", "https://other.example", "invalid_client_metadata"),
        ("token_endpoint_auth_method", "RS256", "invalid_client_metadata"),
        ("token_endpoint_auth_method", "client_secret_basic", "invalid_client_metadata"),
        ("id_token_signed_response_alg", "RS256", "invalid_client_metadata"),
        ("redirect_uris", ["https://evil.example/cb"], "invalid_redirect_uri"),
        ("software_statement", nil, "invalid_software_statement"),
        ("software_statement", "a.b.c", "invalid_software_statement"),
    ]

    @Test(arguments: wrong)
    func `DCR-004 a request with one thing wrong is refused`(name: WireText, value: JSON?, error: WireText) async throws
    {
        let response = await send(.post, "/register", try request([(name, value)]))
        #expect(response.status == .badRequest)
        #expect(response.error == error)
    }

    static let doubtful: [(WireText, JSON?, WireText)] = [
        ("iss", "Another Directory", "unapproved_software_statement"), ("iss", nil, "unapproved_software_statement"),
        ("iat", 1, "invalid_software_statement"), ("iat", nil, "invalid_software_statement"),
        ("exp", 1, "invalid_software_statement"), ("software_id", "a/b", "invalid_software_statement"),
        ("software_id", .text(WireText(String(repeating: "x", count: 23))), "invalid_software_statement"),
        ("software_roles", ["PISP"], "unapproved_software_statement"),
        ("org_status", "Revoked", "unapproved_software_statement"),
        ("software_jwks_endpoint", "https://169.254.169.254/jwks", "invalid_software_statement"),
    ]

    @Test(arguments: doubtful)
    func `RG-01 a statement that says something else is not believed`(
        name: WireText,
        value: JSON?,
        error: WireText
    ) async throws {
        let changed = try sign(Self.changing(statement, [(name, value)]), by: Self.directoryKey)
        let response = await send(.post, "/register", try sign(claims(changed)))
        #expect(response.status == .badRequest)
        #expect(response.error == error)
    }

    @Test func `RG-01 JO-01 who signs both is who must have signed them, and none is no signature`() async throws {
        let forged = try sign(statement, by: Self.stranger)
        #expect(await send(.post, "/register", try sign(claims(forged))).error == "invalid_software_statement")
        let genuine = try sign(statement, by: Self.directoryKey)
        let byStranger = try sign(claims(genuine), by: Self.stranger)
        #expect(await send(.post, "/register", byStranger).error == "invalid_client_metadata")
        let head = Base64URL.encode(Array(#"{"alg":"none","kid":"directory"}"#.utf8))
        let body = Base64URL.encode(JSONWriter.write(statement))
        let unsigned = WireText("\(head).\(body).")
        #expect(await send(.post, "/register", try sign(claims(unsigned))).error == "invalid_software_statement")
        // A statement is no request, and neither is JSON around it.
        #expect(await send(.post, "/register", genuine).status == .badRequest)
    }

    @Test func `RG-01 a request registers once, and software a few times`() async throws {
        let once = try request()
        #expect(await send(.post, "/register", once).status == .created)
        let again = await send(.post, "/register", once)
        #expect(again.status == .badRequest)
        #expect(again.json?["error_description"]?.text?.string.contains("jti") == true)
        for _ in 1..<Limits.registrationsOfSoftware {
            #expect(await send(.post, "/register", try request()).status == .created)
        }
        #expect(await send(.post, "/register", try request()).error == "unapproved_software_statement")
    }

    @Test func `RG-01 of many that software sends at once no more are kept than it may have`() async throws {
        let requests = try (0..<20).map { _ in try request() }
        let answers = await withTaskGroup(of: Response.self) { group in
            for request in requests { group.addTask { await send(.post, "/register", request) } }
            return await group.reduce(into: [Response]()) { $0.append($1) }
        }
        #expect(answers.count { $0.status == .created } == Limits.registrationsOfSoftware)
        #expect(try await plan.store.registeredClients(after: "", limit: 99).count == Limits.registrationsOfSoftware)
        #expect(answers.allSatisfy { $0.status == .created || $0.error == "unapproved_software_statement" })
    }

    @Test func `AZ-15 RG-02 software leads where its directory says, and nowhere else`() async throws {
        let own = try request(
            ["client_uri", "policy_uri", "tos_uri", "logo_uri", "initiate_login_uri"].map {
                ($0, "https://elsewhere.example/")
            }
        )
        let client = try #require(await send(.post, "/register", own).json)
        #expect(client["client_uri"] == "https://tpp.example/about")
        // A link of the directory that no page would show is passed over, and refuses nothing.
        for name in ["policy_uri", "tos_uri", "logo_uri", "initiate_login_uri"] as [WireText] {
            #expect(client[name] == nil)
        }
        let evil = await send(
            .post,
            "/register",
            try request([("post_logout_redirect_uris", ["https://tpp.example/out", "https://elsewhere.example/"])])
        )
        #expect(evil.error == "invalid_client_metadata")
        #expect(evil.json?["error_description"]?.text?.string.contains("post_logout_redirect_uris") == true)
        let home = try request([("post_logout_redirect_uris", ["https://tpp.example/out"])])
        #expect(await send(.post, "/register", home).status == .created)
    }

    @Test(
        arguments: [
            ("FCAGBR", "123456", true), ("FCA", "123456", true), ("ACPRFRA", "123456", false),
            ("FCAGBR", "654321", false), ("FC", "123456", false), ("", "123456", false), (nil, "123456", false),
        ] as [(WireText?, WireText, Bool)]
    )
    func `a number in a certificate counts with the authority that has given it`(
        authority: WireText?,
        number: WireText,
        isTaken: Bool
    ) async throws {
        let sample = try Self(.organisation)
        var claims: JSON = ["registration_id": .text(number)]
        if let authority { claims = claims.setting("authority_id", .text(authority)) }
        let statement = sample.statement.setting("organisation_competent_authority_claims", claims)
        let signed = try sample.sign(sample.claims(try sample.sign(statement, by: Self.directoryKey)))
        #expect((await sample.send(.post, "/register", signed).status == .created) == isTaken)
    }

    @Test func `DCR-005 a registration is read back`() async throws {
        let client = try await registered()
        let token = try #require(try await accessToken(client).json?["access_token"]?.text)
        let read = try #require(await send(.get, path(client), token: token).json)
        for name in [
            "client_id", "software_id", "software_statement", "redirect_uris", "token_endpoint_auth_method",
            "grant_types", "response_types", "scope", "application_type", "id_token_signed_response_alg",
            "request_object_signing_alg",
        ] as [WireText] {
            #expect(read[name] != nil && read[name] == client[name], "\(name)")
        }
        #expect(read["client_id"]?.text?.byteCount == 36)
    }

    @Test func `DCR-007 nobody else's token reads it`() async throws {
        let client = try await registered()
        let other = try await registered()
        let others = try #require(try await accessToken(other).json?["access_token"]?.text)
        let own = try #require(try await accessToken(client).json?["access_token"]?.text)
        for token in [nil, "foobar", others, other["registration_access_token"]?.text] {
            #expect(await send(.get, path(client), token: token).status == .unauthorized)
        }
        // A token that was stolen comes without the certificate that it is bound to.
        #expect(await send(.get, path(client), token: own, showing: .some(nil)).status == .unauthorized)
        #expect(await send(.get, path(client), token: own).status == .ok)
    }

    @Test func `DCR-008 RG-02 it is replaced by a signed request of the same software, and by nothing else`()
        async throws
    {
        let client = try await registered()
        let token = try #require(try await accessToken(client).json?["access_token"]?.text)
        let other = try request([("redirect_uris", ["https://tpp.example/other"])])
        let replaced = await send(.put, path(client), other, token: token)
        #expect(replaced.status == .ok)
        #expect(replaced.json?["redirect_uris"] == ["https://tpp.example/other"])
        let json = client.setting("redirect_uris", ["https://evil.example/"])
        let plain = WireText(JSONWriter.write(json)) ?? ""
        #expect(await send(.put, path(client), plain, type: "application/json", token: token).status == .badRequest)
        let foreign = Self.changing(statement, [("software_id", "other")])
        let signed = claims(try sign(foreign, by: Self.directoryKey)).setting("iss", "other")
        #expect(await send(.put, path(client), try sign(signed), token: token).error == "invalid_software_statement")
        #expect(await send(.get, path(client), token: token).json?["redirect_uris"] == ["https://tpp.example/other"])
    }

    @Test func `DCR-011 id_token and token are no response types`() async throws {
        let response = await send(.post, "/register", try request([("response_types", ["id_token", "token"])]))
        #expect(response.status == .badRequest)
    }

    // MARK: Certificates

    @Test(
        arguments: [
            (.organisation, SampleCertificates.informationProvider, true),
            (.organisation, SampleCertificates.paymentProvider, true),
            (.organisation, SampleCertificates.otherProvider, false), (.organisation, SampleCertificates.client, false),
            (.qualified, SampleCertificates.informationProvider, true),
            (.qualified, SampleCertificates.paymentProvider, false),
            (.qualified, SampleCertificates.otherProvider, false),
            (.qualified, SampleCertificates.brokenProvider, false),
            (.none, SampleCertificates.client, true),
        ] as [(SoftwareDirectory.CertificateDemand, [UInt8], Bool)]
    )
    func `software registers with a certificate of its organisation, and with its role where that is asked for`(
        demand: SoftwareDirectory.CertificateDemand,
        certificate: [UInt8],
        isTaken: Bool
    ) async throws {
        let sample = try Self(demand, showing: certificate)
        let response = await sample.send(.post, "/register", try sample.request())
        #expect((response.status == .created) == isTaken)
        if !isTaken { #expect(response.error == "unapproved_software_statement") }
    }

    @Test func `without a certificate nothing is registered where one is asked for`() async throws {
        let sample = try Self(.organisation)
        let response = await sample.send(.post, "/register", try sample.request(), showing: .some(nil))
        #expect(response.error == "unapproved_software_statement")
    }

    @Test func `where no directory is believed no statement counts`() async throws {
        let plan = try Plan(.sample, registration: RegistrationRules([]))
        var fields = Fields()
        fields.append(.contentType, "application/jose")
        let response = await plan.application.respond(
            to: Request(
                method: .post,
                path: "/register",
                authority: "bank.example",
                fields: fields,
                body: try request().bytes,
                peer: Peer(address: "192.0.2.1", port: 1_024, isEncrypted: true)
            )
        )
        #expect(response.error == "unapproved_software_statement")
    }
}
