import HTTP
import OAuth
import TestSupport
import Testing
import Text

/// Modules of the FAPI 2 plans about pushed requests and PKCE: conformance.md 4.4.
struct FAPI2PushModules {
    private static let all = Variant.fapi2 + Variant.messageSigning

    @Test(arguments: all)
    func `par-ensure-reused-request-uri-prior-to-auth-completion-succeeds: PA-05`(variant: Variant) async throws {
        let run = try Run(variant)
        let query = try await run.query(try await run.form())
        let browser = Browser(run.plan)
        #expect(await browser.open(query).status == .seeOther)
        #expect(try await run.outcome(of: await browser.answer(query)).answer?["code"] != nil)
    }

    @Test(arguments: all)
    func `par-attempt-reuse-request_uri: PA-05`(variant: Variant) async throws {
        let run = try Run(variant)
        let query = try await run.query(try await run.form())
        #expect(try await run.open(query).answer?["code"] != nil)
        try await run.open(query).isRefused(redirect: ["invalid_request_uri"])
    }

    @Test(arguments: all)
    func `par-attempt-to-use-expired-request_uri: PA-04`(variant: Variant) async throws {
        let run = try Run(variant)
        let response = try await run.push(try await run.form())
        let lifetime = try #require(response.json?["expires_in"]?.integer)
        #expect((60...90).contains(lifetime))
        run.plan.pass(seconds: Int(lifetime))
        let query = run.plan.query(try #require(response.reference))
        try await run.open(query).isRefused(redirect: ["invalid_request_uri"])
    }

    @Test(arguments: all)
    func `par-attempt-to-use-request_uri-for-different-client: PA-04`(variant: Variant) async throws {
        let run = try Run(variant)
        let query = try await run.query(try await run.form())
        try await run.open(query.setting("client_id", run.second.id.text))
            .isRefused(redirect: ["invalid_request", "invalid_request_object", "invalid_request_uri"])
        #expect(try await run.open(query).answer?["code"] != nil)
    }

    @Test(arguments: all)
    func `par-authorization-request-containing-request_uri-form-param: PA-02`(variant: Variant) async throws {
        let run = try Run(variant)
        let form = try await run.form().setting("request_uri", "urn:ietf:params:oauth:request_uri:x")
        try await run.push(form).isRefused(["invalid_request", "invalid_request_object", "request_uri_not_supported"])
    }

    @Test(arguments: all)
    func `par-attempt-invalid-http-method: PA-02`(variant: Variant) async throws {
        let run = try Run(variant)
        let response = await run.plan.send(.put, "/par", form: try await run.form())
        #expect(response.status == .methodNotAllowed)
        #expect(response.fields.first(.allow) == "POST")
    }

    @Test(arguments: all)
    func `par-without-duplicate-parameters: PA-08`(variant: Variant) async throws {
        let run = try Run(variant)
        let query = try await run.query(try await run.form())
        #expect(query.fields.map(\.name) == ["client_id", "request_uri"])
        #expect(try await run.open(query).answer?["code"] != nil)
    }

    @Test(arguments: all)
    func `par-ensure-pkce-required: AZ-46`(variant: Variant) async throws {
        try await Run(variant).ask(["code_challenge": nil, "code_challenge_method": nil])
            .isRefused(push: ["invalid_request"], redirect: ["invalid_request"])
    }

    @Test(arguments: all)
    func `par-plain-pkce-rejected: AZ-46`(variant: Variant) async throws {
        try await Run(variant).ask(["code_challenge_method": "plain"])
            .isRefused(push: ["invalid_request"], redirect: ["invalid_request"])
    }

    @Test(arguments: all)
    func `ensure-pkce-code-verifier-required: AZ-46`(variant: Variant) async throws {
        let run = try Run(variant)
        try await run.redeem(try await run.code(), changing: ["code_verifier": nil]).isRefused(["invalid_grant"])
    }

    @Test(arguments: all)
    func `incorrect-pkce-code-verifier-rejected: AZ-46`(variant: Variant) async throws {
        let run = try Run(variant)
        let wrong = WireText(String(repeating: "w", count: 43))
        try await run.redeem(try await run.code(), changing: ["code_verifier": wrong]).isRefused(["invalid_grant"])
    }
}
