import OAuth
import TestSupport
import Testing
import Text

struct AuthorizationRequestTests {
    @Test
    func `a request in which nothing is wrong is read whole`() throws {
        let form = FormFields.sampleAuthorization
            .setting("prompt", "login").setting("max_age", "60").setting("login_hint", "anna")
            .setting("ui_locales", "en-GB cy").setting("display", "page")
        let request = try AuthorizationRequest.read(form)
        #expect(request.client.id == "tpp-1")
        #expect(request.responseType == .code)
        #expect(request.scope == ["openid", "accounts"])
        #expect(request.challenge == .sample)
        #expect(request.nonce == "n-0S6_WzA2Mj")
        #expect(request.prompt.wantsLogin)
        #expect(request.maxAge?.seconds == 60)
        #expect(request.claims.intent == "consent-1")
        #expect(request.loginHint == "anna")
        #expect(request.uiLocales == ["en-GB", "cy"])
        #expect(request.target.redirectURI == "https://c.example/cb")
    }

    /// Each row changes one thing in a request that is otherwise right.
    @Test(arguments: oneThingWrong)
    func `a request with one thing wrong is refused for it`(name: WireText, value: WireText?, refusal: Refusal) {
        #expect(throws: refusal) { try AuthorizationRequest.read(.sampleAuthorization.setting(name, value)) }
    }

    static let oneThingWrong: [(WireText, WireText?, Refusal)] = [
        ("response_type", nil, .parameterMissing(.responseType)),
        ("response_type", "", .parameterMissing(.responseType)),
        ("response_mode", "jwt", .responseModeUnsupported), ("response_mode", "QUERY", .responseModeUnsupported),
        ("scope", nil, .scopeMissing), ("scope", "", .scopeMissing), ("scope", "openid payments", .scopeUnsupported),
        ("scope", "openid  accounts", .scopeUnsupported), ("scope", "OPENID accounts", .scopeUnsupported),
        ("scope", "openid openid", .scopeUnsupported),
        ("code_challenge", nil, .challengeMissing), ("code_challenge", "", .challengeMissing),
        ("code_challenge_method", nil, .challengeMethodUnsupported),
        ("code_challenge_method", "plain", .challengeMethodUnsupported),
        ("prompt", "none login", .promptContradictory), ("prompt", "LOGIN", .parameterMalformed(.prompt)),
        ("max_age", "-1", .parameterMalformed(.maxAge)), ("claims", nil, .intentMissing),
        ("claims", "{}", .intentMissing),
        ("claims", "{", .parameterMalformed(.claims)),
        ("state", WireText(String(repeating: "s", count: 3_073)), .parameterMalformed(.state)),
        ("nonce", WireText(String(repeating: "n", count: 2_049)), .parameterMalformed(.nonce)),
        ("registration", "{}", .parameterUnsupported(.registration)),
    ]

