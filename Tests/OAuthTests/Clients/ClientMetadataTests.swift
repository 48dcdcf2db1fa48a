import Crypto
import JOSE
import OAuth
import TestSupport
import Testing
import Text

struct ClientMetadataTests {
    /// A document in which nothing is wrong.
    static let document: JSON = [
        "client_id": "tpp-1", "client_name": "ABC Trades",
        "client_secret_sha256": .text(WireText(Hex.encode(Fingerprint(of: Client.sampleSecret).bytes))),
        "token_endpoint_auth_method": "client_secret_basic", "redirect_uris": ["https://c.example/cb"],
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "response_types": ["code", "code id_token"], "scope": "openid accounts offline_access",
    ]

    func read(_ changes: [WireText: JSON?] = [:], of document: JSON = document) throws(ClientMetadata.Problem) -> Client
    {
        let unchanged = (document.members ?? []).filter { changes[$0.name] == nil }
        let changed = changes.compactMap { name, value in value.map { JSON.Member(name, $0) } }
        return try ClientMetadata.read(.object(unchanged + changed))
    }

    @Test
    func `a document is read whole`() throws {
        let client = try read()
        #expect(client.id == "tpp-1")
        #expect(client.isEnabled)
        #expect(client.display.text == "ABC Trades")
        #expect(client.redirectURIs == ["https://c.example/cb"])
        #expect(client.grantTypes == ["authorization_code", "refresh_token", "client_credentials"])
        #expect(client.responseTypes == [.code, .codeIDToken])
        #expect(client.scope == ["openid", "accounts", "offline_access"])
        #expect(client.profile == .oauth21)
        #expect(client.idTokenAlgorithm == .es256)
        #expect(client.idTokenEncryption == nil)
        #expect(!client.introspectsAll)
        guard case .secretBasic(let secret) = client.authentication else {
            Issue.record("The method is another.")
            return
        }
        #expect(secret == ClientSecret(Fingerprint(of: Client.sampleSecret)))
    }

    @Test
    func `what is left out has the defaults of RFC 7591`() throws {
        let client = try read([
            "client_name": nil, "token_endpoint_auth_method": nil, "grant_types": nil,
            "response_types": nil, "scope": nil,
        ])
        #expect(client.display.text == "tpp-1")
        #expect(client.grantTypes == ["authorization_code"])
        #expect(client.responseTypes == [.code])
        #expect(client.scope == ["openid"])
        guard case .secretBasic = client.authentication else {
            Issue.record("The method is another.")
            return
        }
    }

    @Test
    func `a client may be disabled, introspect, and act for another`() throws {
        let client = try read(["disabled": true, "introspects_all": true, "on_behalf_of": "OBO Ltd"])
        #expect(!client.isEnabled)
        #expect(client.introspectsAll)
        #expect(client.display.text == "OBO Ltd on behalf of ABC Trades")
    }

    @Test
    func `a merchant is a client whose users can be sent to our page and back`() throws {
        let merchant: [WireText: JSON?] = ["merchant_id": 7, "response_types": ["none"]]
        #expect(try read(merchant).consentAPIs.merchant == 7)
        for (member, value) in [
            ("merchant_id", 0), ("merchant_id", "7"), ("merchant_id", .number(7.5)), ("merchant_id", [7]),
            ("response_types", ["code"]), ("redirect_uris", []), ("scope", "openid"), ("scope", "accounts"),
            ("token_endpoint_auth_method", "client_secret_post"),
        ] as [(WireText, JSON)] {
            var changes = merchant
            changes[member] = value
            // A grant of its own would be what misses the redirect URI.
            changes["grant_types"] = ["client_credentials"]
            let problem = #expect(throws: ClientMetadata.Problem.self) { try read(changes) }
            #expect(problem?.member == member)
        }
    }

    @Test(
        arguments: [
            ("fr", "Métiers"), ("fr-CA", "Métiers Canada"), ("pt", "Comércio"), ("pt-BR", "Comércio"),
            ("de", "ABC Trades"),
            ("f", "ABC Trades"), ("FR", "Métiers"),
        ] as [(WireText, WireText)]
    )
    func `a name in a language is the one of RFC 7591, for its regions as well`(language: WireText, name: WireText)
        throws
    {
        let display = try read([
            "client_name#FR": "Métiers", "client_name#fr-CA": "Métiers Canada", "client_name#pt-BR": "Comércio",
        ]).display
        #expect(display.tradingName(in: language) == (language == "pt-BR" ? "Comércio" : name))
        #expect(display.text == "ABC Trades")
    }

