import Crypto
import JOSE
import Testing
import Text

struct JWKTests {
    @Test(
        arguments: [
            (Examples.rsaPrivateKey, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
            (Examples.edDSAKey, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
        ] as [(JSON, WireText)]
    )
    func `thumbprints are those of RFC 7638 §3-1 and RFC 8037 §A-3`(json: JSON, thumbprint: WireText) throws {
        let key = try PrivateJWK(json)
        #expect(key.publicPart.key.thumbprint == thumbprint)
        // Neither the name nor the use belong to it.
        let named = JWK(key.key.publicKey, keyID: "a", use: .signature, algorithm: nil)
        #expect(named.key.thumbprint == thumbprint)
    }

    @Test(arguments: [Examples.es256Key, Examples.edDSAKey, Examples.rsaPrivateKey])
    func `a private key is read, written and used`(json: JSON) throws {
        let key = try PrivateJWK(json)
        #expect(Set(try key.json().members ?? []) == Set(json.members ?? []))
        #expect(try JWK(key.publicPart.json) == key.publicPart)
        #expect(throws: JOSEFailure.secretInPublicKey) { try JWK(json) }
    }

    @Test
    func `what is said about a key is read and written`() throws {
        let json: JSON = [
            "crv": "P-256", "kty": "EC", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "kid": "a", "use": "sig", "key_ops": ["verify"],
            "alg": "ES256",
        ]
        let key = try JWK(json)
        #expect(key.json == json)
        #expect(key.keyID == "a")
        #expect(key.use == .signature)
        #expect(key.algorithm == .signature(.es256))
        #expect(key.verifier(for: .es256) != nil)
        #expect(!key.accepts(.ecdhES))
    }

    /// One member of a good key changed.
    @Test(
        arguments: [
            ("kty", nil, .badKey("kty")), ("kty", 1, .badKey("kty")), ("kty", "ec", .unsupportedKey("kty")),
            ("kty", "RSA", .badKey("n")), ("kty", "OKP", .unsupportedKey("crv")),
            ("kty", "oct", .unsupportedKey("kty")),
            ("crv", nil, .badKey("crv")), ("crv", "P-384", .unsupportedKey("crv")),
            ("crv", "p-256", .unsupportedKey("crv")),
            ("crv", "secp256k1", .unsupportedKey("crv")), ("x", nil, .badKey("x")), ("x", "", .badKey("x")),
            ("x", 7, .badKey("x")), ("x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU=", .badBase64URL),
            ("x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEV", .badBase64URL),
            ("x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVA", .keyRefused(.wrongLength)),
            ("x", "AH_NzidwdsRdQYPL7m_bS3tYBzM1e-nvE7rPbjx70VRF", .keyRefused(.wrongLength)),
            ("x", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", .keyRefused(.notOnCurve)),
            ("y", nil, .badKey("y")), ("kid", 1, .badKey("kid")), ("use", 1, .badKey("use")),
            ("use", "other", .unsupportedKey("use")), ("key_ops", "verify", .badKey("key_ops")),
            ("key_ops", [1], .badKey("key_ops")), ("key_ops", ["verify", "verify"], .badKey("key_ops")),
            ("key_ops", ["fly"], .unsupportedKey("key_ops")), ("key_ops", ["encrypt"], .badKey("key_ops")),
            ("alg", 1, .badKey("alg")), ("alg", "RS256", .badKey("alg")), ("alg", "HS256", .badKey("alg")),
            ("alg", "EdDSA", .badKey("alg")), ("alg", "none", .unsupportedKey("alg")),
            ("alg", "ES384", .unsupportedKey("alg")), ("d", "AA", .secretInPublicKey), ("k", "AA", .secretInPublicKey),
        ] as [(WireText, JSON?, JOSEFailure)]
    )
    func `JO-09 a key with one thing wrong is refused`(name: WireText, value: JSON?, failure: JOSEFailure) {
        let good: [JSON.Member] = [
            .init("kty", "EC"), .init("crv", "P-256"), .init("x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
            .init("y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"), .init("use", "sig"),
        ]
        let members = good.filter { $0.name != name } + (value.map { [JSON.Member(name, $0)] } ?? [])
        #expect(throws: failure) { try JWK(.object(members)) }
    }

    @Test(arguments: [JSON.null, [], "key", 1, true])
    func `a key is an object`(json: JSON) {
        #expect(throws: JOSEFailure.self) { try JWK(json) }
        #expect(throws: JOSEFailure.self) { try PrivateJWK(json) }
        #expect(throws: JOSEFailure.self) { try SharedKey(json) }
    }

    @Test(
        arguments: [
            ("use", "enc", .es256, false), ("use", "sig", .es256, true), ("key_ops", ["sign"], .es256, false),
            ("key_ops", [], .es256, false), ("key_ops", ["verify"], .es256, true), ("alg", "ES256", .es256, true),
            ("alg", "ECDH-ES", .es256, false), ("kid", "a", .es256, true), ("kid", "a", .rs256, false),
            ("kid", "a", .ps256, false), ("kid", "a", .edDSA, false), ("kid", "a", .hs256, false),
        ] as [(WireText, JSON, Algorithm, Bool)]
    )
    func `JO-02 a key verifies what its owner says it is for`(
        name: WireText,
        value: JSON,
        algorithm: Algorithm,
        verifies: Bool
    ) throws {
        let key = try Forger().key.publicKey
        let json = JSON.object((JWK(key, keyID: nil).json.members ?? []) + [.init(name, value)])
        #expect((try JWK(json).verifier(for: algorithm) != nil) == verifies)
    }
}

struct PrivateJWKTests {
    @Test(arguments: ["d", "p", "q", "dp", "dq", "qi"] as [WireText])
    func `a private RSA key is whole or none`(name: WireText) {
        let members = (Examples.rsaPrivateKey.members ?? []).filter { $0.name != name }
        #expect(throws: JOSEFailure.badKey(name)) { try PrivateJWK(.object(members)) }
        #expect(throws: JOSEFailure.self) { try PrivateJWK(.object(members + [.init(name, "AQAB")])) }
    }

    @Test
    func `parts of two keys make none`() throws {
        let members = (Examples.es256Key.members ?? []).filter { $0.name != "d" }
        let foreign = try #require(Examples.alice["d"])
        #expect(throws: JOSEFailure.keyRefused(.notAPair)) { try PrivateJWK(.object(members + [.init("d", foreign)])) }
        let more = (Examples.rsaPrivateKey.members ?? []) + [.init("oth", [])]
        #expect(throws: JOSEFailure.unsupportedKey("oth")) { try PrivateJWK(.object(more)) }
    }
}

struct SharedKeyTests {
    @Test(arguments: [0, 1, 6, 16, 31])
    func `JO-06 a shared key under 256 bits is no key`(count: Int) {
        let bytes = [UInt8](repeating: 7, count: count)
        #expect(throws: JOSEFailure.sharedKeyTooShort) { try SharedKey(bytes) }
        let json: JSON = ["kty": "oct", "k": .text(WireText(Base64URL.encode(bytes)))]
        #expect(throws: JOSEFailure.self) { try SharedKey(json) }
    }

    @Test(
        arguments: [
            ("kty", "EC", .unsupportedKey("kty")), ("kty", 1, .badKey("kty")), ("k", 1, .badKey("k")),
            ("k", "****", .badBase64URL), ("alg", "HS512", .unsupportedKey("alg")), ("kid", 1, .badKey("kid")),
        ] as [(WireText, JSON, JOSEFailure)]
    )
    func `a shared key with one thing wrong is refused`(name: WireText, value: JSON, failure: JOSEFailure) {
        let members = (Examples.hs256Key.members ?? []).filter { $0.name != name } + [.init(name, value)]
        #expect(throws: failure) { try SharedKey(.object(members)) }
    }
}
