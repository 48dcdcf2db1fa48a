import Crypto
import HTTP
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// Modules of `fapi2-message-signing-final` and `fapi1-advanced-final` with `fapi_response_mode=jarm`: conformance.md 4.3.
struct SignedAnswerModules {
    private static let signing = FrontChannel(
        mustSign: true,
        keys: SampleAssertion.keys(Plan.key),
        answerAlgorithm: .ps256
    )

    private static func object(_ changes: [WireText: JSON] = [:]) throws -> WireText {
        var claims: [WireText: JSON] = [
            "iss": "tpp-1", "aud": .text(Issuer.sample.text), "exp": .integer(Timestamp.noon.seconds + 300),
            "nbf": .integer(Timestamp.noon.seconds), "response_mode": "jwt",
        ]
        for field in FormFields.login.fields { claims[field.name] = .text(field.value) }
        for (name, value) in changes { claims[name] = value }
        let members = claims.map { JSON.Member($0.key, $0.value) }
        return try Plan.key.sign(JSONWriter.write(.object(members)), type: "oauth-authz-req+jwt")
    }

    /// The claims of a signed answer, and where it stood in the redirect.
    private func read(_ response: Response, _ plan: Plan) async throws -> (claims: JSON, isInQuery: Bool) {
        let location = try #require(response.fields.first(.location))
        let uri = try #require(URIReference(location))
        let fields = try FormFields(try #require(uri.query ?? uri.fragment))
        // Nothing stands beside it.
        #expect(fields.fields.map(\.name) == ["response"])
        let keys = try JWKSet(await plan.send(.get, "/jwks").body)
        let token = try JWT(try #require(fields["response"]), signedBy: keys, allowing: [.ps256])
        #expect(token.header.keyID != nil)
        return (token.claims, uri.query != nil)
    }

    @Test func `happy-flow: AZ-28 a code comes in a JWT of ours for this client, for some minutes`() async throws {
        let plan = try Plan(Plan.client(.fapi2MessageSigning, frontChannel: Self.signing))
        let pushed = try await plan.push(
            FormFields([.init("client_id", "tpp-1"), .init("request", try Self.object())])
        )
        let response = await Browser(plan).answer(plan.query(try #require(pushed.reference)))
        let (claims, isInQuery) = try await read(response, plan)
        #expect(isInQuery)
        #expect(claims["iss"]?.text == Issuer.sample.text)
        #expect(claims["aud"]?.text == "tpp-1")
        #expect(claims["state"]?.text == "af0ifjsldkj")
        let end = try #require(claims["exp"]?.integer)
        #expect((Timestamp.noon.seconds + 10...Timestamp.noon.seconds + 600).contains(end))
        #expect(claims.members?.map(\.name) == ["iss", "aud", "exp", "code", "session_state", "state"])
        #expect(try await plan.redeem(try #require(claims["code"]?.text)).status == .ok)
    }

    @Test func `user-rejects-authentication: AZ-28 errors are signed as well`() async throws {
        let plan = try Plan(Plan.client(.fapi2MessageSigning, frontChannel: Self.signing))
        let pushed = try await plan.push(
            FormFields([.init("client_id", "tpp-1"), .init("request", try Self.object())])
        )
        let response = await Browser(plan).answer(plan.query(try #require(pushed.reference)), .deny)
        let (claims, _) = try await read(response, plan)
        #expect(claims["error"]?.text == "access_denied")
        #expect(claims["state"]?.text == "af0ifjsldkj")
        #expect(claims["code"] == nil)
    }

    @Test(arguments: [nil, "query", "fragment", "form_post"] as [WireText?])
    func `AZ-28 message signing answers in a JWT or not at all`(mode: WireText?) async throws {
        let plan = try Plan(Plan.client(.fapi2MessageSigning, frontChannel: Self.signing))
        // Empty means absent.
        let object = try Self.object(["response_mode": .text(mode ?? "")])
        let refused = try await plan.push(FormFields([.init("client_id", "tpp-1"), .init("request", object)]))
        #expect(refused.error == "invalid_request")
    }

    @Test func `ensure-response-mode-query: FAPI 1 gives a code alone in a signed answer`() async throws {
        let plan = try Plan(
            Plan.client(.fapi1AdvancedUK, responseTypes: [.code, .codeIDToken], frontChannel: Self.signing)
        )
        let query = FormFields([.init("client_id", "tpp-1"), .init("request", try Self.object())])
        let (claims, isInQuery) = try await read(await Browser(plan).answer(query), plan)
        #expect(claims["code"] != nil && isInQuery)
        let hybrid = try Self.object(["response_type": "code id_token"])
        let both = try await read(await Browser(plan).answer(query.setting("request", hybrid)), plan)
        #expect(both.claims["code"] != nil && both.claims["id_token"] != nil && !both.isInQuery)
    }

    @Test(arguments: [("query.jwt", true), ("fragment.jwt", false), ("jwt", true)] as [(WireText, Bool)])
    func `AZ-28 a mode says where the JWT stands`(mode: WireText, isInQuery: Bool) async throws {
        let plan = try Plan(Plan.client(.oauth21, frontChannel: FrontChannel(answerAlgorithm: .ps256)))
        let response = await Browser(plan).answer(.login.setting("response_mode", mode))
        let answer = try await read(response, plan)
        #expect(answer.isInQuery == isInQuery)
        #expect(answer.claims["code"] != nil)
    }

    @Test func `AZ-28 a form carries the JWT and nothing beside it`() async throws {
        let plan = try Plan(Plan.client(.oauth21, frontChannel: FrontChannel(answerAlgorithm: .ps256)))
        let page = await Browser(plan).answer(.login.setting("response_mode", "form_post.jwt"))
        let html = String(decoding: page.body, as: UTF8.self)
        #expect(page.status == .ok)
        #expect(html.matches(of: /<input type="hidden" name="([^"]+)"/).map { String($0.output.1) } == ["response"])
    }

    @Test func `AZ-28 an answer is encrypted around its signature for who has registered for that`() async throws {
        let key = try PrivateKey.generate(.p256)
        let encryption = Client.Encryption(
            algorithm: .ecdhES,
            content: .a256GCM,
            keys: try JWKSet([JWK(key.publicKey, keyID: "enc", use: .encryption)])
        )
        let plan = try Plan(
            Plan.client(.oauth21, frontChannel: FrontChannel(answerAlgorithm: .ps256, answerEncryption: encryption))
        )
        let returned = await Browser(plan).answer(.login.setting("response_mode", "jwt")).returned
        let response = try #require(returned?["response"]).string
        #expect(response.split(separator: ".", omittingEmptySubsequences: false).count == 5)
        let header = try #require(Base64URL.decode(WireText(String(response.prefix { $0 != "." }))))
        let json = try JSONReader.read(header)
        #expect(json["alg"]?.text == "ECDH-ES" && json["enc"]?.text == "A256GCM" && json["cty"]?.text == "JWT")
        #expect(json["kid"]?.text == "enc")
    }

    @Test(arguments: ["jwt", "query.jwt", "fragment.jwt", "form_post.jwt"] as [WireText])
    func `AZ-25 who has not registered for signed answers is told so in a plain one`(mode: WireText) async throws {
        let plan = try Plan(Plan.client(.oauth21))
        let returned = try #require(await Browser(plan).open(.login.setting("response_mode", mode)).returned)
        #expect(returned["error"] == "invalid_request")
        #expect(returned["response"] == nil)
    }
}
