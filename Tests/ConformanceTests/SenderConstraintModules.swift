import Crypto
import HTTP
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// Modules of the FAPI plans about DPoP and certificates, by their names; `dpop` is the first client, unless told.
struct SenderConstraintModules {
    private let plan: Plan
    private let proof = SampleProof()
    private static let tokenURL = Issuer.sample.url("/token")

    init() throws {
        plan = try Plan(Plan.client(.fapi2, senderConstraint: .proofOfPossession))
    }

    /// A proof made now, for a POST to one of our endpoints.
    private func made(
        _ path: WireText = "/token",
        by proof: SampleProof? = nil,
        _ changes: [WireText: JSON?] = [:],
        header: [WireText: JSON?] = [:]
    ) -> WireText {
        let plain: [WireText: JSON?] = [
            "htu": .text(Issuer.sample.url(path)), "iat": .integer(plan.now.seconds),
            "jti": .text(WireText("\(UInt64.random(in: 0 ... .max))")),
        ]
        return (proof ?? self.proof).text(changing: plain.merging(changes) { $1 }, header: header)
    }

    private var key: WireText { proof.key.publicKey.thumbprint }

    private func push(_ form: FormFields = .login, proof: WireText? = nil) async throws -> Response {
        await plan.send(.post, "/par", form: try plan.proving(form), proofs: proof.map { [$0] } ?? [])
    }

    private func redeem(_ code: WireText, _ proofs: WireText...) async throws -> Response {
        let form = FormFields.sampleRedemption.setting("code", code)
        return await plan.send(.post, "/token", form: try plan.proving(form), proofs: proofs)
    }

    /// A code, after a push that answered well.
    private func code(_ form: FormFields = .login, proof: WireText? = nil) async throws -> WireText {
        let pushed = try await push(form, proof: proof)
        #expect(pushed.status == .created)
        let query = plan.query(try #require(pushed.reference))
        return try #require(await Browser(plan).answer(query).returned?["code"])
    }

    private func userInfo(_ authorization: WireText, _ proofs: [WireText]) async -> Response {
        await plan.send(.get, "/userinfo", proofs: proofs, authorization: authorization)
    }

    private func token() async throws -> WireText {
        let answer = try await redeem(try await code(), made())
        #expect(answer.json?["token_type"] == "DPoP")
        return try #require(answer.json?["access_token"]?.text)
    }

    private func resource(
        _ token: WireText,
        _ changes: [WireText: JSON?] = [:],
        header: [WireText: JSON?] = [:]
    ) -> WireText {
        let plain: [WireText: JSON?] = ["htm": "GET", "ath": SampleProof.hash(of: token)]
        return made("/userinfo", plain.merging(changes) { $1 }, header: header)
    }

    // MARK: FAPI 2.0 Security Profile, DPoP

    @Test func `discovery-end-point-verification: the algorithms of proofs are announced`() async throws {
        let document = await plan.send(.get, "/.well-known/openid-configuration").json
        #expect(document?["dpop_signing_alg_values_supported"]?.texts == ["ES256", "PS256", "EdDSA"])
    }

    @Test func `ensure-dpop-auth-code-binding-success: PA-10 the key of dpop_jkt redeems`() async throws {
        let code = try await code(.login.setting("dpop_jkt", key), proof: made("/par"))
        #expect(try await redeem(code, made()).status == .ok)
    }

    @Test func `ensure-dpopproof-at-par-endpoint-binding-success: PA-10 the key of the push redeems`() async throws {
        #expect(try await redeem(try await code(proof: made("/par")), made()).status == .ok)
    }

    @Test func `ensure-mismatched-dpop-jkt-fails: PA-10 dpop_jkt and the proof beside it are of one key`() async throws
    {
        let other = SampleProof().key.publicKey.thumbprint
        let refused = try await push(.login.setting("dpop_jkt", other), proof: made("/par"))
        #expect(refused.status == .badRequest)
        #expect(refused.error == "invalid_dpop_proof")
        #expect(try await push(.login.setting("dpop_jkt", "x")).error == "invalid_request")
    }

    @Test func `ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt: PA-10`() async throws {
        let code = try await code(proof: made("/par"))
        let refused = try await redeem(code, made(by: SampleProof()))
        #expect(refused.status == .badRequest)
        #expect(refused.error == "invalid_grant")
        #expect(try await redeem(code, made()).status == .ok)
    }

    @Test func `ensure-token-endpoint-fails-with-mismatched-dpop-jkt: PA-10`() async throws {
        let code = try await code(.login.setting("dpop_jkt", SampleProof().key.publicKey.thumbprint))
        #expect(try await redeem(code, made()).error == "invalid_grant")
    }

    @Test func `ensure-holder-of-key-required: TK-57 no proof, no token`() async throws {
        let refused = try await redeem(try await code())
        #expect(refused.status == .badRequest)
        #expect(refused.error == "invalid_dpop_proof")
    }

    @Test(arguments: [-10, 8])
    func `ensure-dpopproof-with-iat-10seconds-before-succeeds, …-after-succeeds`(seconds: Int64) async throws {
        let issued: [WireText: JSON?] = ["iat": .integer(plan.now.seconds + seconds)]
        let code = try await code(proof: made("/par", issued))
        let answer = try await redeem(code, made("/token", issued))
        let token = try #require(answer.json?["access_token"]?.text)
        #expect(await userInfo(WireText("DPoP \(token)"), [resource(token, issued)]).status == .ok)
    }

    @Test func `check-dpop-proof-nbf-exp`() async throws {
        let also: [WireText: JSON?] = [
            "nbf": .integer(plan.now.seconds), "exp": .integer(plan.now.seconds + 300),
        ]
        let answer = try await redeem(try await code(proof: made("/par", also)), made("/token", also))
        #expect(answer.status == .ok)
    }

    @Test func `access-token-type-header-case-sensitivity`() async throws {
        let token = try await token()
        for scheme in ["DPoP", "dpop", "DPOP", "dPOp"] {
            #expect(await userInfo(WireText("\(scheme) \(token)"), [resource(token)]).status == .ok)
        }
    }

    @Test func `dpop-negative-tests: TK-52 what is good is accepted in every spelling`() async throws {
        let token = try await token()
        let url = Issuer.sample.url("/userinfo").string
        for htu in [
            url, url + "?a=b", url + "#f", "https://BANK.example/userinfo", "https://bank.example:443/userinfo",
        ] {
            #expect(
                await userInfo(WireText("DPoP \(token)"), [resource(token, ["htu": .text(WireText(htu))])]).status
                    == .ok
            )
        }
        let more = resource(token, ["more": true], header: ["kid": "k", "more": 1])
        #expect(await userInfo(WireText("DPoP \(token)"), [more]).status == .ok)
    }