    @Test func `one language has one name, and no client has more than anybody reads`() throws {
        #expect(throws: ClientMetadata.Problem.self) { try read(["client_name#fr": "A", "client_name#FR": "B"]) }
        let many = (0...64).map { (WireText("client_name#x\($0)"), JSON.text("A") as JSON?) }
        #expect(throws: ClientMetadata.Problem.self) { try read(Dictionary(uniqueKeysWithValues: many)) }
        _ = try read(Dictionary(uniqueKeysWithValues: many.dropLast()))
    }

    /// Each row changes one member of a document that is otherwise right.
    @Test(
        arguments: [
            ("client_id", nil), ("client_id", ""), ("client_id", 7), ("client_id", .null), ("client_id", "a b"),
            ("client_id", "caf\u{E9}"), ("client_id", "a\u{0}"),
            ("client_id", .text(WireText(String(repeating: "a", count: 129)))),
            ("client_id", "psu-anna"), ("client_id", "psu-"),
            ("client_name", ""), ("client_name", "A\u{202E}B"), ("client_name", 7), ("on_behalf_of", ""),
            ("client_name#fr", ""), ("client_name#fr", "A\u{202E}B"), ("client_name#fr", 7), ("client_name#", "A"),
            ("client_secret_sha256", nil), ("client_secret_sha256", ""), ("client_secret_sha256", "00"),
            ("client_secret_sha256", .text(Client.sampleSecret)),
            ("client_secret_sha256", .text(WireText(String(repeating: "0", count: 66)))),
            ("client_secret_sha256", .text(WireText(String(repeating: "g", count: 64)))),
            ("client_secret", "x"), ("jwks_uri", "ftp://c.example/jwks"), ("request_uris", []), ("Client_id", "x"),
            ("token_endpoint_auth_method", ""), ("token_endpoint_auth_method", "client_secret_JWT"),
            ("client_secret_sealed", "AAAA"),
            ("token_endpoint_auth_method", "tls_client_auth"), ("token_endpoint_auth_method", "NONE"),
            ("token_endpoint_auth_method", 7), ("token_endpoint_auth_method", "private_key_jwt"),
            ("token_endpoint_auth_method", "none"),
            ("redirect_uris", nil), ("redirect_uris", []), ("redirect_uris", "https://c.example/cb"),
            ("redirect_uris", [7]),
            ("redirect_uris", ["https://c.example/cb", "https://c.example/cb"]), ("redirect_uris", ["/cb"]),
            ("redirect_uris", ["https://c.example/cb", "javascript:alert(1)"]),
            ("redirect_uris", ["http://c.example/cb"]),
            ("grant_types", ["password"]), ("grant_types", ["implicit"]), ("grant_types", ["AUTHORIZATION_CODE"]),
            ("grant_types", "authorization_code"), ("grant_types", ["authorization_code", "authorization_code"]),
            ("response_types", ["token"]), ("response_types", ["id_token"]), ("response_types", ["code token"]),
            ("response_types", "code"), ("scope", ""), ("scope", "a  b"), ("scope", "a\"b"), ("scope", ["openid"]),
            ("profile", "FAPI2"), ("profile", "fapi2"), ("profile", 7), ("application_type", "desktop"),
            ("application_type", true),
            ("disabled", "true"), ("disabled", 1), ("introspects_all", .null),
            ("id_token_signed_response_alg", "none"), ("id_token_signed_response_alg", "HS256"),
            ("id_token_signed_response_alg", "es256"), ("id_token_encrypted_response_alg", "RSA1_5"),
            ("id_token_encrypted_response_alg", "RSA-OAEP"), ("id_token_encrypted_response_enc", "A256GCM"),
        ] as [(WireText, JSON?)]
    )
    func `a document with one thing wrong is refused for that member`(member: WireText, value: JSON?) {
        #expect(throws: ClientMetadata.Problem.self) { try read([member: value]) }
    }

