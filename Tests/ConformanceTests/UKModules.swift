import Consents
import Crypto
import HTTP
import JOSE
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// The UK profile of `fapi1-advanced-final`, by value: conformance.md 3.2, from a registered consent to its tokens.
struct UKModules {
    private let plan: Plan

    init() async throws {
        plan = try Plan(
            Plan.client(
                .fapi1AdvancedUK,
                responseTypes: [.codeIDToken],
                frontChannel: FrontChannel(keys: SampleAssertion.keys(Plan.key))
            )
        )
        for consent in [Consent.sample, .sample(id: "consent-2", thirdParty: "tpp-2")] {
            #expect(try await plan.store.commit([.consent(.registration(of: consent))]) == .kept)
        }
    }

    private func query(
        _ consent: WireText = "consent-1",
        acr: [WireText] = ["urn:openbanking:psd2:sca", "urn:openbanking:psd2:ca"],
        scope: WireText = "openid accounts"
    ) throws -> FormFields {
        let claims: JSON = [
            "iss": "tpp-1", "aud": .text(Issuer.sample.text), "nbf": .integer(plan.now.seconds),
            "exp": .integer(plan.now.seconds + 300), "client_id": "tpp-1", "response_type": "code id_token",
            "redirect_uri": "https://c.example/cb", "scope": .text(scope), "state": "af0ifjsldkj", "nonce": "n-1",
            "claims": [
                "id_token": [
                    "openbanking_intent_id": ["value": .text(consent), "essential": true],
                    "acr": ["essential": true, "values": .array(acr.map { .text($0) })],
                ]
            ],
        ]
        let object = try Plan.key.sign(JSONWriter.write(claims), type: "JWT")
        return FormFields([.init("client_id", "tpp-1"), .init("request", object)])
    }

    @Test(arguments: ["openid accounts", "accounts openid"] as [WireText])
    func `fapi1-advanced-final, ensure-other-scope-order-succeeds: the ID tokens name the consent`(scope: WireText)
        async throws
    {
        let returned = try #require(await Browser(plan).answer(try query(scope: scope)).returned)
        let front = try JWS(try #require(returned["id_token"])).unverifiedClaims()
        let tokens = try await plan.redeem(try #require(returned["code"]), verifier: nil)
        let back = try JWS(try #require(tokens.json?["id_token"]?.text)).unverifiedClaims()
        for claims in [front, back] {
            #expect(claims["openbanking_intent_id"]?.text == "consent-1")
            #expect(claims["acr"]?.text == "urn:openbanking:psd2:sca")
            #expect(claims["nonce"]?.text == "n-1")
        }
        #expect(try await plan.store.consent("consent-1")?.status == .authorised)
    }

    @Test func `ensure-server-handles-non-matching-intent-id: SD-11 a consent of another client shows no page`()
        async throws
    {
        for consent in ["consent-2", "consent-3"] as [WireText] {
            let returned = try #require(await Browser(plan).open(try query(consent)).returned)
            #expect(returned["error"] == "invalid_request")
            #expect(returned["code"] == nil)
        }
    }

    @Test func `test-essential-acr-sca-claim: AZ-61 the level that is asked for, or none`() async throws {
        let reached = try #require(await Browser(plan).answer(try query(acr: ["urn:openbanking:psd2:sca"])).returned)
        let claims = try JWS(try #require(reached["id_token"])).unverifiedClaims()
        #expect(claims["acr"]?.text == "urn:openbanking:psd2:sca")
        let missed = try #require(await Browser(plan).open(try query(acr: ["urn:openbanking:psd2:ca"])).returned)
        #expect(missed["error"] == "access_denied")
    }

    @Test func `ensure-authorization-code-is-bound-to-client, ensure-client-id-in-token-endpoint`() async throws {
        let returned = try #require(await Browser(plan).answer(try query()).returned)
        let code = try #require(returned["code"])
        let form = FormFields.sampleRedemption.setting("code", code).setting("code_verifier", nil)
        let foreign = await plan.send(.post, "/token", form: try plan.proving(form, by: Plan.second))
        #expect(foreign.status == .badRequest)
        #expect(foreign.error == "invalid_grant")
        let mixed = try plan.proving(form).setting("client_id", "tpp-2")
        #expect(await plan.send(.post, "/token", form: mixed).error == "invalid_client")
        // Neither has used the code up.
        #expect(try await plan.redeem(code, verifier: nil).status == .ok)
    }
}
