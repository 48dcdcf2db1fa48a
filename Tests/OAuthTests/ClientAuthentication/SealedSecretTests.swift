import Crypto
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// `client_secret_jwt`: OpenID Connect Core §9.
struct SealedSecretTests {
    private static let secret: WireText = "c2VjcmV0IG9mIDMyIGJ5dGVzLCBnZW5lcmF0ZWQgb25l"
    private static let key = ClientSecretKey([UInt8](repeating: 7, count: 32))

    private static func sealed(
        _ secret: WireText = secret,
        of client: Identifier<Client> = "tpp-1",
        nonce: UInt8 = 1
    ) throws -> SealedSecret {
        try #require(key).seal(secret, of: client, nonce: [UInt8](repeating: nonce, count: 12))
    }

    private static func client(_ sealed: SealedSecret, profile: Profile = .oauth21) -> Client {
        .sample(authentication: .secretJWT(ClientSecret(sealed)), profile: profile)
    }

    private static func assertion(
        _ secret: WireText = secret,
        changing changes: [WireText: JSON?] = [:]
    ) throws -> WireText {
        let unchanged = (SampleAssertion.claims.members ?? []).filter { changes[$0.name] == nil }
        let changed = changes.compactMap { name, value in value.map { JSON.Member(name, $0) } }
        return try SharedKey(secret.bytes).sign(JSONWriter.write(.object(unchanged + changed)).span)
    }

    private static func decide(
        _ assertion: WireText,
        of client: Client,
        with key: ClientSecretKey? = key
    ) throws(Refusal) -> AuthenticatedClient {
        try ClientAuthentication.decide(
            try PresentedClient(
                try TokenFields(ClientAuthenticationTests.assertionForm(assertion)),
                basic: nil
            ),
            client,
            audiences: ClientAssertionTests.audiences,
            secrets: key,
            at: .noon
        )
    }

    @Test func `what is sealed is opened by the same key, for the same client, and whole`() throws {
        let key = try #require(Self.key)
        let sealed = try Self.sealed()
        #expect(!sealed.text.string.contains("c2Vj"))
        let read = try #require(SealedSecret(sealed.text))
        #expect(read == sealed && key.open(read, of: "tpp-1") != nil)
        #expect(key.holds(Self.secret, in: read, of: "tpp-1"))
        #expect(!key.holds("another", in: read, of: "tpp-1"))
        #expect(key.open(read, of: "tpp-2") == nil)
        let other = try #require(ClientSecretKey([UInt8](repeating: 8, count: 32)))
        #expect(other.open(read, of: "tpp-1") == nil && !other.holds(Self.secret, in: read, of: "tpp-1"))
        let bytes = read.bytes
        for index in bytes.indices {
            var altered = bytes
            altered[index] ^= 1
            let secret = try #require(SealedSecret(WireText(Base64URL.encode(altered))))
            #expect(key.open(secret, of: "tpp-1") == nil)
        }
        #expect(try Self.sealed(nonce: 2) != sealed)
        #expect(ClientSecretKey([1, 2, 3]) == nil)
    }

    @Test(arguments: [
        "", "AAAA", "no base64", WireText(String(repeating: "A", count: 79)),
        WireText(String(repeating: "A", count: 4_000)),
    ])
    func `what could hold no strong secret is no sealed secret`(text: WireText) {
        #expect(SealedSecret(text) == nil)
    }

    @Test func `an assertion signed with the secret proves the client, and is spent as every other`() throws {
        let client = Self.client(try Self.sealed())
        let proved = try Self.decide(try Self.assertion(), of: client)
        #expect(proved.client.id == "tpp-1")
        #expect(proved.changes == [.spendAssertion("tpp-1", Fingerprint(of: "assertion-1"), expires: .noon + 71)])
    }

