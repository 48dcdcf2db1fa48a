import Crypto
import JOSE
import Testing
import Text

struct JWETests {
    @Test(arguments: KeyEncryption.allCases, ContentEncryption.allCases)
    func `the receiver reads the signed token that we encrypted, and nobody who changes it`(
        encryption: KeyEncryption,
        content: ContentEncryption
    ) throws {
        let receiver = try PrivateKey.generate(encryption.kind == .rsa ? .rsa(bits: 2_048) : .p256)
        let key = JWK(receiver.publicKey, keyID: "r", use: .encryption, algorithm: .encryption(encryption))
        let token = try Forger().token(payload: #"{"sub":"a"}"#)
        let encrypted = try JWE.encrypt(token, to: key, encryption, content, entropy: .system)
        let (header, plaintext) = try #require(try Decryption.decrypt(encrypted, with: receiver))
        #expect(plaintext == token.bytes)
        #expect(header["alg"]?.text == encryption.name)
        #expect(header["enc"]?.text == content.name)
        #expect(header["cty"] == "JWT")
        #expect(header["kid"] == "r")
        #expect(header["epk"]?["d"] == nil)

        var changed = encrypted.bytes
        changed[changed.count - 30] =
            changed[changed.count - 30] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        #expect(try Decryption.decrypt(try #require(WireText(changed)), with: receiver) == nil)
        let again = try JWE.encrypt(token, to: key, encryption, content, entropy: .system)
        #expect(
            zip(encrypted.split(at: UInt8(ascii: ".")), again.split(at: UInt8(ascii: "."))).dropFirst(2).allSatisfy(!=)
        )
    }

    @Test
    func `an agreed key is that of RFC 7518 §C, from either side`() throws {
        let alice = try PrivateJWK(Examples.alice).key
        let bob = try PrivateJWK(Examples.bob).key
        for (own, other) in [(alice, bob), (bob, alice)] {
            let key = try JWE.agreedKey(
                own,
                other.publicKey,
                for: .a128GCM,
                partyU: Array("Alice".utf8),
                partyV: Array("Bob".utf8)
            )
            #expect(key.withBytes { Base64URL.encode($0) } == "VqqN6vgjbSBcIijNcacQGg")
        }
    }

    @Test
    func `a key for something else is not encrypted to`() throws {
        let rsa = try PrivateKey.generate(.rsa(bits: 2_048)).publicKey
        let wrong: [JWK] = [
            JWK(rsa, keyID: nil, use: .signature), JWK(rsa, keyID: nil, operations: [.verify]),
            JWK(rsa, keyID: nil, algorithm: .signature(.ps256)), JWK(rsa, keyID: nil, algorithm: .encryption(.rsaOAEP)),
            try Forger().jwk("p"), try Forger(.edDSA).jwk("e"),
        ]
        for key in wrong {
            #expect(throws: JOSEFailure.keyForOtherUse) {
                try JWE.encrypt("a.b.c", to: key, .rsaOAEP256, .a256GCM, entropy: .system)
            }
        }
        let good = JWK(rsa, keyID: "g", operations: [.encrypt])
        #expect(try KeySelection.encryptionKey(for: .rsaOAEP256, among: try JWKSet(wrong + [good])) == good)
        #expect(throws: JOSEFailure.unknownKey) {
            try KeySelection.encryptionKey(for: .ecdhES, among: try JWKSet([good]))
        }
        #expect(throws: JOSEFailure.ambiguousKey) {
            try KeySelection.encryptionKey(for: .rsaOAEP256, among: try JWKSet([good, JWK(rsa, keyID: nil)]))
        }
    }

    @Test(arguments: KeyEncryption.allCases)
    func `JO-24 without random bytes nothing is encrypted`(encryption: KeyEncryption) throws {
        let broken = Entropy { _ throws(EntropyFailure) in throw EntropyFailure(reason: OpenSSLFailure()) }
        let receiver = try PrivateKey.generate(encryption.kind == .rsa ? .rsa(bits: 2_048) : .p256)
        #expect(throws: JOSEFailure.self) {
            try JWE.encrypt("a.b.c", to: JWK(receiver.publicKey, keyID: nil), encryption, .a128GCM, entropy: broken)
        }
    }
}
