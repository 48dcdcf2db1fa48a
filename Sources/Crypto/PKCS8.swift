import Text

/// A private key in the form that we write: PKCS #8 in PEM, RFC 5208 §5, one block and nothing that may be left out.
///
/// OpenSSL reads it as well, and many forms more, but looks through all its decoders for each key: that takes more of a
/// start than all else that is done with keys. What is not exactly as here is left to it.
enum PKCS8 {
    case p256(d: [UInt8], x: [UInt8], y: [UInt8])
    case rsa(modulus: [UInt8], exponent: [UInt8], PrivateKey.RSA)
    /// The public part is not in it.
    case ed25519(d: [UInt8])

    init?(pem: borrowing Span<UInt8>) {
        guard let text = WireText(pem), let block = PEM.read(text).only, block.label == "PRIVATE KEY" else {
            return nil
        }
        self.init(der: block.bytes)
    }

    private init?(der: [UInt8]) {
        var file = DERReader(der[...])
        guard var key = file.sequence(), file.isAtEnd,
            key.number() == [], let algorithm = key.take(.sequence), let content = key.take(.octets), key.isAtEnd
        else { return nil }
        switch Array(algorithm) {
        case Self.p256Algorithm: self.init(p256: content)
        case Self.rsaAlgorithm: self.init(rsa: content)
        case Self.ed25519Algorithm: self.init(ed25519: content)
        default: return nil
        }
    }

    /// RFC 5915 §3: the curve stands outside already.
    private init?(p256 content: ArraySlice<UInt8>) {
        var outer = DERReader(content)
        guard var key = outer.sequence(), outer.isAtEnd,
            key.number() == [1], let d = key.take(.octets), d.count == 32,
            let tagged = key.take(.second), key.isAtEnd
        else { return nil }
        var inner = DERReader(tagged)
        // No bits unused, and SEC 1 §2.3.3: the uncompressed form.
        guard let bits = inner.take(.bits), inner.isAtEnd, bits.count == 66, bits.starts(with: [0, 0x04]) else {
            return nil
        }
        let point = bits.dropFirst(2)
        self = .p256(d: Array(d), x: Array(point.prefix(32)), y: Array(point.suffix(32)))
    }

    /// RFC 8017 §A.1.2: two primes.
    private init?(rsa content: ArraySlice<UInt8>) {
        var outer = DERReader(content)
        guard var key = outer.sequence(), outer.isAtEnd, key.number() == [],
            let modulus = key.number(), let exponent = key.number(), let d = key.number(),
            let p = key.number(), let q = key.number(), let dp = key.number(), let dq = key.number(),
            let qi = key.number(), key.isAtEnd
        else { return nil }
        self = .rsa(
            modulus: modulus,
            exponent: exponent,
            PrivateKey.RSA(d: d, p: p, q: q, dp: dp, dq: dq, qi: qi)
        )
    }

    /// RFC 8410 §7.
    private init?(ed25519 content: ArraySlice<UInt8>) {
        var outer = DERReader(content)
        guard let d = outer.take(.octets), outer.isAtEnd, d.count == 32 else { return nil }
        self = .ed25519(d: Array(d))
    }

    /// RFC 5480 §2.1.1: id-ecPublicKey, secp256r1.
    private static let p256Algorithm: [UInt8] = [
        0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
        0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07,
    ]
    /// RFC 8017 §A.1: rsaEncryption, NULL.
    private static let rsaAlgorithm: [UInt8] = [
        0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00,
    ]
    /// RFC 8410 §3: id-Ed25519.
    private static let ed25519Algorithm: [UInt8] = [0x06, 0x03, 0x2B, 0x65, 0x70]
}
