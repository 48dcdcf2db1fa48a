import Crypto
import HTTP
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// Modules of the FAPI 2 plans with `sender_constrain=dpop`: conformance.md 4.4.
struct FAPI2ProofModules {
    private static let all = (Variant.fapi2 + Variant.messageSigning).withProofs

    private static let errors: Set<WireText> = ["invalid_request", "invalid_grant", "invalid_dpop_proof"]

    /// A flow in which every proof says the same besides.
    private func succeed(_ variant: Variant, _ also: (Plan) -> [WireText: JSON?]) async throws {
        let run = try Run(variant)
        let claims = also(run.plan)
        let code = try await run.code(Run.Shown(proofs: .some([run.proof("/par", claims)])))
        let tokens = try await run.redeem(code, Run.Shown(proofs: .some([run.proof("/token", claims)])))
        let token = try #require(tokens.json?["access_token"]?.text)
        let shown = Run.Shown(proofs: .some([run.resourceProof(token, claims)]))
        #expect(await run.use(token, shown).status == .ok)
    }

    @Test(arguments: all)
    func `check-dpop-proof-nbf-exp`(variant: Variant) async throws {
        try await succeed(variant) {
            ["nbf": .integer($0.now.seconds), "exp": .integer($0.now.seconds + 300)]
        }
    }

    @Test(arguments: all)
    func `ensure-dpopproof-with-iat-10seconds-before-succeeds`(variant: Variant) async throws {
        try await succeed(variant) { ["iat": .integer($0.now.seconds - 10)] }
    }

    @Test(arguments: all)
    func `ensure-dpopproof-with-iat-10seconds-after-succeeds`(variant: Variant) async throws {
        try await succeed(variant) { ["iat": .integer($0.now.seconds + 8)] }
    }

    @Test(arguments: all)
    func `ensure-dpopproof-at-par-endpoint-binding-success: PA-10`(variant: Variant) async throws {
        try await succeed(variant) { _ in [:] }
    }

    @Test(arguments: all)
    func `ensure-dpop-auth-code-binding-success: PA-10`(variant: Variant) async throws {
        let run = try Run(variant)
        let shown = Run.Shown(proofs: .some([run.proof("/par")]))
        let key: JSON = .text(run.first.prover.key.publicKey.thumbprint)
        let code = try #require(try await run.answer(["dpop_jkt": key], shown)["code"])
        #expect(try await run.redeem(code).status == .ok)
    }

    @Test(arguments: all)
    func `ensure-mismatched-dpop-jkt-fails: PA-10`(variant: Variant) async throws {
        let run = try Run(variant)
        let shown = Run.Shown(proofs: .some([run.proof("/par")]))
        let key: JSON = .text(run.second.prover.key.publicKey.thumbprint)
        try await run.push(try await run.form(["dpop_jkt": key]), shown)
            .isRefused(["invalid_request", "invalid_dpop_proof"])
    }

    @Test(arguments: all)
    func `ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt: PA-10`(variant: Variant) async throws {
        let run = try Run(variant)
        let code = try await run.code(Run.Shown(proofs: .some([run.proof("/par")])))
        let other = Run.Shown(proofs: .some([run.proof("/token", by: run.second)]))
        try await run.redeem(code, other).isRefused(Self.errors)
    }

    @Test(arguments: all)
    func `ensure-token-endpoint-fails-with-mismatched-dpop-jkt: PA-10`(variant: Variant) async throws {
        let run = try Run(variant)
        let key: JSON = .text(run.second.prover.key.publicKey.thumbprint)
        let code = try #require(try await run.answer(["dpop_jkt": key])["code"])
        try await run.redeem(code).isRefused(Self.errors)
    }

    // MARK: At the resource

    @Test(arguments: all)
    func `dpop-negative-tests: TK-52 what is good is taken in every spelling`(variant: Variant) async throws {
        let run = try Run(variant)
        let token = try await run.accessToken()
        let url = Issuer.sample.url(run.resource).string
        let spellings = [
            url, url + "?a=b", url + "#f", "https://BANK.example\(run.resource)",
            "https://bank.example:443\(run.resource)",
        ]
        for htu in spellings {
            let shown = Run.Shown(proofs: .some([run.resourceProof(token, ["htu": .text(WireText(htu))])]))
            #expect(await run.use(token, shown).status == .ok, "\(htu)")
        }
        let more = run.resourceProof(token, ["more": true], header: ["kid": "k", "more": 1])
        #expect(await run.use(token, Run.Shown(proofs: .some([more]))).status == .ok)
    }

    @Test(arguments: all)
    func `dpop-negative-tests: TK-52 TK-53 TK-55 what is bad is refused with 401`(variant: Variant) async throws {
        let run = try Run(variant)
        let token = try await run.accessToken()
        let hour: Int64 = 3_600
        let claims: [[WireText: JSON?]] = [
            ["jti": nil], ["htm": nil], ["htu": nil], ["iat": nil], ["ath": nil], ["htm": "POST"],
            ["htu": .text(Issuer.sample.url("/token"))], ["ath": SampleProof.hash(of: "x")],
            ["iat": .integer(run.plan.now.seconds - hour)], ["iat": .integer(run.plan.now.seconds + hour)],
        ]
        let elliptic = JWK(run.first.prover.key.publicKey, keyID: nil).json
        let secret: JSON = .object((elliptic.members ?? []) + [JSON.Member("d", "AAAA")])
        let headers: [[WireText: JSON?]] = [
            ["typ": nil], ["alg": nil], ["jwk": nil], ["typ": "JWT"], ["alg": "RS256"], ["alg": "none"],
            ["jwk": secret],
        ]
        var proofs =
            claims.map { [run.resourceProof(token, $0)] } + headers.map { [run.resourceProof(token, header: $0)] }
        let good = run.resourceProof(token).string
        let dot = try #require(good.lastIndex(of: "."))
        proofs.append([WireText(good[...dot] + String(good[good.index(after: dot)...].reversed()))])
        proofs += [["not.a.jwt"], ["x"], [run.resourceProof(token), run.resourceProof(token)], []]
        proofs.append([run.resourceProof(token, by: run.second)])
        for some in proofs {
            let refused = await run.use(token, Run.Shown(proofs: .some(some)))
            #expect(refused.status == .unauthorized, "\(some)")
        }
        #expect(await run.use(token, scheme: "Bearer", Run.Shown(proofs: .none)).status == .unauthorized)
        // A proof is used once.
        let once = Run.Shown(proofs: .some([run.resourceProof(token)]))
        #expect(await run.use(token, once).status == .ok)
        #expect(await run.use(token, once).status == .unauthorized)
    }
}