    @Test
    func `claims of the person are kept as far as the client's scope goes, and widen nothing`() throws {
        let form = FormFields.sampleAuthorization.setting("scope", "openid")
            .setting("claims", #"{"userinfo":{"name":null,"email":null,"eye_color":null}}"#)
        let plain = try AuthorizationRequest.read(form)
        #expect(plain.claims.granted == .none)
        #expect(plain.agreement == ["openid"])
        let named = try AuthorizationRequest.read(form, by: .sample(scope: ["openid", "profile"]))
        #expect(named.claims.granted.userInfo == [.init(.name)])
        #expect(named.scope == ["openid"])
        #expect(named.agreement == ["openid", "claim:name"])
        let both = Client.sample(scope: ["openid", "profile", "email"])
        let reached = try AuthorizationRequest.read(form.setting("scope", "openid email"), by: both)
        #expect(reached.namedClaims == [.name])
        #expect(reached.agreement == ["openid", "email", "claim:name"])
    }

    @Test
    func `what a person would agree to is bounded like a scope`() throws {
        let many = (1..<Limits.scopes).map { WireText("s\($0)") }
        let scope = Scope(["openid"] + many)
        let client = Client.sample(scope: Scope(["openid", "email"] + many))
        let form = FormFields.sampleAuthorization.setting("scope", scope.text).setting("claims", nil)
        _ = try AuthorizationRequest.read(form, by: client)
        #expect(throws: Refusal.scopeUnsupported) {
            try AuthorizationRequest.read(form.setting("claims", #"{"userinfo":{"email":null}}"#), by: client)
        }
    }

    @Test
    func `claims of the person need a request for a login`() throws {
        let form = FormFields.sampleAuthorization.setting("scope", "profile")
            .setting("claims", #"{"userinfo":{"email":null}}"#)
        let request = try AuthorizationRequest.read(form, by: .sample(scope: ["openid", "profile", "email"]))
        #expect(request.claims.granted == .none)
        #expect(request.scope == ["profile"])
    }

    @Test(
        arguments: [
            "token", "id_token", "id_token token", "code token", "code id_token token", "code none", "code code",
            "CODE",
            "foo",
        ] as [WireText]
    )
    func `AZ-24 a response type that is not written is refused`(type: WireText) {
        #expect(throws: Refusal.responseTypeUnsupported) {
            try AuthorizationRequest.read(.sampleAuthorization.setting("response_type", type))
        }
        #expect(Refusal.responseTypeUnsupported.code == "unsupported_response_type")
    }

    @Test
    func `AZ-24 type none needs a registration and a consent, and neither proof nor nonce`() throws {
        let form = FormFields.sampleAuthorization.setting("response_type", "none")
            .setting("code_challenge", nil).setting("code_challenge_method", nil).setting("nonce", nil)
        #expect(throws: Refusal.responseTypeNotAllowed) { try AuthorizationRequest.read(form) }
        let client = Client.sample(grantTypes: [], responseTypes: [.none])
        #expect(throws: Refusal.intentMissing) {
            try AuthorizationRequest.read(form.setting("scope", "openid").setting("claims", nil), by: client)
        }
        let claims: WireText = #"{"id_token":{"openbanking_intent_id":{"value":"consent-1","essential":true}}}"#
        let asked = form.setting("scope", "openid accounts").setting("claims", claims)
        let request = try AuthorizationRequest.read(asked, by: client)
        #expect(request.challenge == nil)
        #expect(request.claims.intent == "consent-1")
        let answer = AuthorizationAnswer(request.target, code: nil, idToken: nil, issuer: .sample)
        #expect(answer.parameters.fields.map(\.name) == ["state", "iss"])
    }

    @Test
    func `AZ-24 a client not registered for a response type is refused`() {
        let hybrid = FormFields.sampleAuthorization.setting("response_type", "code id_token")
        #expect(throws: Refusal.responseTypeNotAllowed) {
            try AuthorizationRequest.read(hybrid, by: .sample(responseTypes: [.code]))
        }
        #expect(throws: Refusal.responseTypeNotAllowed) {
            try AuthorizationRequest.read(.sampleAuthorization, by: .sample(responseTypes: [.codeIDToken]))
        }
        #expect(throws: Refusal.responseTypeNotAllowed) {
            try AuthorizationRequest.read(.sampleAuthorization, by: .sample(responseTypes: []))
        }
        #expect(Refusal.responseTypeNotAllowed.code == "unauthorized_client")
    }

    @Test
    func `AZ-24 a client that could redeem no code gets none`() {
        #expect(throws: Refusal.responseTypeNotAllowed) {
            try AuthorizationRequest.read(.sampleAuthorization, by: .sample(grantTypes: ["client_credentials"]))
        }
    }

    @Test(arguments: ["query", "jwt", "web_message", "query.jwt", "none"] as [WireText])
    func `AZ-25 a mode that does not fit is refused in the mode of the type`(mode: WireText) throws {
        let form = FormFields.sampleAuthorization.setting("response_type", "code id_token").setting(
            "response_mode",
            mode
        )
        let target = try RedirectionTarget(AuthorizationFields(form), client: .sample)
        #expect(target.mode == .fragment)
        #expect(throws: Refusal.responseModeUnsupported) { try AuthorizationRequest.read(form) }
    }

    @Test(arguments: Parameter.allCases.filter { $0.isOfAuthorization && !$0.mayRepeat })
    func `AZ-40 any known parameter twice is refused`(parameter: Parameter) {
        for second in ["x", ""] as [WireText] {
            let value = FormFields.sampleAuthorization[parameter.name] ?? "x"
            let form = FormFields.sampleAuthorization.setting(parameter.name, value).adding(parameter.name, second)
            #expect(throws: Refusal.parameterRepeated(parameter)) { try AuthorizationRequest.read(form) }
        }
    }

    @Test(arguments: ["code_challenge", "prompt", "nonce", "max_age", "claims", "login_hint", "state"] as [WireText])
    func `AZ-42 empty means absent`(name: WireText) {
        func outcome(_ form: FormFields) -> String {
            do { return "\(try AuthorizationRequest.read(form))" } catch { return error.label }
        }
        let form = FormFields.sampleAuthorization
        #expect(outcome(form.setting(name, "")) == outcome(form.setting(name, nil)))
    }

    @Test(arguments: [
        Client.sample, .sample(authentication: .none), .sample(profile: .oauth21, introspectsAll: true),
    ])
    func `AZ-46 PKCE is required of every client`(client: Client) {
        #expect(throws: Refusal.challengeMissing) {
            try AuthorizationRequest.read(.sampleAuthorization.setting("code_challenge", nil), by: client)
        }
        #expect(throws: Refusal.challengeMissing) {
            try AuthorizationRequest.read(
                .sampleAuthorization.setting("code_challenge", nil).setting("code_challenge_method", nil),
                by: client
            )
        }
    }

    @Test(
        arguments: [nil, "", "plain", "PLAIN", "s256", "S512", "S256 ", " S256", "S256\u{0}", "S\u{FF12}56"]
            as [WireText?]
    )
    func `AZ-47 no method but S256 is taken`(method: WireText?) {
        #expect(throws: Refusal.challengeMethodUnsupported) {
            try AuthorizationRequest.read(.sampleAuthorization.setting("code_challenge_method", method))
        }
    }

    @Test
    func `AZ-51 a nonce is required where an ID token comes through the browser`() throws {
        let hybrid = FormFields.sampleAuthorization.setting("response_type", "code id_token")
        #expect(throws: Refusal.parameterMissing(.nonce)) {
            try AuthorizationRequest.read(hybrid.setting("nonce", nil))
        }
        #expect(throws: Refusal.parameterMissing(.nonce)) { try AuthorizationRequest.read(hybrid.setting("nonce", "")) }
        #expect(try AuthorizationRequest.read(.sampleAuthorization.setting("nonce", nil)).nonce == nil)
    }

    @Test(
        arguments: NaughtyStrings.all + [
            WireText(String(repeating: "n", count: 64)), WireText(String(repeating: "n", count: 2_048)),
        ]
    )
    func `AZ-51 a nonce is kept byte by byte`(nonce: WireText) throws {
        #expect(try AuthorizationRequest.read(.sampleAuthorization.setting("nonce", nonce)).nonce == nonce)
    }

    @Test(arguments: ["-1", "+1", "1.5", "1e3", "2147483648", "9223372036854775808", "٣"] as [WireText])
    func `AZ-55 a maximum age that is no number is refused`(text: WireText) {
        #expect(throws: Refusal.parameterMalformed(.maxAge)) {
            try AuthorizationRequest.read(.sampleAuthorization.setting("max_age", text))
        }
    }

    @Test
    func `AZ-59 a scope that the client may not have is refused`() {
        #expect(throws: Refusal.scopeUnsupported) {
            try AuthorizationRequest.read(.sampleAuthorization, by: .sample(scope: ["openid"]))
        }
        #expect(throws: Refusal.scopeUnsupported) {
            try AuthorizationRequest.read(.sampleAuthorization, by: .sample(scope: []))
        }
        let many = WireText((0..<10_000).map { "s\($0)" }.joined(separator: " "))
        #expect(throws: Refusal.scopeUnsupported) {
            try AuthorizationRequest.read(.sampleAuthorization.setting("scope", many))
        }
    }

    @Test
    func `AZ-59 an ID token is an answer to openid only`() throws {
        let form = FormFields.sampleAuthorization.setting("scope", "accounts")
        #expect(try AuthorizationRequest.read(form).scope == ["accounts"])
        #expect(throws: Refusal.scopeUnsupported) {
            try AuthorizationRequest.read(form.setting("response_type", "code id_token"))
        }
    }

    @Test
    func `the scope accounts does not exist without a consent`() throws {
        let form = FormFields.sampleAuthorization.setting("claims", nil)
        #expect(throws: Refusal.intentMissing) { try AuthorizationRequest.read(form) }
        #expect(throws: Refusal.intentMissing) {
            try AuthorizationRequest.read(form.setting("claims", #"{"id_token":{"acr":null}}"#))
        }
        #expect(try AuthorizationRequest.read(form.setting("scope", "openid")).claims.intent == nil)
    }

    @Test(
        arguments: [
            "http://127.0.0.1:1/", "http://169.254.169.254/latest", "https://client.example/ro.jwt",
            "file:///etc/passwd",
            "gopher://x/", "//host", "urn:ietf:params:oauth:request_uri:abc", "x",
        ] as [WireText]
    )
    func `RO-08 a request_uri is refused and never looked at`(uri: WireText) {
        #expect(throws: Refusal.parameterUnsupported(.requestURI)) {
            try AuthorizationRequest.read(.sampleAuthorization.setting("request_uri", uri))
        }
        #expect(Refusal.parameterUnsupported(.requestURI).code == "request_uri_not_supported")
    }

    @Test
    func `RO-08 a request object is refused before anything else that it could stand for`() {
        let form = FormFields.sampleAuthorization.setting("request", "e30.e30.").setting("scope", nil)
        #expect(throws: Refusal.parameterUnsupported(.request)) { try AuthorizationRequest.read(form) }
        #expect(throws: Refusal.requestContradictory) {
            try AuthorizationRequest.read(form.setting("request_uri", "https://c.example/ro"))
        }
        #expect(Refusal.parameterUnsupported(.request).code == "request_not_supported")
    }

    @Test(arguments: NaughtyStrings.all)
    func `AZ-57 hints are kept as they came and decide nothing`(text: WireText) throws {
        let form = FormFields.sampleAuthorization
            .setting("login_hint", text).setting("ui_locales", text).setting("display", text)
        let request = try AuthorizationRequest.read(form)
        #expect(request.loginHint == text)
        #expect(request.scope == ["openid", "accounts"])
    }

    @Test
    func `AZ-43 unknown parameters change nothing`() throws {
        var form = FormFields.sampleAuthorization
        for index in 0..<50 { form.append("foo", WireText("\(index)")) }
        form.append("SCOPE", "openid payments")
        #expect("\(try AuthorizationRequest.read(form))" == "\(try AuthorizationRequest.read(.sampleAuthorization))")
    }

    @Test
    func `what is decided does not depend on the order of the fields`() {
        func outcome(_ form: FormFields) -> String {
            do { return "\(try AuthorizationRequest.read(form))" } catch { return "\(error)" }
        }
        var forms = Self.oneThingWrong.map { FormFields.sampleAuthorization.setting($0.0, $0.1) }
        forms.append(.sampleAuthorization)
        // Two things wrong: which of them is told must not depend on the order either.
        for (first, second) in zip(Self.oneThingWrong, Self.oneThingWrong.dropFirst()) {
            forms.append(.sampleAuthorization.setting(first.0, first.1).setting(second.0, second.1))
            forms.append(.sampleAuthorization.adding(first.0, "x").adding(second.0, "y"))
        }
        for form in forms {
            let expected = outcome(form)
            for shuffled in form.shuffles { #expect(outcome(shuffled) == expected) }
        }
    }
}
