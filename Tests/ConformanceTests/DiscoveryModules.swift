import HTTP
import OAuth
import TestSupport
import Testing
import Text

/// `discovery-end-point-verification` of the FAPI plans, as far as the front channel goes: conformance.md 3.1 and 4.1.
struct DiscoveryModules {
    private func document() async throws -> JSON {
        let plan = try Plan(Plan.client(.fapi2))
        return try #require(await plan.send(.get, "/.well-known/openid-configuration").json)
    }

    private func list(_ name: WireText) async throws -> Set<WireText> {
        Set(try #require(try await document()[name]?.texts))
    }

    @Test func `fapi1-advanced-final-discovery-end-point-verification`() async throws {
        let document = try await document()
        #expect(try await list("response_types_supported").isSuperset(of: ["code id_token", "code"]))
        #expect(try await list("response_modes_supported").contains("jwt"))
        #expect(document["request_parameter_supported"] == true)
        #expect(document["require_pushed_authorization_requests"] == false)
        #expect(document["claims_parameter_supported"] == true)
        #expect(try await list("request_object_signing_alg_values_supported").isSuperset(of: ["PS256", "ES256"]))
        #expect(try await list("authorization_signing_alg_values_supported").isSuperset(of: ["PS256", "ES256"]))
        #expect(try await list("id_token_signing_alg_values_supported").isSuperset(of: ["PS256", "ES256"]))
        #expect(try await list("code_challenge_methods_supported") == ["S256"])
        #expect(try await list("claims_supported").isSuperset(of: ["acr", "openbanking_intent_id"]))
        #expect(try await list("grant_types_supported").isSuperset(of: ["authorization_code", "client_credentials"]))
        #expect(try await list("scopes_supported").isSuperset(of: ["openid", "accounts"]))
    }

    @Test func `fapi2-security-profile-final-discovery-end-point-verification`() async throws {
        let document = try await document()
        #expect(document["pushed_authorization_request_endpoint"]?.text == "https://bank.example/par")
        #expect(document["authorization_response_iss_parameter_supported"] == true)
        #expect(try await list("response_types_supported").contains("code"))
        #expect(try await list("token_endpoint_auth_methods_supported").contains("private_key_jwt"))
        // Every algorithm and method that is announced for signing is one that is read.
        let algorithms = try await list("request_object_signing_alg_values_supported")
        #expect(!algorithms.contains("none") && !algorithms.contains("RS256"))
    }
}
