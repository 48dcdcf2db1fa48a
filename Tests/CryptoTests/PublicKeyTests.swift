import Crypto
import Testing
import Text

struct PublicKeyTests {
    static let x = SignatureVectors.p256X
    static let y = SignatureVectors.p256Y
    static let prime = DegenerateSignatureTests.p

    @Test(
        arguments: [
            ("one bit of y changed", x, y.dropLast() + [SignatureVectors.p256Y[31] ^ 1], .notOnCurve),
            ("coordinates exchanged", y, x, .notOnCurve),
            (
                "the origin, which stands for no point", DegenerateSignatureTests.zero, DegenerateSignatureTests.zero,
                .notOnCurve
            ),
            ("x = 0 spelled as the prime", prime, SignatureVectors.rootOfB, .notOnCurve),
            ("x beyond the prime", [UInt8](repeating: 0xFF, count: 32), y, .notOnCurve),
            ("x one byte short", Array(x.dropLast()), y, .wrongLength),
            ("x one byte long", [0] + x, y, .wrongLength),
            ("y one byte long", x, [0] + y, .wrongLength),
            ("y empty", x, [], .wrongLength),
        ] as [(String, [UInt8], [UInt8], KeyRefusal)]
    )
    func `JO-09 points that are none are refused`(what: String, x: [UInt8], y: [UInt8], refusal: KeyRefusal) {
        #expect(throws: refusal) { try PublicKey(.p256(x: x, y: y)) }
    }

    @Test
    func `JO-09 a point with x = 0 is a point`() throws {
        _ = try PublicKey(.p256(x: DegenerateSignatureTests.zero, y: SignatureVectors.rootOfB))
    }

    @Test(
        arguments: [
            ("1024 bits", [UInt8](repeating: 0xFF, count: 128), [1, 0, 1], .modulusBits(1_024)),
            ("2047 bits", [0x7F] + [UInt8](repeating: 0xFF, count: 255), [1, 0, 1], .modulusBits(2_047)),
            ("8193 bits", [1] + [UInt8](repeating: 0xFF, count: 1_024), [1, 0, 1], .modulusBits(8_193)),
            ("16384 bits", [UInt8](repeating: 0xFF, count: 2_048), [1, 0, 1], .modulusBits(16_384)),
            ("no modulus", [], [1, 0, 1], .modulusBits(0)),
            ("an even modulus", SignatureVectors.modulus.dropLast() + [0], [1, 0, 1], .evenModulus),
            ("a zero byte in front", [0] + SignatureVectors.modulus, [1, 0, 1], .leadingZero),
            ("a zero byte before the exponent", SignatureVectors.modulus, [0, 1, 0, 1], .leadingZero),
            ("e = 1", SignatureVectors.modulus, [1], .exponent),
            ("e = 3", SignatureVectors.modulus, [3], .exponent),
            ("an even exponent", SignatureVectors.modulus, [1, 0, 2], .exponent),
            ("no exponent", SignatureVectors.modulus, [], .exponent),
            ("an exponent of five bytes", SignatureVectors.modulus, [1, 0, 0, 0, 1], .exponent),
        ] as [(String, [UInt8], [UInt8], KeyRefusal)]
    )
    func `JO-09 RSA keys that are weak or cost too much are refused at once`(
        what: String,
        modulus: [UInt8],
        exponent: [UInt8],
        refusal: KeyRefusal
    ) throws {
        // The best of a few, because the machine may have other things to do.
        let times = (0..<5).map { _ in
            ContinuousClock().measure {
                #expect(throws: refusal) { try PublicKey(.rsa(modulus: modulus, exponent: exponent)) }
            }
        }
        #expect(try #require(times.min()) < .milliseconds(10))
    }

    /// The eight points of small order in all their spellings, and one that is too large.
    @Test(
        arguments: [
            ("0000000000000000000000000000000000000000000000000000000000000000", .smallOrder),
            ("0000000000000000000000000000000000000000000000000000000000000080", .smallOrder),
            ("0100000000000000000000000000000000000000000000000000000000000000", .smallOrder),
            ("0100000000000000000000000000000000000000000000000000000000000080", .smallOrder),
            ("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", .smallOrder),
            ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", .smallOrder),
            ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", .smallOrder),
            ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", .smallOrder),
            ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", .smallOrder),
            ("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", .notOnCurve),
            ("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", .notOnCurve),
            ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc", .wrongLength),
            ("", .wrongLength),
        ] as [(String, KeyRefusal)]
    )
    func `JO-09 Ed25519 keys that sign everything are refused`(digits: String, refusal: KeyRefusal) {
        #expect(throws: refusal) { try PublicKey(.ed25519(bytes(digits))) }
    }

    @Test(arguments: SignatureTests.templates)
    func `what is written can be read again`(template: PrivateKey.Template, algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey.generate(template).publicKey
        #expect(try PublicKey(der: key.der) == key)
        #expect(try PublicKey(pem: WireText(key.pem)) == key)
        #expect(try PublicKey(key.numbers) == key)
        #expect(throws: KeyRefusal.malformed) { try PublicKey(der: key.der + [0]) }
        #expect(throws: KeyRefusal.malformed) { try PublicKey(der: key.der.dropLast()) }
        #expect(throws: KeyRefusal.malformed) { try PublicKey(der: []) }
    }

    @Test
    func `a public key of another library is read`() throws {
        #expect(try PublicKey(pem: KeyTexts.p256Public).numbers == .p256(x: Self.x, y: Self.y))
    }
}
