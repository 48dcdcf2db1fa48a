import Crypto
import HTTP
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// Modules of `fapi1-advanced-final` (by value) and `fapi2-message-signing-final` (pushed) about request objects.
struct RequestObjectModules {
    /// How a module's object reaches us.
    enum Way: CaseIterable {
        case byValue
        case pushed
    }

    private let plans: [Way: Plan]

    init() throws {
        plans = [
            .byValue: try Plan(
                Plan.client(.fapi1AdvancedUK, responseTypes: [.codeIDToken], frontChannel: Self.signing)
            ),
            .pushed: try Plan(Plan.client(.fapi2, frontChannel: Self.signing)),
        ]
    }

    private static let signing = FrontChannel(mustSign: true, keys: SampleAssertion.keys(Plan.key))

    /// A request of the plan's client that is good at noon, as claims.
    private static func claims(_ way: Way) -> [WireText: JSON] {
        var claims: [WireText: JSON] = [
            "iss": "tpp-1", "aud": .text(Issuer.sample.text), "exp": .integer(Timestamp.noon.seconds + 300),
            "nbf": .integer(Timestamp.noon.seconds),
        ]
        for field in FormFields.login.fields { claims[field.name] = .text(field.value) }
        guard way == .byValue else { return claims }
        claims["response_type"] = "code id_token"
        claims["code_challenge"] = nil
        claims["code_challenge_method"] = nil
        return claims
    }

    private static func object(
        _ way: Way,
        _ changes: [WireText: JSON?] = [:],
        key: SigningKey = Plan.key,
        type: WireText = "oauth-authz-req+jwt"
    ) throws -> WireText {
        var claims = claims(way)
        for (name, value) in changes { claims[name] = value }
        let members = claims.map { JSON.Member($0.key, $0.value) }
        return try key.sign(JSONWriter.write(.object(members)), type: type)
    }

