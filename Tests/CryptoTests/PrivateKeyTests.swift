import Crypto
import Testing
import Text

struct PrivateKeyTests {
    @Test(arguments: SignatureTests.templates)
    func `a key written as PEM is the same key when it is read`(
        template: PrivateKey.Template,
        algorithm: SignatureAlgorithm
    ) throws {
        let key = try PrivateKey.generate(template)
        let pem = try key.pem()
        let text = try #require(pem.withBytes { WireText($0) })
        #expect(text.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        let again = try pem.withBytes { bytes throws(KeyRefusal) in try PrivateKey(pem: bytes) }
        #expect(again.publicKey == key.publicKey)
        let signature = try #require(Signer(again, algorithm)).sign(SignatureVectors.message)
        let verifier = try #require(Verifier(key.publicKey, algorithm))
        #expect(verifier.accepts(signature, of: SignatureVectors.message))
    }

    @Test(arguments: SignatureTests.templates)
    func `a key can be made from its numbers, and only from those of one pair`(
        template: PrivateKey.Template,
        algorithm: SignatureAlgorithm
    ) throws {
        let key = try PrivateKey.generate(template)
        let again = try PrivateKey(try key.numbers(), of: key.publicKey)
        let signature = try #require(Signer(again, algorithm)).sign(SignatureVectors.message)
        let verifier = try #require(Verifier(key.publicKey, algorithm))
        #expect(verifier.accepts(signature, of: SignatureVectors.message))

        let stranger = try PrivateKey.generate(template)
        #expect(throws: KeyRefusal.self) { try PrivateKey(try key.numbers(), of: stranger.publicKey) }
        let other = try PrivateKey.generate(key.kind == .p256 ? .ed25519 : .p256)
        #expect(throws: KeyRefusal.notAPair) { try PrivateKey(try key.numbers(), of: other.publicKey) }
    }

    @Test(
        arguments: [(KeyTexts.p256, .p256), (KeyTexts.rsa, .rsa), (KeyTexts.ed25519, .ed25519)] as [(WireText, KeyKind)]
    )
    func `keys of another library are read`(pem: WireText, kind: KeyKind) throws {
        #expect(try PrivateKey(pem: pem.bytes.span).kind == kind)
    }

    @Test(
        arguments: [
            (KeyTexts.encrypted, .malformed), (KeyTexts.p384, .unsupportedKind),
            (KeyTexts.rsa1024, .modulusBits(1_024)), (KeyTexts.rsaExponent3, .exponent),
            (KeyTexts.p256Public, .malformed), ("", .malformed), ("-----BEGIN PRIVATE KEY-----", .malformed),
        ] as [(WireText, KeyRefusal)]
    )
    func `JO-09 private keys that are none of ours are refused`(pem: WireText, refusal: KeyRefusal) {
        #expect(throws: refusal) { try PrivateKey(pem: pem.bytes.span) }
    }

    /// What OpenSSL alone can read, and what we read without it, is one key.
    @Test(
        arguments: [
            (KeyTexts.p256, KeyTexts.p256Traditional), (KeyTexts.rsa, KeyTexts.rsaTraditional),
        ] as [(WireText, WireText)]
    )
    func `a key is the same in either of its forms`(pem: WireText, traditional: WireText) throws {
        let key = try PrivateKey(pem: pem.bytes.span)
        #expect(try PrivateKey(pem: traditional.bytes.span).publicKey == key.publicKey)
    }

    @Test(arguments: [KeyTexts.p256, KeyTexts.rsa, KeyTexts.ed25519])
    func `a file of which one bit flipped holds no key, or one that signs for itself`(pem: WireText) throws {
        let block = try #require(PEM.read(pem).only)
        let whole = try PrivateKey(pem: pem.bytes.span)
        for index in stride(from: 0, to: block.bytes.count, by: block.bytes.count > 200 ? 7 : 1) {
            var bytes = block.bytes
            bytes[index] ^= 1 << UInt8(index % 8)
            let altered = PEM.write(PEM.Block(label: block.label, bytes: bytes))
            guard let key = try? PrivateKey(pem: Array(altered.utf8).span) else { continue }
            let algorithm: SignatureAlgorithm =
                switch key.kind {
                case .p256: .es256
                case .rsa: .rs256
                case .ed25519: .edDSA
                }
            let signature = try #require(Signer(key, algorithm)).sign(SignatureVectors.message)
            #expect(try #require(Verifier(key.publicKey, algorithm)).accepts(signature, of: SignatureVectors.message))
            // Of an Ed25519 key nothing but the private part is in the file, and every other one is a key as well.
            #expect(key.kind == .ed25519 || key.publicKey == whole.publicKey)
        }
    }

    @Test func `a private part with the public part of another key is refused`() throws {
        let block = try #require(PEM.read(KeyTexts.p256).only)
        let stranger = try PrivateKey.generate(.p256)
        guard case .p256(let x, let y) = stranger.publicKey.numbers else { return }
        let altered = Array(block.bytes.dropLast(64)) + x + y
        let pem = PEM.write(PEM.Block(label: block.label, bytes: altered))
        #expect(throws: KeyRefusal.notAPair) { try PrivateKey(pem: Array(pem.utf8).span) }
    }

    @Test(arguments: [0, 512, 1_024, 2_047, 8_193, 1_000_000])
    func `JO-09 RSA keys outside the bounds are not made`(bits: Int) {
        #expect(throws: KeyRefusal.modulusBits(bits)) { try PrivateKey.generate(.rsa(bits: bits)) }
    }
}
