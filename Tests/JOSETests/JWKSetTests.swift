import Crypto
import JOSE
import Testing
import Text

struct JWKSetTests {
    @Test
    func `keys that we have no use for are passed over`() throws {
        let good = try Forger().jwk("good").json
        let set: JSON = [
            "keys": [
                ["kty": "EC", "crv": "P-384", "x": "AA", "y": "AA", "kid": "1"], ["kty": "AKP", "kid": "2"],
                ["kty": "OKP", "crv": "X25519", "x": "AA"], good,
            ]
        ]
        #expect(try JWKSet(set).keys.map(\.keyID) == ["good"])
        #expect(try JWKSet(JSONWriter.write(set)).keys.count == 1)
        #expect(try JWKSet(["keys": []]) == .empty)
    }

    @Test
    func `what is written can be read again`() throws {
        let set = try JWKSet([try Forger(.es256).jwk("a"), try Forger(.rs256).jwk("b"), try Forger(.edDSA).jwk(nil)])
        #expect(try JWKSet(JSONWriter.write(set.json)) == set)
    }

    @Test
    func `JO-05 a set in which a header could mean two keys is refused`() throws {
        let first = try Forger().jwk("k")
        let second = try Forger(.rs256).jwk("k")
        #expect(throws: JOSEFailure.duplicateKeyID("k")) { try JWKSet([first, second]) }
        #expect(throws: JOSEFailure.duplicateKeyID("k")) { try JWKSet(["keys": [first.json, second.json]]) }
        #expect(throws: JOSEFailure.duplicateKeyID("k")) {
            try JWKSet(["keys": [first.json, ["kty": "AKP", "kid": "k"]]])
        }
        // The same letter in two spellings is two names.
        let composed = try Forger().jwk("\u{E9}")
        let decomposed = try Forger().jwk("e\u{301}")
        #expect(try JWKSet([composed, decomposed]).keys.count == 2)
    }

    @Test(arguments: [Examples.es256Key, Examples.hs256Key, Examples.rsaPrivateKey, Examples.edDSAKey])
    func `JO-05 a private or shared key among public ones refuses the set`(secret: JSON) throws {
        let good = try Forger().jwk("good").json
        #expect(throws: JOSEFailure.secretInPublicKey) { try JWKSet(["keys": [good, secret]]) }
    }

    @Test
    func `JO-09 a bad key refuses the set`() throws {
        let good = try Forger().jwk("good").json
        let weak = WireText(Base64URL.encode([UInt8](repeating: 0xFF, count: 128)))
        let bad: JSON = ["kty": "RSA", "n": .text(weak), "e": "AQAB"]
        #expect(throws: JOSEFailure.keyRefused(.modulusBits(1_024))) { try JWKSet(["keys": [good, bad]]) }
    }

    @Test(
        arguments: [[:], ["keys": [:]], ["keys": "k"], ["keys": ["k"]], ["keys": [[]]], [], "keys", .null] as [JSON]
    )
    func `what is no set is refused`(json: JSON) {
        #expect(throws: JOSEFailure.self) { try JWKSet(json) }
    }

    @Test
    func `a set holds as many keys as the limit says`() throws {
        let key = try Forger().key.publicKey
        let keys = (0...Limits.keysInSet).map { JWK(key, keyID: WireText("\($0)")) }
        #expect(try JWKSet(Array(keys.dropLast())).keys.count == Limits.keysInSet)
        #expect(throws: JOSEFailure.tooManyKeys) { try JWKSet(keys) }
        #expect(throws: JOSEFailure.tooManyKeys) { try JWKSet(["keys": .array(keys.map(\.json))]) }
    }
}
