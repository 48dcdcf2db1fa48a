import Crypto
import JOSE
import Testing
import Text

struct SigningKeyTests {
    @Test(arguments: [Algorithm.es256, .ps256, .rs256, .edDSA])
    func `JO-25 what we sign has its algorithm, its key and its type in the header`(algorithm: Algorithm) throws {
        let key = try Forger(algorithm).key
        let signing = try #require(SigningKey(key, algorithm: algorithm, keyID: "2026-\"a\""))
        let payload = JSONWriter.write(["sub": "a", "exp": 1])
        for type in ["at+jwt", "logout+jwt"] as [WireText] {
            let token = try signing.sign(payload, type: type)
            let expected: JSON = ["alg": .text(algorithm.name), "kid": "2026-\"a\"", "typ": .text(type)]
            let header = try #require(Base64URL.decode(token.split(at: UInt8(ascii: "."))[0]))
            #expect(try JSONReader.read(header) == expected)
            let keys = try JWKSet([signing.jwk])
            #expect(try JWS.read(token, keys, [algorithm]) == payload)
            let jwt = try JWT(token, signedBy: keys, allowing: [algorithm])
            #expect(jwt.claims["sub"] == "a")
            #expect(jwt.header.isOfType(type))
        }
    }

    @Test
    func `JO-25 the published key is public, named and bound to its algorithm`() throws {
        let key = try PrivateKey.generate(.p256)
        let signing = try #require(SigningKey(key, algorithm: .es256))
        #expect(signing.keyID == key.publicKey.thumbprint)
        #expect(signing.jwk.json["d"] == nil)
        #expect(signing.jwk.json["use"] == "sig")
        #expect(signing.jwk.json["alg"] == "ES256")
        #expect(signing.jwk.json["kid"]?.text == signing.keyID)
    }

    @Test
    func `JO-01 a key does not sign with the algorithm of another kind`() throws {
        let key = try PrivateKey.generate(.p256)
        for algorithm in Algorithm.allCases where algorithm != .es256 {
            #expect(SigningKey(key, algorithm: algorithm) == nil)
        }
    }
}
