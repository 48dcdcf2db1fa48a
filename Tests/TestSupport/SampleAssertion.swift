package import Crypto
package import JOSE
package import OAuth
package import Text

/// Assertions of a client with `private_key_jwt`: RFC 7523 §3.
package enum SampleAssertion {
    /// The key of the sample client with keys, and one of somebody else.
    package static let key = makeKey(.p256, .es256, named: "client-key-1")
    package static let strangersKey = makeKey(.p256, .es256, named: "client-key-1")

    /// The sample client, registered for `private_key_jwt` with `key`.
    package static let client = Client.sample(authentication: .privateKeyJWT(keys(key)))

    /// The claims of an assertion in which nothing is wrong at noon.
    package static let claims: JSON = [
        "iss": "tpp-1", "sub": "tpp-1", "aud": "https://bank.example", "jti": "assertion-1",
        "iat": .integer(Timestamp.noon.seconds), "exp": .integer(Timestamp.noon.seconds + 60),
    ]

    /// An assertion, with some claims in the place of others, or without those that are `nil`.
    package static func text(
        changing changes: [WireText: JSON?] = [:],
        key: SigningKey = key,
        type: WireText = "JWT"
    ) throws -> WireText {
        let unchanged = (claims.members ?? []).filter { changes[$0.name] == nil }
        let changed = changes.compactMap { name, value in value.map { JSON.Member(name, $0) } }
        return try key.sign(JSONWriter.write(.object(unchanged + changed)), type: type)
    }

    /// The public parts of keys, as a client registers them.
    package static func keys(_ keys: SigningKey...) -> JWKSet {
        do { return try JWKSet(keys.map(\.jwk)) } catch {
            preconditionFailure("The keys of a fixture have different names.")
        }
    }

    /// Makes a key; only fixtures need one that cannot fail.
    package static func makeKey(
        _ template: PrivateKey.Template,
        _ algorithm: Algorithm,
        named name: WireText?
    ) -> SigningKey {
        guard let privateKey = try? PrivateKey.generate(template),
            let key = SigningKey(privateKey, algorithm: algorithm, keyID: name)
        else { preconditionFailure("OpenSSL makes keys of the kinds that we have.") }
        return key
    }
}
