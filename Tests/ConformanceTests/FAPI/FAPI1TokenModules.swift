import HTTP
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// Modules of `fapi1-advanced-final` at the token endpoint: conformance.md 3.3.
struct FAPI1TokenModules {
    @Test(arguments: Variant.fapi1)
    func `ensure-client-id-in-token-endpoint: one client's name and another's proof`(variant: Variant) async throws {
        let run = try Run(variant)
        let code = try await run.code()
        try await run.redeem(code, changing: ["client_id": run.second.id.text])
            .isRefused(["invalid_client", "invalid_grant"])
    }

    @Test(arguments: Variant.fapi1)
    func `ensure-mtls-holder-of-key-required: TK-50 no certificate, no token`(variant: Variant) async throws {
        let run = try Run(variant)
        var errors: Set<WireText> = ["invalid_client", "invalid_request"]
        if variant.authentication == .privateKeyJWT { errors.insert("invalid_grant") }
        try await run.redeem(try await run.code(), Run.Shown(certificate: .none)).isRefused(errors)
    }

    @Test(arguments: Variant.fapi1)
    func `ensure-authorization-code-is-bound-to-client: TK-23`(variant: Variant) async throws {
        let run = try Run(variant)
        let code = try await run.code()
        let address = run.first.redirectURI
        for changes in [[:], ["redirect_uri": address]] as [[WireText: WireText?]] {
            try await run.redeem(code, by: run.second, changing: changes).isRefused(["invalid_grant"])
        }
        // Nobody who tried has used it up.
        #expect(try await run.redeem(code).status == .ok)
    }

    @Test(arguments: Variant.fapi1)
    func `attempt-reuse-authorisation-code-after-one-second: TK-20 what was issued falls`(variant: Variant)
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

    // MARK: Assertions

    @Test(arguments: Variant.fapi1.withKeys)
    func `ensure-signed-client-assertion-with-RS256-fails`(variant: Variant) async throws {
        let run = try Run(variant)
        let shown = Run.Shown(signer: run.first.signer(.rs256))
        try await run.redeem(try await run.code(), shown).isRefused(["invalid_client"])
    }

    @Test(arguments: Variant.fapi1.withKeys)
    func `ensure-client-assertion-in-token-endpoint`(variant: Variant) async throws {
        let run = try Run(variant)
        let refused = try await run.redeem(try await run.code(), Run.Shown(assertion: .none))
        refused.isRefused(Self.errors)
    }

    @Test(arguments: Variant.fapi1.withKeys)
    func `ensure-client-assertion-with-exp-is-5-minutes-in-past-fails`(variant: Variant) async throws {
        let past: JSON = .integer(Timestamp.noon.seconds - 300)
        try await Self.refuse(["exp": past, "iat": .integer(Timestamp.noon.seconds - 360)], variant)
    }

    @Test(arguments: Variant.fapi1.withKeys)
    func `ensure-client-assertion-with-wrong-aud-fails`(variant: Variant) async throws {
        try await Self.refuse(["aud": "https://other.example/token"], variant)
    }

    @Test(arguments: Variant.fapi1.withKeys)
    func `ensure-client-assertion-with-no-sub-fails`(variant: Variant) async throws {
        try await Self.refuse(["sub": nil], variant)
    }

    @Test(arguments: Variant.fapi1.withKeys)
    func `ensure-client-assertion-with-wrong-iss-fails`(variant: Variant) async throws {
        try await Self.refuse(["iss": "tpp-2"], variant)
    }

    @Test(arguments: Variant.fapi1.withKeys)
    func `ensure-client-assertion-with-wrong-sub-fails`(variant: Variant) async throws {
        try await Self.refuse(["sub": "tpp-2"], variant)
    }

    @Test(arguments: Variant.fapi1.withKeys)
    func `ensure-client-assertion-with-iss-aud-succeeds`(variant: Variant) async throws {
        let run = try Run(variant)
        let issuer: JSON = .text(Issuer.sample.text)
        #expect(try await run.redeem(try await run.code(), Run.Shown(assertion: ["aud": issuer])).status == .ok)
    }

    @Test(arguments: Variant.fapi1.withKeys)
    func `test-array-as-audience-for-client-JWT-assertion`(variant: Variant) async throws {
        let run = try Run(variant)
        let audiences: [JSON] = [.text(Issuer.sample.text), "https://other.example"]
        for list in [audiences, audiences.reversed()] {
            let shown = Run.Shown(assertion: ["aud": .array(list)])
            #expect(try await run.redeem(try await run.code(shown), shown).status == .ok)
        }
    }

    private static let errors: Set<WireText> = ["invalid_client", "invalid_request"]

    private static func refuse(_ changes: [WireText: JSON?], _ variant: Variant) async throws {
        let run = try Run(variant)
        try await run.redeem(try await run.code(), Run.Shown(assertion: changes)).isRefused(errors)
    }
}
