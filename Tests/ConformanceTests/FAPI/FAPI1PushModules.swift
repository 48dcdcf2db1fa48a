import HTTP
import OAuth
import TestSupport
import Testing
import Text

/// Modules of `fapi1-advanced-final` with `fapi_auth_request_method=pushed`: conformance.md 3.3.
struct FAPI1PushModules {
    @Test(arguments: Variant.fapi1.pushed)
    func `par-ensure-reused-request-uri-prior-to-auth-completion-succeeds: PA-05`(variant: Variant) async throws {
        let run = try Run(variant)
        let query = try await run.query(try await run.form())
        let browser = Browser(run.plan)
        #expect(await browser.open(query).status == .seeOther)
        #expect(try await run.outcome(of: await browser.answer(query)).answer?["code"] != nil)
    }

    @Test(arguments: Variant.fapi1.pushed)
    func `par-attempt-reuse-request_uri: PA-05`(variant: Variant) async throws {
        let run = try Run(variant)
        let query = try await run.query(try await run.form())
        #expect(try await run.open(query).answer?["code"] != nil)
        try await run.open(query).isRefused(redirect: ["invalid_request_uri"])
    }

    @Test(arguments: Variant.fapi1.pushed)
    func `par-attempt-to-use-expired-request_uri: PA-04`(variant: Variant) async throws {
        let run = try Run(variant)
        let response = try await run.push(try await run.form())
        let lifetime = try #require(response.json?["expires_in"]?.integer)
        #expect((60...90).contains(lifetime))
        run.plan.pass(seconds: Int(lifetime))
        let query = run.plan.query(try #require(response.reference))
        try await run.open(query).isRefused(redirect: ["invalid_request_uri"])
    }

    @Test(arguments: Variant.fapi1.pushed)
    func `par-attempt-to-use-request_uri-for-different-client: PA-04`(variant: Variant) async throws {
        let run = try Run(variant)
        let query = try await run.query(try await run.form())
        try await run.open(query.setting("client_id", run.second.id.text))
            .isRefused(redirect: ["invalid_request", "invalid_request_object", "invalid_request_uri"])
        #expect(try await run.open(query).answer?["code"] != nil)
    }

    @Test(arguments: Variant.fapi1.pushed)
    func `par-authorization-request-containing-request_uri-form-param: PA-02`(variant: Variant) async throws {
        let run = try Run(variant)
        let form = try await run.form().setting("request_uri", "urn:ietf:params:oauth:request_uri:x")
        try await run.push(form).isRefused(["invalid_request", "invalid_request_object", "request_uri_not_supported"])
    }

    @Test(arguments: Variant.fapi1.pushed)
    func `par-authorization-request-containing-request_uri: RO-07`(variant: Variant) async throws {
        let run = try Run(variant)
        let object = try run.object(
            try await run.parameters(),
            changing: ["request_uri": "urn:ietf:params:oauth:request_uri:x"]
        )
        try await run.push(Run.form(object)).isRefused(["invalid_request_object"])
    }

    @Test(arguments: Variant.fapi1.pushed)
    func `par-attempt-invalid-http-method: PA-02`(variant: Variant) async throws {
        let run = try Run(variant)
        let response = await run.plan.send(.put, "/par", form: try await run.form())
        #expect(response.status == .methodNotAllowed)
        #expect(response.fields.first(.allow) == "POST")
    }

    @Test(arguments: Variant.fapi1.pushed)
    func `par-without-duplicate-parameters: PA-08`(variant: Variant) async throws {
        let run = try Run(variant)
        let query = try await run.query(try await run.form())
        #expect(query.fields.map(\.name) == ["client_id", "request_uri"])
        #expect(try await run.open(query).answer?["code"] != nil)
    }

    // MARK: PKCE

    @Test(arguments: Variant.fapi1.pushed)
    func `par-ensure-pkce-required`(variant: Variant) async throws {
        let outcome = try await Run(variant).ask(["code_challenge": nil, "code_challenge_method": nil])
        outcome.isRefused(push: ["invalid_request"], redirect: ["invalid_request"])
    }

    @Test(arguments: Variant.fapi1.pushed)
    func `par-plain-pkce-rejected`(variant: Variant) async throws {
        let outcome = try await Run(variant).ask(["code_challenge_method": "plain"])
        outcome.isRefused(push: ["invalid_request"], redirect: ["invalid_request"])
    }

    @Test(arguments: Variant.fapi1.pushed)
    func `ensure-pkce-code-verifier-required`(variant: Variant) async throws {
        let run = try Run(variant)
        try await run.redeem(try await run.code(), changing: ["code_verifier": nil]).isRefused(["invalid_grant"])
    }

    @Test(arguments: Variant.fapi1.pushed)
    func `incorrect-pkce-code-verifier-rejected`(variant: Variant) async throws {
        let run = try Run(variant)
        let wrong = WireText(String(repeating: "w", count: 43))
        try await run.redeem(try await run.code(), changing: ["code_verifier": wrong]).isRefused(["invalid_grant"])
    }

    // MARK: Assertions

    @Test(arguments: Variant.fapi1.pushed.withKeys)
    func `par-test-pushed-authorization-url-as-audience-for-client-JWT-assertion`(variant: Variant) async throws {
        try await Self.push(["aud": .text(Issuer.sample.url("/par"))], variant) { #expect($0.status == .created) }
    }

    @Test(arguments: Variant.fapi1.pushed.withKeys)
    func `par-token-endpoint-url-as-audience-for-client-JWT-assertion`(variant: Variant) async throws {
        try await Self.push(["aud": .text(Issuer.sample.url("/token"))], variant) { #expect($0.status == .created) }
    }

    @Test(arguments: Variant.fapi1.pushed.withKeys)
    func `par-ensure-client-assertion-with-wrong-aud-fails`(variant: Variant) async throws {
        try await Self.push(["aud": "https://other.example/par"], variant) { $0.isRefused(Self.errors) }
    }

    @Test(arguments: Variant.fapi1.pushed.withKeys)
    func `par-ensure-client-assertion-with-wrong-iss-fails`(variant: Variant) async throws {
        try await Self.push(["iss": "tpp-2"], variant) { $0.isRefused(Self.errors) }
    }

    @Test(arguments: Variant.fapi1.pushed.withKeys)
    func `par-ensure-client-assertion-with-wrong-sub-fails`(variant: Variant) async throws {
        try await Self.push(["sub": "tpp-2"], variant) { $0.isRefused(Self.errors) }
    }

    private static let errors: Set<WireText> = ["invalid_client", "invalid_request"]

    private static func push(
        _ assertion: [WireText: JSON?],
        _ variant: Variant,
        _ judge: (Response) -> Void
    ) async throws {
        let run = try Run(variant)
        judge(try await run.push(try await run.form(), Run.Shown(assertion: assertion)))
    }
}
