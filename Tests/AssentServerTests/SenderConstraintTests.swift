import AssentServer
import Crypto
import HTTP
import JOSE
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// Bound tokens, from the token endpoint to our own resources.
struct SenderConstraintTests {
    private static let own = FormFields([.init("grant_type", "client_credentials")])
    private static let consents: WireText = "/open-banking/v3.1/aisp/account-access-consents"
    private let proof = SampleProof()

    private func house(
        _ constraint: Profile.SenderConstraint? = nil,
        nonces: Bool = false
    ) async throws -> SampleHouse {
        let store = MemoryStore()
        #expect(try await store.commit(Storage.Change.granted) == .kept)
        return try SampleHouse(
            store: store,
            clients: [.sample(senderConstraint: constraint), .other],
            certificates: CertificateIntake(isOpen: true, origin: "https://mtls.bank.example"),
            requiresProofNonces: nonces
        )
    }

    private func ask(
        _ house: SampleHouse,
        _ form: FormFields = own,
        proof: WireText? = nil,
        showing certificate: [UInt8]? = nil
    ) async -> Response {
        await house.send(
            .post,
            "/token",
            form: form,
            [(.authorization, SampleHouse.basic)] + (proof.map { [(.dpop, $0)] } ?? []),
            showing: certificate
        )
    }

    /// A proof made half a minute past noon, when the sample house asks.
    private func made(_ identifier: WireText, _ changes: [WireText: JSON?] = [:]) -> WireText {
        let now: JSON = .integer(Timestamp.noon.seconds + 30)
        return proof.text(changing: changes.merging(["jti": .text(identifier), "iat": now]) { old, _ in old })
    }

    private func made(_ identifier: WireText, for token: WireText, at path: WireText = "/userinfo") -> WireText {
        made(
            identifier,
            ["htm": "GET", "htu": .text(Issuer.sample.url(path)), "ath": SampleProof.hash(of: token)]
        )
    }

    private func userInfo(
        _ house: SampleHouse,
        _ credentials: WireText,
        proof: WireText? = nil,
        showing certificate: [UInt8]? = nil
    ) async -> Response {
        await house.send(
            .get,
            "/userinfo",
            [(.authorization, credentials)] + (proof.map { [(.dpop, $0)] } ?? []),
            showing: certificate
        )
    }

    @Test func `TK-50 a token is bound to the certificate, and worth nothing without it`() async throws {
        let house = try await house(.certificate)
        #expect(await ask(house).error == "invalid_request")
        let answer = await ask(house, .sampleRedemption, showing: SampleCertificates.client)
        #expect(answer.json?["token_type"] == "Bearer")
        let token = try #require(answer.json?["access_token"]?.text)
        let bearer = WireText("Bearer \(token)")
        #expect(await userInfo(house, bearer, showing: SampleCertificates.client).status == .ok)
        // A later certificate of the same key is another certificate.
        for other in [nil, SampleCertificates.reissued, SampleCertificates.other] as [[UInt8]?] {
            let refused = await userInfo(house, bearer, showing: other)
            #expect(refused.status == .unauthorized)
            #expect(refused.error == "invalid_token")
        }
        let told = await house.post("/introspect", FormFields([.init("token", token)])).json
        let print = WireText(Base64URL.encode(Fingerprint(of: SampleCertificates.client).bytes))
        #expect(told?["cnf"] == ["x5t#S256": .text(print)])
        #expect(told?["token_type"] == "Bearer")
    }

