import HTTP
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// `discovery-end-point-verification` of `fapi1-advanced-final`: conformance.md 3.1.
struct FAPI1DiscoveryModules {
    @Test(arguments: Variant.fapi1)
    func `discovery-end-point-verification`(variant: Variant) async throws {
        let document = try await Metadata(of: variant)
        #expect(document.list("response_types_supported").isSuperset(of: ["code id_token", "code"]))
        if variant.answersAreSigned { #expect(document.list("response_modes_supported").contains("jwt")) }
        #expect(document.json["tls_client_certificate_bound_access_tokens"] == true)
        for name in ["id_token", "request_object", "authorization"] {
            let algorithms = document.list(WireText("\(name)_signing_alg_values_supported"))
            #expect(algorithms.isSuperset(of: ["PS256", "ES256"]))
        }
        #expect(document.list("token_endpoint_auth_methods_supported").isSuperset(of: Metadata.methods))
        #expect(document.json["request_parameter_supported"] == true)
        #expect(document.json["require_pushed_authorization_requests"] == false)
        #expect(document.json["pushed_authorization_request_endpoint"]?.text == "https://bank.example/par")
        #expect(document.list("code_challenge_methods_supported") == ["S256"])
        #expect(document.json["claims_parameter_supported"] == true)
        #expect(document.list("claims_supported").isSuperset(of: ["acr", "openbanking_intent_id"]))
        #expect(
            document.list("grant_types_supported").isSuperset(of: ["authorization_code", "client_credentials"])
        )
        #expect(document.list("scopes_supported").isSuperset(of: ["openid", "accounts"]))
        document.check()
        try await document.checkKeys()
    }
}

/// A discovery document, read by a client.
struct Metadata {
    let json: JSON
    private let plan: Plan

    init(of variant: Variant) async throws {
        plan = try Run(variant).plan
        json = try #require(await plan.send(.get, "/.well-known/openid-configuration").json)
    }

    /// How clients of FAPI may prove who they are.
    static let methods: Set<WireText> = ["private_key_jwt", "tls_client_auth"]

    func list(_ name: WireText) -> Set<WireText> { Set(json[name]?.texts ?? []) }

    /// What holds of every document.
    func check() {
        #expect(json["issuer"]?.text == Issuer.sample.text)
        for member in json.members ?? [] where member.name.string.hasSuffix("_endpoint") {
            #expect(member.value.text?.hasPrefix("https://bank.example/") == true)
        }
        #expect(json["subject_types_supported"]?.texts?.isEmpty == false)
        #expect(list("grant_types_supported").contains("authorization_code"))
        #expect(list("scopes_supported").contains("openid"))
    }

    /// Keys are public, strong enough, and have a name each.
    func checkKeys() async throws {
        #expect(json["jwks_uri"]?.text == "https://bank.example/jwks")
        let keys = try JWKSet(await plan.send(.get, "/jwks").body).keys
        let names = keys.compactMap(\.keyID)
        #expect(!keys.isEmpty && Set(names).count == keys.count)
        for key in await plan.send(.get, "/jwks").json?["keys"]?.array ?? [] {
            // RSA of 2,048 bits has 342 or 343 characters; the curves are of 256.
            if key["kty"] == "RSA" { #expect(key["n"]?.text?.byteCount ?? 0 >= 342) }
            #expect(key["d"] == nil && key["p"] == nil)
        }
    }
}
