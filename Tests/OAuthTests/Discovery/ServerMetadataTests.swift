import JOSE
import OAuth
import TestSupport
import Testing
import Text

struct ServerMetadataTests {
    let document = ServerMetadata(
        issuer: .sample,
        signingAlgorithms: [.es256, .ps256],
        acr: "urn:assent:password",
        scopes: ["openid", "accounts"],
        uiLocales: ["en", "cy"]
    ).document

    @Test
    func `AZ-23 discovery says that answers say who answers`() {
        #expect(document["issuer"]?.text == Issuer.sample.text)
        #expect(document["authorization_response_iss_parameter_supported"]?.boolean == true)
    }

    @Test
    func `what is signed and encrypted for clients is announced`() {
        for purpose in ["userinfo", "introspection", "authorization", "id_token"] {
            #expect(document[WireText("\(purpose)_signing_alg_values_supported")]?.texts == ["ES256", "PS256"])
            let encryptions = document[WireText("\(purpose)_encryption_alg_values_supported")]
            #expect(encryptions?.texts == ["RSA-OAEP", "RSA-OAEP-256", "ECDH-ES"])
            let contents = document[WireText("\(purpose)_encryption_enc_values_supported")]
            #expect(contents?.texts == ["A128GCM", "A256GCM"])
        }
        // Without a key to open with nobody is invited to encrypt.
        #expect(document["request_object_encryption_alg_values_supported"] == nil)
        #expect(document["request_object_encryption_enc_values_supported"] == nil)
    }

    @Test
    func `what OpenID Connect Discovery and RFC 8414 require is there`() {
        for name in [
            "issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "response_types_supported",
            "subject_types_supported", "id_token_signing_alg_values_supported",
        ] as [WireText] {
            #expect(document[name] != nil)
        }
    }

    @Test
    func `AZ-24 nothing is announced that is not written`() {
        #expect(document["response_types_supported"]?.texts == ["code", "code id_token", "none"])
        #expect(
            document["response_modes_supported"]?.texts
                == ["query", "fragment", "form_post", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt"]
        )
        #expect(document["authorization_signing_alg_values_supported"]?.texts == ["ES256", "PS256"])
        // RFC 7523 §2.1 is for banks that believe a partner.
        #expect(document["grant_types_supported"]?.texts == Grants.names.filter { $0 != JWTBearerGrant.type.name })
        #expect(document["code_challenge_methods_supported"]?.texts == ["S256"])
        #expect(document["request_parameter_supported"]?.boolean == true)
        #expect(document["request_object_signing_alg_values_supported"]?.texts == ["ES256", "PS256", "EdDSA"])
        #expect(document["request_uri_parameter_supported"]?.boolean == false)
        for name in document["response_types_supported"]?.texts ?? [] { #expect(ResponseType(name) != nil) }
        for name in document["response_modes_supported"]?.texts ?? [] {
            #expect(ResponseMode(name, for: .code) != nil)
        }
        for name in document["prompt_values_supported"]?.texts ?? [] {
            #expect(throws: Never.self) { try Prompt(name) }
        }
    }

    @Test
    func `TK-02 methods are announced as they are, and a public client is not told about tokens`() throws {
        let methods = try #require(document["token_endpoint_auth_methods_supported"]?.texts)
        #expect(methods == ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"])
        #expect(document["introspection_endpoint_auth_methods_supported"]?.texts?.contains("none") == false)
        let algorithms = try #require(document["token_endpoint_auth_signing_alg_values_supported"]?.texts)
        #expect(algorithms == ["ES256", "PS256", "RS256", "EdDSA"])
        #expect(document["id_token_signing_alg_values_supported"]?.texts == ["ES256", "PS256"])
    }

    @Test(arguments: ["token", "introspection", "revocation"])
    func `where private_key_jwt is taken the algorithms are told`(endpoint: String) {
        let methods = document[WireText("\(endpoint)_endpoint_auth_methods_supported")]?.texts
        #expect(methods?.contains("private_key_jwt") == true)
        let algorithms = document[WireText("\(endpoint)_endpoint_auth_signing_alg_values_supported")]?.texts
        #expect(algorithms == ClientAssertion.algorithms.map(\.name))
    }

    @Test
    func `IR-08 every URL is ours, by https and from the configuration`() {
        for member in document.members ?? [] {
            guard let text = member.value.text, member.name.string.hasSuffix("_endpoint") || member.name == "jwks_uri"
            else { continue }
            #expect(text.hasPrefix("https://bank.example/"))
            #expect(URIReference(text) != nil)
        }
        #expect(document.members?.count { $0.name.string.hasSuffix("_endpoint") } == 11)
    }

    @Test
    func `discovery-end-point-verification: PA-07 pushing is offered, and demanded of those who are held to it`() {
        #expect(document["pushed_authorization_request_endpoint"]?.text == "https://bank.example/par")
        #expect(document["require_pushed_authorization_requests"]?.boolean == false)
    }

    @Test
    func `no name stands twice`() {
        let names = document.members?.map(\.name) ?? []
        #expect(Set(names).count == names.count)
    }

    @Test
    func `no list is empty`() {
        // RFC 8414 §3.2: what has no elements is left out.
        for member in document.members ?? [] { #expect(member.value.array?.isEmpty != true, "\(member.name)") }
    }
}