    @Test func `TK-55 a token that is bound to a key is no bearer token`() async throws {
        let house = try await house()
        let answer = await ask(house, .sampleRedemption, proof: made("at-token"))
        #expect(answer.json?["token_type"] == "DPoP")
        let token = try #require(answer.json?["access_token"]?.text)
        let told = await house.post("/introspect", FormFields([.init("token", token)])).json
        #expect(told?["cnf"] == ["jkt": .text(proof.key.publicKey.thumbprint)])
        #expect(told?["token_type"] == "DPoP")

        let bound = WireText("DPoP \(token)")
        #expect(await userInfo(house, bound, proof: made("good", for: token)).status == .ok)
        // The name of the scheme has no case: access-token-type-header-case-sensitivity.
        #expect(await userInfo(house, WireText("dpop \(token)"), proof: made("low", for: token)).status == .ok)
        let stranger = SampleProof().text(changing: [
            "htm": "GET", "htu": .text(Issuer.sample.url("/userinfo")), "ath": SampleProof.hash(of: token),
            "iat": .integer(Timestamp.noon.seconds + 30),
        ])
        for (credentials, shown, error) in [
            (WireText("Bearer \(token)"), nil, "invalid_token"),
            (WireText("Bearer \(token)"), made("downgrade", for: token), "invalid_token"),
            (bound, nil, "invalid_dpop_proof"), (bound, stranger, "invalid_token"),
            (bound, made("elsewhere", for: token, at: "/token"), "invalid_dpop_proof"),
            (bound, made("other-token", for: "another"), "invalid_dpop_proof"), (bound, "x", "invalid_dpop_proof"),
        ] as [(WireText, WireText?, WireText)] {
            let refused = await userInfo(house, credentials, proof: shown)
            #expect(refused.status == .unauthorized)
            #expect(refused.error == error)
            let challenge = try #require(refused.fields.first(.wwwAuthenticate))
            #expect(challenge.hasPrefix(credentials.hasPrefix("DPoP") ? "DPoP error=" : "Bearer "))
            if credentials.hasPrefix("DPoP") { #expect(challenge.string.contains("algs=\"ES256 PS256 EdDSA\"")) }
        }
        // Two proofs are none.
        let twice = await house.send(
            .get,
            "/userinfo",
            [(.authorization, bound), (.dpop, made("one", for: token)), (.dpop, made("two", for: token))]
        )
        #expect(twice.error == "invalid_dpop_proof")
        // And a token that is bound to nothing is not worth more in the other scheme.
        let plain = try house.accessToken()
        let raised = await userInfo(house, WireText("DPoP \(plain)"), proof: made("raised", for: plain))
        #expect(raised.error == "invalid_token")
        let nothing = await house.send(.get, "/userinfo")
        #expect(nothing.fields.all(.wwwAuthenticate).map { $0.split(at: .space)[0] } == ["Bearer", "DPoP"])
    }

    @Test func `TK-53 a proof is taken once, at the token endpoint and at resources`() async throws {
        let house = try await house()
        let one = made("once")
        let answer = await ask(house, proof: one)
        #expect(answer.status == .ok)
        let again = await ask(house, proof: one)
        #expect(again.status == .badRequest)
        #expect(again.error == "invalid_dpop_proof")
        // Its name is one of this key only, and at another endpoint it is no proof at all.
        #expect(await ask(house, proof: SampleProof().text(changing: ["jti": "once"])).status == .ok)
        let token = try #require(
            await ask(house, .sampleRedemption, proof: made("redeems")).json?["access_token"]?.text
        )
        let bound = WireText("DPoP \(token)")
        let shown = made("shown", for: token)
        #expect(await userInfo(house, bound, proof: shown).status == .ok)
        #expect(await userInfo(house, bound, proof: shown).error == "invalid_dpop_proof")
    }

    @Test func `TK-28 a bad proof does not spend a code, and a used proof does not come again with a good one`()
        async throws
    {
        let house = try await house()
        #expect(await ask(house, .sampleRedemption, proof: "x").error == "invalid_dpop_proof")
        let wrong = FormFields.sampleRedemption.setting("code_verifier", WireText(String(repeating: "a", count: 43)))
        let used = made("used")
        #expect(await ask(house, wrong, proof: used).error == "invalid_grant")
        #expect(await ask(house, .sampleRedemption, proof: used).error == "invalid_dpop_proof")
        #expect(await ask(house, .sampleRedemption, proof: made("fresh")).status == .ok)
    }

    @Test func `TK-57 a client that registered bound tokens gets no others`() async throws {
        let house = try await house(.proofOfPossession)
        for form in [Self.own, .sampleRedemption, .sampleRefresh] {
            let refused = await ask(house, form)
            #expect(refused.status == .badRequest)
            #expect(refused.error == "invalid_dpop_proof")
        }
        #expect(await ask(house, proof: made("bound")).json?["token_type"] == "DPoP")
    }

    @Test func `TK-54 where nonces are wanted every answer to a proof has one, and a proof without is told so`()
        async throws
    {
        let house = try await house(nonces: true)
        let first = await ask(house, .sampleRedemption, proof: made("without"))
        #expect(first.status == .badRequest)
        #expect(first.error == "use_dpop_nonce")
        let nonce = try #require(first.fields.first(.dpopNonce))
        let answer = await ask(house, .sampleRedemption, proof: made("with", ["nonce": .text(nonce)]))
        #expect(answer.status == .ok)
        #expect(answer.fields.first(.dpopNonce) == nonce)
        let token = try #require(answer.json?["access_token"]?.text)
        let refused = await userInfo(house, WireText("DPoP \(token)"), proof: made("resource", for: token))
        #expect(refused.status == .unauthorized)
        #expect(refused.error == "use_dpop_nonce")
        #expect(refused.fields.first(.wwwAuthenticate)?.string.contains("use_dpop_nonce") == true)
        #expect(refused.fields.contains(.dpopNonce))
        #expect(await ask(house).status == .ok, "Who proves no key needs no nonce.")
        #expect(await !ask(house).fields.contains(.dpopNonce))
    }

    @Test func `TK-55 the consent APIs hold a bound token to its key as well`() async throws {
        let house = try await house()
        let token = try #require(await ask(house, proof: made("own")).json?["access_token"]?.text)
        let path = WireText("\(Self.consents)/consent-1")
        func fetch(_ scheme: String, _ shown: WireText?) async -> Response {
            await house.send(
                .get,
                path,
                [(.authorization, WireText("\(scheme) \(token)"))] + (shown.map { [(.dpop, $0)] } ?? [])
            )
        }
        #expect(await fetch("DPoP", made("fetch", for: token, at: path)).status == .ok)
        #expect(await fetch("Bearer", nil).status == .unauthorized)
        let bare = await fetch("DPoP", nil)
        #expect(bare.status == .unauthorized)
        #expect(bare.fields.first(.wwwAuthenticate)?.hasPrefix("DPoP error=\"invalid_dpop_proof\"") == true)
        #expect(await fetch("DPoP", made("fetch", for: token, at: path)).status == .unauthorized)
    }
}
