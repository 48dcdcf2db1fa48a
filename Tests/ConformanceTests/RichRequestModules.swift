import Consents
import HTTP
import JOSE
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// `authorization_request_type=rar` of `fapi2-security-profile-final` (conformance.md 4.2), and what RFC 9396 and
/// RFC 8707 want of the rest of the way.
struct RichRequestModules {
    private let plan: Plan
    private static let api: WireText = "https://api.bank.example"

    /// Everything that can be asked for.
    private static let wish: WireText = #"""
        [{"type":"account_information","actions":["list_accounts","read_balances","read_transactions"],
          "datatypes":["account_numbers"],"valid_until":"2099-01-01T00:00:00Z"}]
        """#

    init() throws {
        plan = try Plan(
            .sample(
                authentication: .privateKeyJWT(SampleAssertion.keys(Plan.key)),
                responseTypes: [.code],
                scope: ["openid", "accounts"],
                granting: Granting(detailTypes: [AccountInformation.type])
            ),
            resources: [Self.api]
        )
    }

    private func form(_ details: WireText = wish) -> FormFields {
        FormFields.login.setting("scope", nil).setting("nonce", nil).setting("authorization_details", details)
    }

    private func tokens(_ form: FormFields) async throws -> JSON {
        let pushed = try await plan.push(form)
        #expect(pushed.status == .created)
        let reference = try #require(pushed.reference)
        let returned = try #require(await Browser(plan).answer(plan.query(reference)).returned)
        let code = try #require(returned["code"])
        return try #require(try await plan.redeem(code).json)
    }

    private func get(_ path: WireText, _ token: JSON) async throws -> Response {
        await plan.send(.get, path, authorization: WireText("Bearer \(try #require(token["access_token"]?.text))"))
    }

    private func refresh(_ tokens: JSON, _ fields: [(WireText, WireText)] = []) async throws -> Response {
        var form = FormFields([
            .init("grant_type", "refresh_token"), .init("refresh_token", try #require(tokens["refresh_token"]?.text)),
        ])
        for (name, value) in fields { form.append(name, value) }
        return await plan.send(.post, "/token", form: try plan.proving(form))
    }

    private var consents: [Consent] {
        get async throws { try await plan.store.consents(matching: ConsentSearch(), at: plan.now).consents }
    }

    @Test func `happy-flow: with rar the token answer has authorization_details, each with a type`() async throws {
        let tokens = try await tokens(form())
        let details = try #require(tokens["authorization_details"]?.array)
        #expect(!details.isEmpty)
        #expect(details.allSatisfy { $0["type"]?.text == "account_information" })
        // RFC 9396 §7: with what the person chose.
        let consent = try #require(try await consents.first)
        #expect(details[0]["accounts"]?.texts == consent.authorisation?.accounts.map(\.text))
        let claims = try JWS(try #require(tokens["access_token"]?.text)).unverifiedClaims()
        #expect(claims["authorization_details"] == tokens["authorization_details"])
        #expect(claims["consent_id"]?.text == consent.id.text)
        let told = await plan.send(
            .post,
            "/introspect",
            form: try plan.proving(FormFields([.init("token", try #require(tokens["access_token"]?.text))]))
        )
        #expect(told.json?["authorization_details"] == tokens["authorization_details"])
    }

    @Test func `details are the consent of the page, registered and given in one commit`() async throws {
        _ = try await tokens(form())
        let consent = try #require(try await consents.first)
        #expect(consent.origin == .authorizationDetails)
        #expect(consent.status == .authorised)
        #expect(consent.receipt == Self.wish.bytes)
        #expect(
            consent.effectivePermissions == [
                .readAccountsDetail, .readAccountsBasic, .readBalances, .readTransactionsBasic,
                .readTransactionsCredits, .readTransactionsDebits,
            ]
        )
        #expect(consent.lifetime.expires == Timestamp(rfc3339: "2099-01-01T00:00:00Z"))
        #expect(try await plan.store.revisions(of: consent.id).map(\.reason) == [.registered, .authorised])
    }

    @Test func `user-rejects-authentication: what nobody allowed is no consent`() async throws {
        let pushed = try await plan.push(form())
        let returned = await Browser(plan).answer(plan.query(try #require(pushed.reference)), .deny).returned
        #expect(returned?["error"] == "access_denied")
        #expect(try await consents.isEmpty)
    }

    @Test func `a browser that brings details and goes away leaves no consent`() async throws {
        let opened = await Browser(plan).open(form())
        #expect(opened.status == .seeOther)
        plan.pass(seconds: 3_600)
        #expect(try await consents.isEmpty)
    }

    @Test func `a token opens what its details say`() async throws {
        let tokens = try await tokens(form())
        let accounts = try await get("/open-banking/v3.1/aisp/accounts", tokens)
        #expect(accounts.status == .ok)
        let account = try #require(accounts.json?["Data"]?["Account"]?.array?.first?["AccountId"]?.text)
        let balances = WireText("/open-banking/v3.1/aisp/accounts/\(account)/balances")
        #expect(try await get(balances, tokens).status == .ok)

        let less: WireText = #"[{"type":"account_information","actions":["list_accounts"]}]"#
        let narrow = try #require(try await refresh(tokens, [("authorization_details", less)]).json)
        #expect(narrow["authorization_details"]?.array?.first?["actions"]?.texts == ["list_accounts"])
        #expect(try await get("/open-banking/v3.1/aisp/accounts", narrow).status == .ok)
        #expect(try await get(balances, narrow).status == .forbidden)
        // The rest is still there, for the next token.
        let whole = try #require(try await refresh(narrow).json)
        #expect(try await get(balances, whole).status == .ok)
    }

    @Test(
        arguments: [
            #"[{"type":"payment_initiation","actions":["initiate"]}]"#,
            #"[{"type":"account_information","actions":["list_accounts"],"valid_until":"2001-01-01T00:00:00Z"}]"#,
        ] as [WireText]
    )
    func `AZ-58 a push of details that cannot be granted is refused at once`(details: WireText) async throws {
        let response = try await plan.push(form(details))
        #expect(response.status == .badRequest)
        #expect(response.error == "invalid_authorization_details")
        let returned = await Browser(plan).open(form(details)).returned
        #expect(returned?["error"] == "invalid_authorization_details")
    }

    @Test func `details and several resources stand in a signed request as what they are`() async throws {
        let claims: JSON = [
            "iss": "tpp-1", "aud": .text(Issuer.sample.text), "exp": .integer(plan.now.seconds + 300),
            "client_id": "tpp-1", "response_type": "code", "redirect_uri": "https://c.example/cb",
            "code_challenge": .text(Challenge.sampleText), "code_challenge_method": "S256",
            "authorization_details": [["type": "account_information", "actions": ["list_accounts"]]],
            "resource": [.text(Self.api), .text(Issuer.sample.text)],
        ]
        let signing = try Plan(
            .sample(
                authentication: .privateKeyJWT(SampleAssertion.keys(Plan.key)),
                frontChannel: FrontChannel(keys: SampleAssertion.keys(Plan.key)),
                granting: Granting(detailTypes: [AccountInformation.type])
            ),
            resources: [Self.api]
        )
        let object = try Plan.key.sign(JSONWriter.write(claims), type: "JWT")
        let query = FormFields([.init("client_id", "tpp-1"), .init("request", object)])
        let returned = try #require(await Browser(signing).answer(query).returned)
        let tokens = try await signing.redeem(try #require(returned["code"])).json
        let token = try JWS(try #require(tokens?["access_token"]?.text)).unverifiedClaims()
        #expect(token["aud"]?.texts == [Self.api, Issuer.sample.text])
        #expect(token["authorization_details"]?.array?.count == 1)
    }

    // MARK: Resources

    @Test func `a token for another resource opens nothing of ours`() async throws {
        let tokens = try await tokens(FormFields.login.adding("resource", Self.api))
        let claims = try JWS(try #require(tokens["access_token"]?.text)).unverifiedClaims()
        #expect(claims["aud"]?.text == Self.api)
        let refused = try await get("/userinfo", tokens)
        #expect(refused.status == .unauthorized)
        #expect(refused.error == "invalid_token")
    }

    @Test func `TK-45 of several resources a refresh may name one, and never another`() async throws {
        let both = form().adding("resource", Self.api).adding("resource", Issuer.sample.text)
        let tokens = try await tokens(both)
        #expect(try await get("/open-banking/v3.1/aisp/accounts", tokens).status == .ok)
        let wrong = try await refresh(tokens, [("resource", "https://evil.example")])
        #expect(wrong.error == "invalid_target")
        let narrow = try #require(try await refresh(tokens, [("resource", Self.api)]).json)
        #expect(try await get("/open-banking/v3.1/aisp/accounts", narrow).status == .unauthorized)
        let told = await plan.send(
            .post,
            "/introspect",
            form: try plan.proving(FormFields([.init("token", try #require(narrow["access_token"]?.text))]))
        )
        #expect(told.json?["active"] == true)
        #expect(told.json?["aud"]?.text == Self.api)
    }

    @Test func `a resource that nobody listed is refused where it is asked for`() async throws {
        let wrong = FormFields.login.adding("resource", "https://evil.example")
        #expect(try await plan.push(wrong).error == "invalid_target")
        #expect(await Browser(plan).open(wrong).returned?["error"] == "invalid_target")
    }

    @Test func `discovery names the types and the resources`() async throws {
        let document = try #require(await plan.send(.get, "/.well-known/oauth-authorization-server").json)
        #expect(document["authorization_details_types_supported"]?.texts == ["account_information"])
        #expect(document["protected_resources"]?.texts == [Issuer.sample.text, Self.api])
    }
}
