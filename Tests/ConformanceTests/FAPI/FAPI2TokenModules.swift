import HTTP
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// Modules of the FAPI 2 plans at the token endpoint, and about assertions wherever they come: conformance.md 4.4.
struct FAPI2TokenModules {
    private static let all = Variant.fapi2 + Variant.messageSigning

    @Test(arguments: all)
    func `ensure-client-id-in-token-endpoint: one client's name and another's proof`(variant: Variant) async throws {
        let run = try Run(variant)
        try await run.redeem(try await run.code(), changing: ["client_id": run.second.id.text])
            .isRefused(["invalid_client", "invalid_grant"])
    }

    @Test(arguments: all)
    func `ensure-holder-of-key-required: TK-50 TK-57 no certificate or proof, no token`(variant: Variant) async throws {
        let run = try Run(variant)
        var shown = Run.Shown(proofs: .none)
        if variant.constraint == .certificate { shown.certificate = .none }
        let errors: Set<WireText> =
            variant.constraint == .certificate
            ? ["invalid_client", "invalid_request", "invalid_grant"]
            : ["invalid_request", "invalid_grant", "invalid_dpop_proof"]
        try await run.redeem(try await run.code(), shown).isRefused(errors)
    }

    @Test(arguments: all)
    func `ensure-authorization-code-is-bound-to-client: TK-23`(variant: Variant) async throws {
        let run = try Run(variant)
        let code = try await run.code()
        try await run.redeem(code, by: run.second).isRefused(["invalid_grant"])
        #expect(try await run.redeem(code).status == .ok)
    }

    @Test(arguments: all)
    func `attempt-reuse-authorization-code-after-one-second: TK-20 what was issued falls`(variant: Variant)
        async throws
    {
        let run = try Run(variant)
        let code = try await run.code()
        let token = try #require(try await run.redeem(code).json?["access_token"]?.text)
        #expect(await run.use(token).status == .ok)
        run.plan.pass(seconds: 1)
        try await run.redeem(code).isRefused(["invalid_grant"])
        #expect(await run.use(token).status == .unauthorized)
    }

    @Test(arguments: all)
    func `ensure-token-endpoint-fails-with-expired-auth-code: TK-22 a minute, and not a second of grace`(
        variant: Variant
    ) async throws {
        let run = try Run(variant)
        let code = try await run.code()
        run.plan.pass(seconds: 62)
        try await run.redeem(code).isRefused(["invalid_grant"])
    }

    @Test(arguments: all)
    func `refresh-token: TK-44 a refresh takes the client and what it holds, and the token stays`(variant: Variant)
        async throws
    {
        let run = try Run(variant)
        let asked: [WireText: JSON?] =
            variant.isUK ? [:] : ["scope": "openid offline_access", "prompt": "consent"]
        let tokens = try await run.redeem(try #require(try await run.answer(asked)["code"]))
        let first = try await run.claims(ofIDToken: tokens.json?["id_token"]?.text)
        let token = try #require(tokens.json?["refresh_token"]?.text)
        let form = FormFields([.init("grant_type", "refresh_token"), .init("refresh_token", token)])

        try await run.post("/token", form, by: run.second).isRefused(["invalid_grant"])
        let errors: Set<WireText> = ["invalid_client", "invalid_grant", "invalid_request"]
        if variant.authentication == .privateKeyJWT {
            try await run.post("/token", form, Run.Shown(assertion: .none)).isRefused(errors)
        }
        switch variant.constraint {
        case .certificate: try await run.post("/token", form, Run.Shown(certificate: .none)).isRefused(errors)
        case .proofOfPossession:
            try await run.post("/token", form, Run.Shown(proofs: .none))
                .isRefused(["invalid_request", "invalid_grant", "invalid_dpop_proof"])
        }
        for _ in 1...2 {
            let renewed = try await run.post("/token", form)
            #expect(renewed.status == .ok)
            #expect(renewed.fields.first(.cacheControl) == "no-store")
            // FAPI 2.0 Security Profile §5.3.2.1: it is not rotated.
            #expect(renewed.json?["refresh_token"] == nil)
            let claims = try await run.claims(ofIDToken: renewed.json?["id_token"]?.text)
            #expect(claims["sub"] == first["sub"] && claims["auth_time"] == first["auth_time"])
            let access = try #require(renewed.json?["access_token"]?.text)
            #expect(await run.use(access).status == .ok)
        }
    }

    // MARK: Assertions

    @Test(arguments: all.withKeys)
    func `ensure-signed-client-assertion-with-RS256-fails`(variant: Variant) async throws {
        let run = try Run(variant)
        let shown = Run.Shown(signer: run.first.signer(.rs256))
        try await run.redeem(try await run.code(), shown).isRefused(["invalid_client"])
    }

    @Test(arguments: all.withKeys)
    func `ensure-client-assertion-in-token-endpoint`(variant: Variant) async throws {
        let run = try Run(variant)
        try await run.redeem(try await run.code(), Run.Shown(assertion: .none)).isRefused(Self.errors)
    }

    @Test(arguments: all.withKeys)
    func `ensure-client-assertion-with-exp-is-5-minutes-in-past-fails`(variant: Variant) async throws {
        let past: JSON = .integer(Timestamp.noon.seconds - 300)
        try await Self.refuse(["exp": past, "iat": .integer(Timestamp.noon.seconds - 360)], variant)
    }

    @Test(arguments: all.withKeys)
    func `ensure-client-assertion-with-wrong-aud-fails`(variant: Variant) async throws {
        try await Self.refuse(["aud": "https://other.example/token"], variant)
    }

    @Test(arguments: all.withKeys)
    func `ensure-client-assertion-with-no-sub-fails`(variant: Variant) async throws {
        try await Self.refuse(["sub": nil], variant)
    }

    @Test(arguments: all.withKeys)
    func `par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted`(variant: Variant) async throws {
        let run = try Run(variant)
        let soon: JSON = .integer(Timestamp.noon.seconds + 8)
        let shown = Run.Shown(assertion: ["iat": soon, "nbf": soon])
        #expect(try await run.push(try await run.form(), shown).status == .created)
    }

    @Test(arguments: all.withKeys)
    func `par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails`(variant: Variant) async throws {
        let late: JSON = .integer(Timestamp.noon.seconds + 65)
        let end: JSON = .integer(Timestamp.noon.seconds + 125)
        try await Self.refusePush(["iat": late, "nbf": late, "exp": end], variant)
    }

    @Test(arguments: all.withKeys)
    func `par-test-array-as-audience-fails`(variant: Variant) async throws {
        try await Self.refusePush(["aud": [.text(Issuer.sample.text)]], variant)
    }

    @Test(arguments: all.withKeys)
    func `par-test-par-endpoint-url-as-audience-fails`(variant: Variant) async throws {
        try await Self.refusePush(["aud": .text(Issuer.sample.url("/par"))], variant)
    }

    @Test(arguments: all.withKeys)
    func `par-test-token-endpoint-url-as-audience-fails`(variant: Variant) async throws {
        try await Self.refusePush(["aud": .text(Issuer.sample.url("/token"))], variant)
    }

    private static let errors: Set<WireText> = ["invalid_client", "invalid_request"]

    private static func refuse(_ changes: [WireText: JSON?], _ variant: Variant) async throws {
        let run = try Run(variant)
        try await run.redeem(try await run.code(), Run.Shown(assertion: changes)).isRefused(errors)
    }

    private static func refusePush(_ changes: [WireText: JSON?], _ variant: Variant) async throws {
        let run = try Run(variant)
        try await run.push(try await run.form(), Run.Shown(assertion: changes)).isRefused(errors)
    }
}
