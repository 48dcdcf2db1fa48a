import Crypto
import Testing
import Text

struct SignatureTests {
    static let templates: [(PrivateKey.Template, SignatureAlgorithm)] = [
        (.p256, .es256), (.rsa(bits: 2_048), .ps256), (.rsa(bits: 2_048), .rs256), (.ed25519, .edDSA),
    ]

    @Test(arguments: templates)
    func `a signature fits its message, its key and nothing else`(
        template: PrivateKey.Template,
        algorithm: SignatureAlgorithm
    ) throws {
        let key = try PrivateKey.generate(template)
        let signer = try #require(Signer(key, algorithm))
        let verifier = try #require(Verifier(key.publicKey, algorithm))
        let stranger = try #require(Verifier(try PrivateKey.generate(template).publicKey, algorithm))
        let message = SignatureVectors.message
        let signature = try signer.sign(message)
        #expect(verifier.accepts(signature, of: message))
        #expect(!stranger.accepts(signature, of: message))
        #expect(!verifier.accepts(signature, of: message + [0]))
        #expect(!verifier.accepts(signature, of: []))
        #expect(!verifier.accepts([], of: message))
        for index in signature.indices {
            var changed = signature
            changed[index] ^= 0x40
            #expect(!verifier.accepts(changed, of: message))
        }
        // One that failed must not spoil the next.
        #expect(verifier.accepts(signature, of: message))
        #expect(verifier.accepts(try signer.sign([UInt8]()), of: []))
    }

    @Test(arguments: SignatureAlgorithm.allCases)
    func `JO-01 an algorithm takes keys of its own kind only`(algorithm: SignatureAlgorithm) throws {
        for (template, own) in Self.templates where own.kind != algorithm.kind {
            let key = try PrivateKey.generate(template)
            #expect(Signer(key, algorithm) == nil)
            #expect(Verifier(key.publicKey, algorithm) == nil)
        }
    }