    /// What comes of an object: the parameters of the answer, or the error.
    private func outcome(_ way: Way, _ object: WireText, beside: [FormFields.Field] = []) async throws -> Outcome {
        let plan = try #require(plans[way])
        let sent = FormFields(
            [.init("client_id", "tpp-1"), .init("request", object)] + (way == .byValue ? beside : [])
        )
        switch way {
        case .byValue:
            let response = await Browser(plan).answer(sent)
            if let returned = response.returned { return returned["error"].map { .refused($0) } ?? .answered(returned) }
            return response.isErrorPage ? .page : .refused(WireText("status \(response.status.code)"))
        case .pushed:
            let response = try await plan.push(sent)
            guard let reference = response.reference else { return .refused(response.error ?? "") }
            let query = FormFields(plan.query(reference).fields + beside)
            return .answered(try #require(await Browser(plan).answer(query).returned))
        }
    }

    private enum Outcome: Equatable {
        case answered(FormFields)
        case refused(WireText)
        case page
    }

    private func answer(_ way: Way, _ object: WireText, beside: [FormFields.Field] = []) async throws -> FormFields {
        guard case .answered(let fields) = try await outcome(way, object, beside: beside) else {
            Issue.record("It is refused.")
            return FormFields()
        }
        return fields
    }

    @Test(arguments: Way.allCases)
    func `fapi1-advanced-final: RO-06 what was signed is what is answered`(way: Way) async throws {
        let answer = try await answer(way, try Self.object(way))
        #expect(answer["state"] == "af0ifjsldkj")
        #expect(answer["iss"] == Issuer.sample.text)
        let plan = try #require(plans[way])
        let code = try #require(answer["code"])
        let verifier = way == .pushed ? CodeRecord.sampleVerifier : nil
        #expect(try await plan.redeem(code, verifier: verifier).status == .ok)
        guard way == .byValue else { return }
        let claims = try JWS(try #require(answer["id_token"])).unverifiedClaims()
        #expect(claims["nonce"]?.text == "n-0S6_WzA2Mj")
        #expect(claims["c_hash"] != nil && claims["s_hash"] != nil)
    }

    @Test(arguments: Way.allCases, ["JWT", "jwt", "oauth-authz-req+jwt"] as [WireText])
    func `a request object has its own type, or the general one`(way: Way, type: WireText) async throws {
        #expect(try await answer(way, try Self.object(way, type: type))["code"] != nil)
    }

    @Test(arguments: Way.allCases)
    func `ensure-request-object-with-multiple-aud-succeeds: RO-04`(way: Way) async throws {
        let audiences: JSON = ["https://other.example", .text(Issuer.sample.text)]
        #expect(try await answer(way, try Self.object(way, ["aud": audiences]))["code"] != nil)
    }

    @Test(arguments: Way.allCases)
    func `ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted: RO-04`(way: Way) async throws {
        let soon: JSON = .integer(Timestamp.noon.seconds + 8)
        #expect(try await answer(way, try Self.object(way, ["nbf": soon, "iat": soon]))["code"] != nil)
    }

    @Test(arguments: Way.allCases)
    func `ensure-authorization-request-without-state-success: RO-06 a state beside the object is not given back`(
        way: Way
    ) async throws {
        let answer = try await answer(
            way,
            try Self.object(way, ["state": nil]),
            beside: [.init("state", "outside")]
        )
        #expect(answer["code"] != nil)
        #expect(answer["state"] == nil)
        guard let token = answer["id_token"] else { return }
        #expect(try JWS(token).unverifiedClaims()["s_hash"] == nil)
    }

    @Test(arguments: [64, 384])
    func `ensure-request-object-with-64-char-nonce-success, ensure-request-object-with-long-nonce`(length: Int)
        async throws
    {
        let nonce = WireText(String(repeating: "n", count: length))
        let token = try await answer(
            .byValue,
            try Self.object(.byValue, ["nonce": .text(nonce)]),
            beside: [.init("nonce", "outside")]
        )["id_token"]
        #expect(try JWS(try #require(token)).unverifiedClaims()["nonce"]?.text == nonce)
    }

    @Test(arguments: Way.allCases)
    func `ensure-request-object-with-long-state`(way: Way) async throws {
        let state = WireText(String(repeating: "s", count: 1_000))
        #expect(try await answer(way, try Self.object(way, ["state": .text(state)]))["state"] == state)
    }

    /// Each row is a module with what it changes; `nil` takes a claim away.
    static let spoiled: [(String, [WireText: JSON?])] = [
        ("ensure-request-object-without-exp-fails", ["exp": nil]),
        ("ensure-request-object-without-nbf-fails", ["nbf": nil]),
        ("ensure-expired-request-object-fails", ["exp": .integer(Timestamp.noon.seconds - 60)]),
        ("ensure-request-object-with-bad-aud-fails", ["aud": "https://other.example"]),
        ("no audience", ["aud": nil]),
        ("par-pushed-authorization-url-as-audience-in-request-object", ["aud": "https://bank.example/par"]),
        ("ensure-request-object-with-exp-over-60-fails", ["exp": .integer(Timestamp.noon.seconds + 70 * 60)]),
        ("ensure-request-object-with-nbf-over-60-fails", ["nbf": .integer(Timestamp.noon.seconds - 70 * 60)]),
        ("a minute ahead", ["nbf": .integer(Timestamp.noon.seconds + 61)]),
        (
            "longer than an hour",
            ["nbf": .integer(Timestamp.noon.seconds - 1_800), "exp": .integer(Timestamp.noon.seconds + 1_801)]
        ),
        ("RO-02 of another issuer", ["iss": "tpp-2"]), ("no issuer", ["iss": nil]),
        ("RO-02 for another client", ["client_id": "tpp-2"]), ("no client", ["client_id": nil]),
        ("RO-05 an assertion", ["sub": "tpp-1"]),
        ("par-authorization-request-containing-request_uri", ["request_uri": "urn:ietf:params:oauth:request_uri:x"]),
        ("RO-07 an object in an object", ["request": "e30.e30.x"]),
        ("a parameter of no type", ["state": ["a"]]), ("a parameter that is nothing", ["state": .null]),
    ]

    @Test(arguments: Way.allCases, spoiled)
    func `RO-02 RO-04 RO-05 RO-07 an object with one thing wrong is refused whole`(
        way: Way,
        row: (module: String, changes: [WireText: JSON?])
    ) async throws {
        // By the browser there is nobody to tell: nothing that could be trusted was read.
        let expected = way == .pushed ? Outcome.refused("invalid_request_object") : .page
        #expect(try await outcome(way, try Self.object(way, row.changes)) == expected, "\(row.module)")
    }

    @Test(
        arguments: [
            ("ensure-request-object-without-scope-fails", "scope", "invalid_request", "invalid_request"),
            ("ensure-request-object-without-redirect-uri-fails", "redirect_uri", nil, "invalid_request"),
        ] as [(String, WireText, WireText?, WireText)]
    )
    func `RO-06 what is not in the object is not there`(
        module: String,
        name: WireText,
        byValue: WireText?,
        pushed: WireText
    ) async throws {
        let beside = [FormFields.Field(name, FormFields.login[name] ?? "")]
        let changes = [name: JSON?.none]
        let first = try await outcome(.byValue, try Self.object(.byValue, changes), beside: beside)
        #expect(first == (byValue.map { .refused($0) } ?? .page), "\(module)")
        #expect(try await outcome(.pushed, try Self.object(.pushed, changes)) == .refused(pushed), "\(module)")
    }

    @Test func `ensure-request-object-without-nonce-fails: RO-06`() async throws {
        let object = try Self.object(.byValue, ["nonce": nil])
        let outcome = try await outcome(.byValue, object, beside: [.init("nonce", "outside")])
        #expect(outcome == .refused("invalid_request"))
    }

    @Test(arguments: Way.allCases)
    func `ensure-matching-key-in-authorization-request: RO-02 another's key under our client's name`(way: Way)
        async throws
    {
        let expected = way == .pushed ? Outcome.refused("invalid_request_object") : .page
        #expect(try await outcome(way, try Self.object(way, key: Plan.otherKey)) == expected)
    }

    @Test(arguments: Way.allCases)
    func `ensure-request-object-with-invalid-signature-fails: RO-01`(way: Way) async throws {
        let object = try Self.object(way).string
        let dot = try #require(object.lastIndex(of: "."))
        let spoiled = WireText(object[...dot] + String(repeating: "A", count: 86))
        let expected = way == .pushed ? Outcome.refused("invalid_request_object") : .page
        #expect(try await outcome(way, spoiled) == expected)
    }

    @Test(arguments: Way.allCases, ["none", "None", "nOnE", "", "HS256", "RS256"])
    func `ensure-request-object-signature-algorithm-is-not-none, ensure-signed-request-object-with-RS256-fails: RO-01`(
        way: Way,
        algorithm: String
    ) async throws {
        let signed = try Self.object(way).string.split(separator: ".")
        let header = Base64URL.encode(Array(#"{"alg":"\#(algorithm)","kid":"tpp-key-1"}"#.utf8))
        let expected = way == .pushed ? Outcome.refused("invalid_request_object") : .page
        for signature in ["", String(signed[2])] {
            #expect(try await outcome(way, WireText("\(header).\(signed[1]).\(signature)")) == expected)
        }
    }

    @Test
    func `ensure-unsigned-request-at-par-endpoint-fails, ensure-authorization-request-without-request-object-fails`()
        async throws
    {
        let pushed = try await #require(plans[.pushed]).push(.login)
        #expect(pushed.error == "invalid_request")
        let plan = try #require(plans[.byValue])
        let plain = FormFields.login.setting("response_type", "code id_token")
        #expect(await Browser(plan).open(plain).returned?["error"] == "invalid_request")
    }

    @Test func `ensure-response-mode-query: no code is ever in the query`() async throws {
        let object = try Self.object(.byValue, ["response_mode": "query"])
        let plan = try #require(plans[.byValue])
        let query = FormFields([.init("client_id", "tpp-1"), .init("request", object)])
        let location = try #require(await Browser(plan).open(query).fields.first(.location))
        let returned = try #require(URIReference(location)?.fragment)
        #expect(try FormFields(returned)["error"] == "invalid_request")
    }

    @Test func `ensure-response-type-code-fails: without a signed answer a code does not come alone`() async throws {
        let client = Plan.client(.fapi1AdvancedUK, responseTypes: [.codeIDToken, .code], frontChannel: Self.signing)
        let plan = try Plan(client)
        let object = try Self.object(.byValue, ["response_type": "code"])
        let query = FormFields([.init("client_id", "tpp-1"), .init("request", object)])
        #expect(await Browser(plan).answer(query).returned?["error"] == "invalid_request")
    }

    @Test func `ensure-valid-pkce-succeeds: who sends a challenge is held to it`() async throws {
        let challenge: [WireText: JSON?] = [
            "code_challenge": .text(Challenge.sampleText), "code_challenge_method": "S256",
        ]
        let answer = try await answer(.byValue, try Self.object(.byValue, challenge))
        let plan = try #require(plans[.byValue])
        let code = try #require(answer["code"])
        #expect(try await plan.redeem(code, verifier: nil).error == "invalid_grant")
        #expect(try await plan.redeem(code).status == .ok)
        for half in ["code_challenge", "code_challenge_method"] as [WireText] {
            let object = try Self.object(.byValue, challenge.merging([half: nil]) { $1 })
            #expect(try await outcome(.byValue, object) == .refused("invalid_request"))
        }
    }

    @Test func `AZ-46 FAPI 1 leaves a request without PKCE to the browser, and none that is pushed`() async throws {
        let plan = try #require(plans[.byValue])
        let object = try Self.object(.byValue)
        let form = FormFields([.init("client_id", "tpp-1"), .init("request", object)])
        #expect(try await plan.push(form).error == "invalid_request")
        let proven = try Self.object(
            .byValue,
            ["code_challenge": .text(Challenge.sampleText), "code_challenge_method": "S256"]
        )
        #expect(try await plan.push(form.setting("request", proven)).status == .created)
    }

    @Test func `a request outlives the object that it came in`() async throws {
        let plan = try #require(plans[.byValue])
        let object = try Self.object(.byValue, ["exp": .integer(Timestamp.noon.seconds + 30)])
        let query = FormFields([.init("client_id", "tpp-1"), .init("request", object)])
        let browser = Browser(plan)
        let opened = await browser.open(query)
        plan.pass(seconds: 400)
        #expect(await browser.finish(opened).returned?["code"] != nil)
        #expect(await Browser(plan).open(query).isErrorPage)
    }

    @Test func `RO-01 an error goes back where a URI beside the object is registered, and nowhere else`() async throws {
        let object = try Self.object(.byValue, ["aud": "https://other.example"])
        let back = try await outcome(.byValue, object, beside: [.init("redirect_uri", "https://c.example/cb")])
        #expect(back == .refused("invalid_request_object"))
        let evil = try await outcome(.byValue, object, beside: [.init("redirect_uri", "https://evil.example/cb")])
        #expect(evil == .page)
    }

    @Test func `RO-07 a request by value and by reference is refused`() async throws {
        let plan = try #require(plans[.byValue])
        let query = FormFields.login.setting("request", try Self.object(.byValue)).setting(
            "request_uri",
            "https://c.example"
        )
        #expect(await Browser(plan).open(query).returned?["error"] == "invalid_request")
    }
}
