import HTTP
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// `discovery-end-point-verification` of the FAPI 2 plans: conformance.md 4.1.
struct FAPI2DiscoveryModules {
    @Test(arguments: Variant.fapi2 + Variant.messageSigning)
    func `discovery-end-point-verification`(variant: Variant) async throws {
        let document = try await Metadata(of: variant)
        #expect(document.list("response_types_supported").contains("code"))
        #expect(document.json["pushed_authorization_request_endpoint"]?.text == "https://bank.example/par")
        #expect(document.json["authorization_response_iss_parameter_supported"] == true)
        if variant.answersAreSigned { #expect(document.list("response_modes_supported").contains("jwt")) }
        #expect(document.list("code_challenge_methods_supported") == ["S256"])
        if variant.constraint == .proofOfPossession {
            #expect(document.list("dpop_signing_alg_values_supported") == ["ES256", "PS256", "EdDSA"])
        }
        #expect(document.json["tls_client_certificate_bound_access_tokens"] == true)
        #expect(document.list("token_endpoint_auth_methods_supported").isSuperset(of: Metadata.methods))
        // What is announced for signing is what is taken: nothing weaker stands among it.
        #expect(document.list("request_object_signing_alg_values_supported") == ["ES256", "PS256", "EdDSA"])
        document.check()
        try await document.checkKeys()
    }
}
