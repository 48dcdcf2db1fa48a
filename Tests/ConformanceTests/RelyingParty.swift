import Crypto
import HTTP
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// A client of OpenID's plans for OpenID Connect, statically registered, with a secret and without PKCE.
struct RelyingParty {
    /// Which of the certification plans a module runs in.
    enum Flow: String, CaseIterable, CustomTestStringConvertible {
        case basic
        case hybrid
        case basicFormPost = "form_post basic"
        case hybridFormPost = "form_post hybrid"

        var responseType: ResponseType {
            switch self {
            case .basic, .basicFormPost: .code
            case .hybrid, .hybridFormPost: .codeIDToken
            }
        }

        var isFormPost: Bool { self == .basicFormPost || self == .hybridFormPost }

        var testDescription: String { rawValue }

        static let hybrids: [Flow] = [.hybrid, .hybridFormPost]
    }

    let plan: Plan
    let flow: Flow
    let client: Client

    /// Everything that a scope of the standard can bring.
    static let scope: Scope = ["openid", "profile", "email", "address", "phone", "offline_access"]

    /// With the second client of the plans beside it, which posts its secret.
    init(_ flow: Flow, algorithm: Algorithm = .rs256) throws {
        self.flow = flow
        client = .sample(
            responseTypes: [.code, .codeIDToken],
            scope: Self.scope,
            profile: .openIDConnect,
            idTokenAlgorithm: algorithm
        )
        let second = Client.sample(
            id: "rp-2",
            authentication: .secretPost(ClientSecret(Fingerprint(of: Client.sampleSecret))),
            redirectURIs: ["https://second.example/cb"],
            scope: Self.scope,
            profile: .openIDConnect,
            idTokenAlgorithm: algorithm
        )
        plan = try Plan(client, beside: [second])
    }

    private init(_ plan: Plan, _ flow: Flow, _ client: Client) {
        self.plan = plan
        self.flow = flow
        self.client = client
    }

    /// The second client at the same bank.
    func second() throws -> RelyingParty {
        let client = try #require(plan.registered("rp-2"))
        return RelyingParty(plan, flow, client)
    }

    /// A request as the suite makes it; each has a nonce of its own.
    func query(_ changes: [(WireText, WireText?)] = []) -> FormFields {
        var query = FormFields([
            .init("client_id", client.id.text), .init("redirect_uri", client.redirectURIs[0].text),
            .init("scope", "openid"), .init("state", Self.state), .init("nonce", "nonce-1"),
            .init("response_type", WireText(flow.responseType.rawValue)),
        ])
        if flow.isFormPost { query.append("response_mode", "form_post") }
        for (name, value) in changes { query = query.setting(name, value) }
        return query
    }

    /// Of the longest kind that the modules send as a matter of course.
    static let state = WireText(String(repeating: "s-_.~+/1", count: 16))

    /// What came back, from where this flow has it come back.
    func returned(_ response: Response) throws -> FormFields {
        if flow.isFormPost {
            // OAuth 2.0 Form Post Response Mode §2: a form that the browser posts, and nothing in any URL.
            #expect(response.status == .ok)
            #expect(response.fields.first(.location) == nil)
            #expect(response.html.contains("method=\"post\" action=\"\(client.redirectURIs[0].text)\""))
            return FormFields(
                response.html.matches(of: /<input type="hidden" name="([^"]+)" value="([^"]*)">/).map {
                    .init(WireText(String($0.output.1)), WireText(String($0.output.2).unescapedHTML))
                }
            )
        }
        #expect(response.status == .seeOther)
        let uri = try #require(response.fields.first(.location).flatMap { URIReference($0) })
        #expect(uri.host == URIReference(client.redirectURIs[0].text)?.host)
        let isInFragment = uri.fragment != nil
        #expect(isInFragment == (flow.responseType == .codeIDToken) || isInFragment == false)
        return try FormFields(uri.fragment ?? uri.query ?? "")
    }

    /// Checks what every successful answer of the suite is checked for, and gives back its parameters.
    func success(_ response: Response, state: WireText? = Self.state) throws -> FormFields {
        let fields = try returned(response)
        let expected: Set<WireText> = Set(
            ["code", "iss", "session_state"] + (state == nil ? [] : ["state"])
                + (flow.responseType == .codeIDToken ? ["id_token"] : [])
        )
        #expect(Set(fields.fields.map(\.name)) == expected)
        #expect(fields["state"] == state)
        #expect(fields["iss"] == Issuer.sample.text)
        // 128 bits at the least; a character has 6 of them.
        #expect(try #require(fields["code"]).byteCount >= 22)
        return fields
    }