    @Test func `dpop-negative-tests: TK-52 TK-55 what is bad is refused with 401`() async throws {
        let token = try await token()
        let bound = WireText("DPoP \(token)")
        let missing: [WireText] = ["jti", "htm", "htu", "iat", "ath"].map { resource(token, [$0: nil]) }
        let headers: [WireText] = ["typ", "alg", "jwk"].map { resource(token, header: [$0: nil]) }
        let hour: Int64 = 3_600
        let wrong: [WireText] = [
            resource(token, header: ["typ": "JWT"]), resource(token, header: ["alg": "RS256"]),
            resource(token, header: ["alg": "none"]), resource(token, ["htm": "POST"]),
            resource(token, ["htu": .text(Self.tokenURL)]), resource(token, ["ath": SampleProof.hash(of: "x")]),
            resource(token, ["iat": .integer(plan.now.seconds - hour)]),
            resource(token, ["iat": .integer(plan.now.seconds + hour)]), "not.a.jwt", "x",
        ]
        for shown in missing + headers + wrong {
            let refused = await userInfo(bound, [shown])
            #expect(refused.status == .unauthorized)
            #expect(refused.error == "invalid_dpop_proof")
        }
        let other = SampleProof()
        let stranger = made("/userinfo", by: other, ["htm": "GET", "ath": SampleProof.hash(of: token)])
        #expect(await userInfo(bound, [stranger]).error == "invalid_token")
        #expect(await userInfo(bound, []).status == .unauthorized)
        #expect(await userInfo(bound, [resource(token), resource(token)]).status == .unauthorized)
        #expect(await userInfo(WireText("Bearer \(token)"), []).error == "invalid_token")
        // TK-53: a jti is of one proof.
        let once = resource(token)
        #expect(await userInfo(bound, [once]).status == .ok)
        #expect(await userInfo(bound, [once]).status == .unauthorized)
    }

    @Test func `refresh-token: TK-44 a refresh without a proof is refused, and leaves the token as it was`()
        async throws
    {
        let asked = FormFields.login.setting("scope", "openid offline_access").setting("prompt", "consent")
        let answer = try await redeem(try await code(asked), made())
        let refresh = try #require(answer.json?["refresh_token"]?.text)
        let form = FormFields.sampleRefresh.setting("refresh_token", refresh)
        let refused = await plan.send(.post, "/token", form: try plan.proving(form))
        #expect(refused.status == .badRequest)
        #expect(refused.error == "invalid_dpop_proof")
        let good = await plan.send(.post, "/token", form: try plan.proving(form), proofs: [made()])
        #expect(good.status == .ok)
        #expect(good.json?["token_type"] == "DPoP")
    }

    // MARK: Certificates, as FAPI 1.0 Advanced has them

    @Test func `ensure-mtls-holder-of-key-required: TK-50 no certificate, no token, and no use of another's`()
        async throws
    {
        let plan = try Plan(Plan.client(.oauth21, senderConstraint: .certificate))
        let form = FormFields([.init("grant_type", "client_credentials"), .init("scope", "accounts")])
        let refused = await plan.send(.post, "/token", form: try plan.proving(form))
        #expect(refused.status == .badRequest)
        #expect(refused.error == "invalid_request")
        let certificate = SampleCertificates.client
        let answer = await plan.send(.post, "/token", form: try plan.proving(form), certificate: certificate)
        #expect(answer.json?["token_type"] == "Bearer")
        let bearer = WireText("Bearer \(try #require(answer.json?["access_token"]?.text))")
        let path: WireText = "/open-banking/v3.1/aisp/account-access-consents/none"
        for (shown, status) in [
            (SampleCertificates.client, Status.badRequest), (SampleCertificates.other, .unauthorized),
            (nil, .unauthorized),
        ] as [([UInt8]?, Status)] {
            // There is no such consent, which only the holder of the token is told.
            let told = await plan.send(.get, path, authorization: bearer, certificate: shown)
            #expect(told.status == status)
        }
    }
}