    @Test(arguments: templates)
    func `one key signs and verifies on many threads at once`(
        template: PrivateKey.Template,
        algorithm: SignatureAlgorithm
    ) async throws {
        let key = try PrivateKey.generate(template)
        let signer = try #require(Signer(key, algorithm))
        let verifier = try #require(Verifier(key.publicKey, algorithm))
        try await withThrowingTaskGroup { group in
            for task in UInt8(0)..<16 {
                group.addTask {
                    for round in UInt8(0)..<20 {
                        let signature = try signer.sign([task, round])
                        #expect(verifier.accepts(signature, of: [task, round]))
                        #expect(!verifier.accepts(signature, of: [round, task, 0]))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test
    func `JO-25 an ES256 signature has 64 bytes, however small its numbers are`() throws {
        let key = try PrivateKey.generate(.p256)
        let signer = try #require(Signer(key, .es256))
        let verifier = try #require(Verifier(key.publicKey, .es256))
        var short = 0
        for number in 0..<100_000 {
            let message = Array("\(number)".utf8)
            let signature = try signer.sign(message)
            try #require(signature.count == 64)
            guard signature[0] == 0 || signature[32] == 0 else { continue }
            short += 1
            #expect(verifier.accepts(signature, of: message))
        }
        #expect(short > 300)
    }

    @Test
    func `signatures of another library are taken`() throws {
        let p256 = try PublicKey(.p256(x: SignatureVectors.p256X, y: SignatureVectors.p256Y))
        let ed25519 = try PublicKey(.ed25519(SignatureVectors.ed25519Key))
        let message = SignatureVectors.message
        #expect(try #require(Verifier(p256, .es256)).accepts(SignatureVectors.p256Signature, of: message))
        #expect(try #require(Verifier(ed25519, .edDSA)).accepts(SignatureVectors.ed25519Signature, of: message))
    }
}

struct DegenerateSignatureTests {
    /// The order of P-256 and its prime: SEC 2 §2.4.2.
    static let n = bytes("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")
    static let p = bytes("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff")
    static let zero = [UInt8](repeating: 0, count: 32)
    static let one: [UInt8] = zero.dropLast() + [1]
    static let numbers: [[UInt8]] = [zero, one, n, n.dropLast() + [0x50], p, [UInt8](repeating: 0xFF, count: 32)]

    let verifier: Verifier

    init() throws {
        let key = try PublicKey(.p256(x: SignatureVectors.p256X, y: SignatureVectors.p256Y))
        verifier = try #require(Verifier(key, .es256))
    }

    @Test(arguments: numbers, numbers)
    func `JO-07 numbers at the ends of the range sign nothing`(r: [UInt8], s: [UInt8]) {
        #expect(!verifier.accepts(r + s, of: SignatureVectors.message))
    }

    @Test(arguments: numbers)
    func `JO-07 half a signature is none`(number: [UInt8]) {
        let good = SignatureVectors.p256Signature
        #expect(!verifier.accepts(good[..<32] + number, of: SignatureVectors.message))
        #expect(!verifier.accepts(number + good[32...], of: SignatureVectors.message))
    }

    @Test
    func `JO-07 other lengths than 64 and DER are refused`() {
        let good = SignatureVectors.p256Signature
        let der = [0x30, 70, 0x02, 33, 0] + good[..<32] + [0x02, 33, 0] + good[32...]
        let wrong: [[UInt8]] = [
            [], Array(good.dropLast()), good + [0], [0] + good, good + good, [0] + good[..<32] + [0] + good[32...],
            Array(der), Array(der.prefix(64)),
        ]
        for signature in wrong { #expect(!verifier.accepts(signature, of: SignatureVectors.message)) }
        #expect(verifier.accepts(good, of: SignatureVectors.message))
    }

    /// It is valid ECDSA, so that nobody may recognise a token by the bytes of its signature.
    @Test
    func `JO-08 the second form of a signature verifies as well`() {
        let good = SignatureVectors.p256Signature
        let other = Array(good[..<32]) + Self.difference(Self.n, Array(good[32...]))
        #expect(other != good)
        #expect(verifier.accepts(other, of: SignatureVectors.message))
    }

    private static func difference(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var result = left
        var borrow = 0
        for index in left.indices.reversed() {
            let digit = Int(left[index]) - Int(right[index]) - borrow
            borrow = digit < 0 ? 1 : 0
            result[index] = UInt8(digit + borrow * 256)
        }
        return result
    }
}

struct PaddingTests {
    @Test(arguments: SignatureVectors.pss)
    func `JO-10 PSS has the salt, the hash and the mask of its name`(name: String, signature: [UInt8]) throws {
        let verifier = try #require(Verifier(try Self.key(), .ps256))
        #expect(verifier.accepts(signature, of: SignatureVectors.message) == (name == "good"))
        let other = try #require(Verifier(try Self.key(), .rs256))
        #expect(!other.accepts(signature, of: SignatureVectors.message))
    }

    @Test(arguments: SignatureVectors.pkcs1)
    func `JO-10 PKCS 1 has one form of padding`(name: String, signature: [UInt8]) throws {
        let verifier = try #require(Verifier(try Self.key(), .rs256))
        #expect(verifier.accepts(signature, of: SignatureVectors.message) == (name == "good"))
        let other = try #require(Verifier(try Self.key(), .ps256))
        #expect(!other.accepts(signature, of: SignatureVectors.message))
    }

    @Test
    func `JO-10 a signature is as long as its modulus`() throws {
        for (algorithm, good) in [(SignatureAlgorithm.ps256, SignatureVectors.pss), (.rs256, SignatureVectors.pkcs1)] {
            let verifier = try #require(Verifier(try Self.key(), algorithm))
            let signature = try #require(good.first).1
            #expect(!verifier.accepts([0] + signature, of: SignatureVectors.message))
            #expect(!verifier.accepts(signature + [0], of: SignatureVectors.message))
            #expect(!verifier.accepts(signature.dropLast(), of: SignatureVectors.message))
        }
    }

    @Test
    func `JO-11 an S beyond the order of the curve is refused`() throws {
        let key = try PublicKey(.ed25519(SignatureVectors.ed25519Key))
        let verifier = try #require(Verifier(key, .edDSA))
        #expect(!verifier.accepts(SignatureVectors.ed25519SignatureWithLargeS, of: SignatureVectors.message))
        #expect(!verifier.accepts(SignatureVectors.ed25519Signature + [0], of: SignatureVectors.message))
    }

    private static func key() throws -> PublicKey {
        try PublicKey(.rsa(modulus: SignatureVectors.modulus, exponent: [1, 0, 1]))
    }
}