    /// Checks that an answer is an error, and one that the suite accepts.
    func error(_ response: Response, _ accepted: [WireText]) throws {
        let fields = try returned(response)
        #expect(accepted.contains(try #require(fields["error"])), "\(fields.encoded)")
        #expect(fields["state"] == Self.state)
        #expect(fields["iss"] == Issuer.sample.text)
        #expect(Set(fields.fields.map(\.name)) == ["error", "error_description", "error_uri", "state", "iss"])
        let description = try #require(fields["error_description"])
        #expect(description.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
    }

    func redeem(_ code: WireText, verifier: WireText? = nil) async -> Response {
        await token([
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", client.redirectURIs[0].text),
            ("code_verifier", verifier),
        ])
    }

    func token(_ fields: [(WireText, WireText?)]) async -> Response {
        var form = FormFields()
        for (name, value) in fields { if let value { form.append(name, value) } }
        if case .secretPost = client.authentication {
            form.append("client_id", client.id.text)
            form.append("client_secret", Client.sampleSecret)
            return await plan.send(.post, "/token", form: form)
        }
        let basic = WireText("Basic \(Base64.encode(Array("\(client.id):\(Client.sampleSecret)".utf8)))")
        return await plan.send(.post, "/token", form: form, authorization: basic)
    }

    func userInfo(_ token: WireText) async -> Response {
        await plan.send(.get, "/userinfo", authorization: WireText("Bearer \(token)"))
    }

    /// The claims of an ID token, its signature and what the suite wants of every one checked.
    ///
    /// - Parameter asked: What the request asked for in it; anything else would be a warning.
    func claims(of idToken: WireText, asked: Set<WireText> = [], nonce: WireText? = "nonce-1") async throws -> JSON {
        let keys = try JWKSet(await plan.send(.get, "/jwks").body)
        let token = try JWT(idToken, signedBy: keys, allowing: [client.idTokenAlgorithm])
        #expect(token.header.keyID != nil)
        let claims = token.claims
        #expect(claims["iss"]?.text == Issuer.sample.text)
        #expect(claims["aud"]?.text == client.id.text)
        #expect(claims["nonce"]?.text == nonce)
        #expect(claims["acr"]?.text?.isEmpty == false)
        let issued = try #require(claims["iat"]?.integer)
        #expect(abs(issued - plan.now.seconds) <= 300)
        #expect(try #require(claims["exp"]?.integer) > plan.now.seconds)
        #expect(try #require(claims["auth_time"]?.integer) <= issued)
        let names = Set((claims.members ?? []).map(\.name))
        let allowed: Set<WireText> = [
            "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "c_hash", "s_hash",
            "nbf", "jti", "sid", "txn",
        ]
        #expect(names.subtracting(allowed) == asked)
        return claims
    }

    /// A whole login, all of its checks made.
    struct Login {
        let front: FormFields
        let tokens: JSON
        /// Of the ID token that every check above has passed.
        let claims: JSON
        let accessToken: WireText
    }

    func login(_ response: Response, asked: Set<WireText> = [], nonce: WireText? = "nonce-1") async throws -> Login {
        let front = try success(response)
        let code = try #require(front["code"])
        let answer = await redeem(code)
        #expect(answer.status == .ok)
        #expect(answer.fields.first(.contentType)?.hasPrefix("application/json") == true)
        #expect(answer.fields.first(.cacheControl)?.string.contains("no-store") == true)
        let tokens = try #require(answer.json)
        #expect(tokens["token_type"]?.text == "Bearer")
        #expect(try #require(tokens["expires_in"]?.integer) > 0)
        let accessToken = try #require(tokens["access_token"]?.text)
        let claims = try await claims(of: try #require(tokens["id_token"]?.text), asked: asked, nonce: nonce)
        #expect(claims["at_hash"]?.text == Self.half(of: accessToken))
        if flow.responseType == .codeIDToken {
            let beside = try await self.claims(of: try #require(front["id_token"]), asked: asked, nonce: nonce)
            #expect(beside["c_hash"]?.text == Self.half(of: code))
            #expect(beside["sub"] == claims["sub"])
            #expect(beside["auth_time"] == claims["auth_time"])
        }
        return Login(front: front, tokens: tokens, claims: claims, accessToken: accessToken)
    }

    private static func half(of text: WireText) -> WireText {
        WireText(Base64URL.encode(Array(Digest.sha256(text).prefix(16))))
    }
}

extension String {
    fileprivate var unescapedHTML: String {
        replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }
}
