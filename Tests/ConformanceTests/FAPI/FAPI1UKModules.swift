import HTTP
import OAuth
import TestSupport
import Testing
import Text

/// Modules of `fapi1-advanced-final` with `fapi_profile=openbanking_uk`: conformance.md 3.2 and 3.3.
struct FAPI1UKModules {
    @Test(arguments: Variant.fapi1.ofUK)
    func `fapi1-advanced-final: the ID tokens of a UK flow name the consent, and its level`(variant: Variant)
        async throws
    {
        let run = try Run(variant)
        let dates: [JSON.Member] = [
            .init("ExpirationDateTime", "2026-03-02T14:00:00+00:00"),
            .init("TransactionFromDateTime", "2026-01-31T12:00:00+00:00"),
            .init("TransactionToDateTime", "2026-03-02T12:00:00+00:00"),
        ]
        for (party, data) in [(run.first, []), (run.second, dates)] {
            let consent = try await run.consent(of: party, with: data)
            let answer = try await run.answer(by: party, about: consent)
            let tokens = try await run.redeem(try #require(answer["code"]), by: party)
            for text in [answer["id_token"], tokens.json?["id_token"]?.text] {
                let claims = try await run.claims(ofIDToken: text, for: party)
                #expect(claims["openbanking_intent_id"]?.text == consent)
            }
            let token = try #require(tokens.json?["access_token"]?.text)
            let accounts = await run.use(token, by: party)
            #expect(accounts.status == .ok)
            #expect(accounts.json?["Data"]?["Account"]?.array?.isEmpty == false)
        }
    }

    @Test(arguments: Variant.fapi1.ofUK)
    func `ensure-server-handles-non-matching-intent-id: SD-11 a consent of another client shows no page`(
        variant: Variant
    ) async throws {
        let run = try Run(variant)
        let consent = try await run.consent(of: run.first)
        for consent in [consent, "consent-of-nobody"] {
            let outcome = try await run.ask(by: run.second, about: consent)
            outcome.isRefused(
                redirect: ["invalid_request", "invalid_request_object", "invalid_request_uri", "access_denied"]
            )
        }
        #expect(try await run.answer(about: consent)["code"] != nil)
    }

    @Test(arguments: Variant.fapi1.ofUK)
    func `test-essential-acr-sca-claim: AZ-61 the level that is asked for, or none`(variant: Variant) async throws {
        let run = try Run(variant)
        let consent = try await run.consent()
        let weaker = Run.claims(consent, acr: ["urn:openbanking:psd2:ca"])
        try await run.ask(["claims": weaker], about: consent).isRefused(redirect: ["access_denied"])
        let strong = Run.claims(consent, acr: ["urn:openbanking:psd2:sca"])
        let answer = try await run.answer(["claims": strong], about: consent)
        let claims = try await run.claims(ofIDToken: answer["id_token"])
        #expect(claims["acr"]?.text == "urn:openbanking:psd2:sca")
    }
}