    @Test func `TK-07 an assertion with one claim wrong, or of another secret, is refused`() throws {
        let client = Self.client(try Self.sealed())
        for changes in [
            ["iss": "tpp-2"], ["aud": "https://other.example"], ["jti": nil], ["exp": nil],
            ["exp": .integer(Timestamp.noon.seconds - 10)], ["exp": .integer(Timestamp.noon.seconds + 311)],
        ] as [[WireText: JSON?]] {
            #expect(throws: Refusal.clientCredentialsWrong) {
                try Self.decide(try Self.assertion(changing: changes), of: client)
            }
        }
        #expect(throws: Refusal.clientCredentialsWrong) {
            try Self.decide(try Self.assertion("another secret that is quite as long as the first"), of: client)
        }
    }

    @Test func `TK-03 a client with a secret is not proved by a key, nor one with a key by HS256`() throws {
        #expect(throws: Refusal.clientCredentialsWrong) {
            try Self.decide(try SampleAssertion.text(), of: Self.client(try Self.sealed()))
        }
        #expect(throws: Refusal.clientCredentialsWrong) {
            try Self.decide(try Self.assertion(), of: SampleAssertion.client)
        }
        // The public key taken for a secret, which everybody knows.
        let known = WireText(
            String(decoding: JSONWriter.write(SampleAssertion.keys(SampleAssertion.key).json), as: UTF8.self)
        )
        #expect(throws: Refusal.clientCredentialsWrong) {
            try Self.decide(try Self.assertion(known), of: SampleAssertion.client)
        }
    }

    @Test func `TK-02 the secret itself proves nothing where an assertion is registered`() throws {
        let client = Self.client(try Self.sealed())
        let form = FormFields([.init("client_id", "tpp-1"), .init("client_secret", Self.secret)])
        for (form, basic) in [(form, nil), (FormFields(), ("tpp-1", Self.secret))]
            as [(FormFields, (WireText, WireText)?)]
        {
            #expect(throws: Refusal.clientCredentialsWrong) {
                try ClientAuthentication.decide(
                    try PresentedClient(try TokenFields(form), basic: basic.map { (id: $0.0, secret: $0.1) }),
                    client,
                    audiences: ClientAssertionTests.audiences,
                    secrets: Self.key,
                    at: .noon
                )
            }
        }
    }

    @Test func `a secret that cannot be opened is our failure, and nobody's proof`() throws {
        let client = Self.client(try Self.sealed(of: "tpp-2"))
        #expect(throws: Refusal.serverFailed) { try Self.decide(try Self.assertion(), of: client) }
        #expect(throws: Refusal.serverFailed) {
            try Self.decide(try Self.assertion(), of: Self.client(try Self.sealed()), with: nil)
        }
    }

    // MARK: Registration

    private static func document(_ changes: [WireText: JSON] = [:]) throws -> JSON {
        let base: JSON = [
            "client_id": "tpp-1", "token_endpoint_auth_method": "client_secret_jwt",
            "redirect_uris": ["https://c.example/cb"], "client_secret_sealed": .text(try sealed().text),
        ]
        return changes.reduce(base) { $0.setting($1.key, $1.value) }
    }

    @Test func `a client with a sealed secret is registered, and by no other method`() throws {
        guard case .secretJWT(let sealed) = try ClientMetadata.read(Self.document()).authentication else {
            Issue.record("The method is another.")
            return
        }
        #expect(sealed == ClientSecret(try Self.sealed()))
        let keys = SampleAssertion.keys(SampleAssertion.key).json
        let wrong: [(WireText, [WireText: JSON])] = [
            ("client_secret_sealed", ["client_secret_sealed": "AAAA"]),
            ("client_secret_sealed", ["client_secret_sealed": .text(Self.secret)]),
            ("client_secret_sealed", ["token_endpoint_auth_method": "client_secret_basic"]),
            ("client_secret_sealed", ["token_endpoint_auth_method": "none"]),
            ("client_secret_sha256", ["client_secret_sha256": .text(WireText(String(repeating: "0", count: 64)))]),
            ("token_endpoint_auth_method", ["profile": "fapi2", "dpop_bound_access_tokens": true]),
            (
                "token_endpoint_auth_method",
                ["profile": "fapi2-message-signing", "dpop_bound_access_tokens": true, "jwks": keys]
            ),
            (
                "token_endpoint_auth_method",
                [
                    "profile": "fapi1-advanced-uk", "tls_client_certificate_bound_access_tokens": true,
                    "jwks": keys,
                ]
            ),
        ]
        for (member, changes) in wrong {
            let problem = #expect(throws: ClientMetadata.Problem.self) {
                try ClientMetadata.read(try Self.document(changes))
            }
            #expect(problem?.member == member, "\(changes)")
        }
    }
}