    @Test(arguments: RedirectURITests.unregistrable)
    func `AZ-10 a document with a dangerous redirect URI is refused`(uri: WireText, problem: RedirectURI.Problem) {
        let refusal = #expect(throws: ClientMetadata.Problem.self) {
            try read(["redirect_uris": ["https://c.example/cb", .text(uri)]])
        }
        #expect(refusal?.member == "redirect_uris")
    }

    @Test
    func `AZ-09 only a native client has a free port`() throws {
        let uris: JSON = ["http://127.0.0.1/cb"]
        let native = try read(["redirect_uris": uris, "application_type": "native"])
        #expect(native.allowsRedirect(to: "http://127.0.0.1:49152/cb"))
        for type in [nil, "web"] as [JSON?] {
            let web = try read(["redirect_uris": uris, "application_type": type])
            #expect(!web.allowsRedirect(to: "http://127.0.0.1:49152/cb"))
            #expect(web.allowsRedirect(to: "http://127.0.0.1/cb"))
        }
    }

    @Test
    func `TK-48 a client without proof has no grant of its own`() {
        let changes: [WireText: JSON?] = ["token_endpoint_auth_method": "none", "client_secret_sha256": nil]
        #expect(throws: ClientMetadata.Problem.self) { try read(changes) }
        #expect(throws: Never.self) {
            try read(changes.merging(["grant_types": ["authorization_code", "refresh_token"]]) { $1 })
        }
    }

    @Test
    func `TK-02 a client has the proof of its method and no other`() throws {
        let jwks = SampleAssertion.keys(SampleAssertion.key).json
        let keyed: [WireText: JSON?] = [
            "token_endpoint_auth_method": "private_key_jwt", "jwks": jwks, "client_secret_sha256": nil,
        ]
        guard case .privateKeyJWT(let keys) = try read(keyed).authentication else {
            Issue.record("The method is another.")
            return
        }
        #expect(keys == SampleAssertion.keys(SampleAssertion.key))
        #expect(throws: ClientMetadata.Problem.self) { try read(keyed.merging(["jwks": nil]) { $1 }) }
        #expect(throws: ClientMetadata.Problem.self) { try read(keyed.merging(["jwks": ["keys": []]]) { $1 }) }
        #expect(throws: ClientMetadata.Problem.self) { try read(keyed.merging(["jwks": "x"]) { $1 }) }
        let secret = Self.document["client_secret_sha256"]
        #expect(throws: ClientMetadata.Problem.self) {
            try read(keyed.merging(["client_secret_sha256": secret]) { $1 })
        }
        #expect(throws: ClientMetadata.Problem.self) {
            try read(["token_endpoint_auth_method": "none", "grant_types": ["authorization_code"]])
        }
    }

    @Test
    func `TK-13 keys of one name, weak keys and private keys are refused`() throws {
        let key = SampleAssertion.key.jwk.json
        let secret = JSON.object((key.members ?? []) + [.init("d", .text(WireText(String(repeating: "A", count: 43))))])
        let symmetric: JSON = ["kty": "oct", "k": .text(WireText(String(repeating: "A", count: 43)))]
        for keys in [[key, key], [secret], [symmetric], [[:]], ["x"]] as [[JSON]] {
            #expect(throws: ClientMetadata.Problem.self) {
                try read([
                    "token_endpoint_auth_method": "private_key_jwt", "client_secret_sha256": nil,
                    "jwks": ["keys": .array(keys)],
                ])
            }
        }
    }

    @Test
    func `SD-29 encryption needs exactly one key that is for it`() throws {
        let signing = SampleAssertion.keys(SampleAssertion.key).json
        let encryption = JWK(SampleAssertion.strangersKey.jwk.key, keyID: "e", use: .encryption)
        let both: JSON = ["keys": [SampleAssertion.key.jwk.json, encryption.json]]
        let changes: [WireText: JSON?] = [
            "id_token_encrypted_response_alg": "ECDH-ES", "id_token_encrypted_response_enc": "A128GCM", "jwks": both,
        ]
        let client = try read(changes)
        #expect(client.idTokenEncryption?.algorithm == .ecdhES)
        #expect(client.idTokenEncryption?.content == .a128GCM)
        #expect(throws: ClientMetadata.Problem.self) { try read(changes.merging(["jwks": signing]) { $1 }) }
        #expect(throws: ClientMetadata.Problem.self) { try read(changes.merging(["jwks": nil]) { $1 }) }
        #expect(throws: ClientMetadata.Problem.self) {
            try read(changes.merging(["id_token_encrypted_response_alg": "RSA-OAEP"]) { $1 })
        }
        #expect(throws: ClientMetadata.Problem.self) {
            try read(changes.merging(["id_token_encrypted_response_enc": "A128CBC-HS256"]) { $1 })
        }
        #expect(throws: ClientMetadata.Problem.self) {
            try read(changes.merging(["id_token_encrypted_response_alg": nil]) { $1 })
        }
    }

    @Test
    func `a client is answered at UserInfo and introspection as it has registered, and signed before encrypted`() throws
    {
        let encryption = JWK(SampleAssertion.strangersKey.jwk.key, keyID: "e", use: .encryption)
        for purpose in ["userinfo", "introspection"] {
            let algorithm = WireText("\(purpose)_signed_response_alg")
            let key = WireText("\(purpose)_encrypted_response_alg")
            let content = WireText("\(purpose)_encrypted_response_enc")
            let all: [WireText: JSON?] = [
                algorithm: "RS256", key: "ECDH-ES", content: "A128GCM", "jwks": ["keys": [encryption.json]],
            ]
            let client = try read(all)
            let format = try #require(purpose == "userinfo" ? client.answers.userInfo : client.answers.introspection)
            #expect(format.algorithm == .rs256)
            #expect(format.encryption?.algorithm == .ecdhES && format.encryption?.content == .a128GCM)
            #expect((purpose == "userinfo" ? client.answers.introspection : client.answers.userInfo) == nil)
            let wrong: [(WireText, [WireText: JSON?])] = [
                (key, [algorithm: nil]), (content, [key: nil]), (algorithm, [algorithm: "none"]),
                (algorithm, [algorithm: "HS256"]), (key, [key: "RSA1_5"]), (content, [content: "A128CBC-HS256"]),
                ("jwks", ["jwks": nil]),
            ]
            for (member, changes) in wrong {
                let problem = #expect(throws: ClientMetadata.Problem.self) { try read(all.merging(changes) { $1 }) }
                #expect(problem?.member == member)
            }
        }
        #expect(try read().answers.userInfo == nil)
    }

    @Test
    func `a client may bind itself to one way of encrypting its requests, which it signs as well`() throws {
        let keys = SampleAssertion.keys(SampleAssertion.key).json
        let all: [WireText: JSON?] = [
            "request_object_encryption_alg": "ECDH-ES", "request_object_encryption_enc": "A128GCM", "jwks": keys,
        ]
        let bound = FrontChannel.RequestEncryption(algorithm: .ecdhES, content: .a128GCM)
        #expect(try read(all).frontChannel.requestEncryption == bound)
        let wrong: [(WireText, [WireText: JSON?])] = [
            ("request_object_encryption_alg", ["request_object_encryption_alg": "RSA-OAEP"]),
            ("request_object_encryption_alg", ["request_object_encryption_alg": "dir"]),
            ("request_object_encryption_enc", ["request_object_encryption_enc": "A128CBC-HS256"]),
            ("request_object_encryption_enc", ["request_object_encryption_alg": nil]), ("jwks", ["jwks": nil]),
        ]
        for (member, changes) in wrong {
            let problem = #expect(throws: ClientMetadata.Problem.self) { try read(all.merging(changes) { $1 }) }
            #expect(problem?.member == member)
        }
    }

    @Test
    func `PA-07 a client may bind itself to pushing, and then sends nothing by the browser`() throws {
        #expect(try !read().mustPush)
        let client = try read(["require_pushed_authorization_requests": true])
        #expect(client.mustPush)
        #expect(throws: Refusal.requestNotPushed) { try AuthorizationRequest.read(.sampleAuthorization, by: client) }
        for value in ["true", 1, .null] as [JSON] {
            #expect(throws: ClientMetadata.Problem.self) { try read(["require_pushed_authorization_requests": value]) }
        }
    }

    @Test
    func `RO-01 signed requests need keys, and an algorithm that is taken`() throws {
        let keys = SampleAssertion.keys(SampleAssertion.key)
        let signing: [WireText: JSON?] = [
            "require_signed_request_object": true, "request_object_signing_alg": "ES256", "jwks": keys.json,
        ]
        let client = try read(signing)
        #expect(client.mustSign)
        #expect(client.requestAlgorithms == [.es256])
        #expect(client.frontChannel.keys == keys)
        #expect(throws: Refusal.requestNotSigned) { try AuthorizationRequest.read(.sampleAuthorization, by: client) }
        #expect(try read(["jwks": keys.json]).requestAlgorithms == [.es256, .ps256, .edDSA])
        for name in ["require_signed_request_object", "request_object_signing_alg"] as [WireText] {
            let refusal = #expect(throws: ClientMetadata.Problem.self) { try read([name: signing[name] ?? nil]) }
            #expect(refusal?.member == "jwks")
        }
        for algorithm in ["none", "HS256", "RS256", "es256", ""] as [WireText] {
            #expect(throws: ClientMetadata.Problem.self) {
                try read(signing.merging(["request_object_signing_alg": .text(algorithm)]) { $1 })
            }
        }
    }

    @Test
    func `AZ-28 who gets signed answers says how, and who must have them must say it`() throws {
        let client = try read(["authorization_signed_response_alg": "PS256"])
        #expect(client.frontChannel.answerAlgorithm == .ps256)
        #expect(try read().frontChannel.answerAlgorithm == nil)
        let encryption = JWK(SampleAssertion.strangersKey.jwk.key, keyID: "e", use: .encryption)
        let encrypted: [WireText: JSON?] = [
            "authorization_signed_response_alg": "ES256", "authorization_encrypted_response_alg": "ECDH-ES",
            "jwks": ["keys": [encryption.json]],
        ]
        #expect(try read(encrypted).frontChannel.answerEncryption?.content == .a256GCM)
        for changes in [
            encrypted.merging(["authorization_signed_response_alg": nil]) { $1 },
            encrypted.merging(["authorization_encrypted_response_alg": "RSA1_5"]) { $1 },
            encrypted.merging(["jwks": nil]) { $1 },
            ["authorization_encrypted_response_enc": "A256GCM"], ["authorization_signed_response_alg": "none"],
        ] as [[WireText: JSON?]] {
            #expect(throws: ClientMetadata.Problem.self) { try read(changes) }
        }
        let signing: [WireText: JSON?] = [
            "token_endpoint_auth_method": "private_key_jwt", "client_secret_sha256": nil,
            "jwks": SampleAssertion.keys(SampleAssertion.key).json, "grant_types": ["authorization_code"],
            "response_types": ["code"], "tls_client_certificate_bound_access_tokens": true,
        ]
        for profile in ["fapi1-advanced-uk", "fapi2-message-signing"] as [WireText] {
            let refusal = #expect(throws: ClientMetadata.Problem.self) {
                try read(signing.merging(["profile": .text(profile)]) { $1 })
            }
            #expect(refusal?.member == "authorization_signed_response_alg")
        }
    }

    @Test
    func `TK-56 a client registers one binding of its tokens, or none`() throws {
        #expect(try read().senderConstraint == nil)
        #expect(try read(["tls_client_certificate_bound_access_tokens": true]).senderConstraint == .certificate)
        #expect(try read(["dpop_bound_access_tokens": true]).senderConstraint == .proofOfPossession)
        #expect(throws: ClientMetadata.Problem.self) {
            try read(["tls_client_certificate_bound_access_tokens": true, "dpop_bound_access_tokens": true])
        }
    }

    /// Each row changes one member of a registration that fits its profile.
    @Test(
        arguments: [
            ("fapi2", "token_endpoint_auth_method", "none"),
            ("fapi2", "response_types", ["code", "code id_token"]), ("fapi2", "response_types", ["none"]),
            ("fapi2", "id_token_signed_response_alg", "RS256"),
            ("fapi2", "redirect_uris", ["https://c.example/cb", "http://127.0.0.1/cb"]),
            ("fapi2", "require_pushed_authorization_requests", false),
            ("fapi2-message-signing", "response_types", ["code id_token"]),
            ("fapi2-message-signing", "require_signed_request_object", false),
            ("fapi2-message-signing", "authorization_signed_response_alg", "RS256"),
            ("fapi1-advanced-uk", "authorization_signed_response_alg", "EdDSA"),
            ("fapi1-advanced-uk", "require_signed_request_object", false),
            ("fapi1-advanced-uk", "request_object_signing_alg", "EdDSA"),
            ("fapi1-advanced-uk", "response_types", ["code id_token", "none"]),
            ("fapi1-advanced-uk", "id_token_signed_response_alg", "EdDSA"),
            ("fapi1-advanced-uk", "redirect_uris", ["com.example.app:/cb"]),
            ("fapi1-advanced-uk", "tls_client_certificate_bound_access_tokens", false),
            ("fapi2", "tls_client_certificate_bound_access_tokens", false),
        ] as [(WireText, WireText, JSON)]
    )
    func `TK-02 a registration that contradicts its profile is refused for that member`(
        profile: WireText,
        member: WireText,
        value: JSON
    ) throws {
        let fitting: [WireText: JSON?] = [
            "profile": .text(profile), "token_endpoint_auth_method": "private_key_jwt", "client_secret_sha256": nil,
            "jwks": SampleAssertion.keys(SampleAssertion.key).json, "grant_types": ["authorization_code"],
            "response_types": [profile == "fapi1-advanced-uk" ? "code id_token" : "code"],
            "authorization_signed_response_alg": "ES256",
            "tls_client_certificate_bound_access_tokens": true,
        ]
        #expect(try read(fitting).profile.rawValue == profile.string)
        let refusal = #expect(throws: ClientMetadata.Problem.self) { try read(fitting.merging([member: value]) { $1 }) }
        #expect(refusal?.member == member)
        #expect(refusal?.sentence.contains("The profile \(profile) ") == true)
    }

    @Test(arguments: [.null, 7, "x", [], true] as [JSON])
    func `what is no object is no document`(document: JSON) {
        #expect(throws: ClientMetadata.Problem.self) { try ClientMetadata.read(document) }
    }
}
