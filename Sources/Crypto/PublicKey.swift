import COpenSSL
package import Text

/// A public key that was looked at: on its curve, long enough, and short enough.
package struct PublicKey: Sendable, Hashable {
    package let numbers: Numbers
    let handle: KeyHandle

    /// What a public key consists of, as a JWK spells it.
    package enum Numbers: Sendable, Hashable {
        /// RFC 7518 §6.2.1: coordinates of 32 bytes each.
        case p256(x: [UInt8], y: [UInt8])
        /// RFC 7518 §6.3.1: in as few bytes as possible.
        case rsa(modulus: [UInt8], exponent: [UInt8])
        /// RFC 8037 §2: 32 bytes.
        case ed25519([UInt8])
    }

    /// Checks the numbers, and takes no key that a signature or a secret could be forged with.
    package init(_ numbers: Numbers) throws(KeyRefusal) {
        switch numbers {
        case .p256(let x, let y): handle = try Self.p256(x: x, y: y)
        case .rsa(let modulus, let exponent): handle = try Self.rsa(modulus: modulus, exponent: exponent)
        case .ed25519(let point): handle = try Self.ed25519(point)
        }
        self.numbers = numbers
    }

    /// Reads a `SubjectPublicKeyInfo`: RFC 5280 §4.1.2.7.
    package init(der: [UInt8]) throws(KeyRefusal) {
        let read = unsafe der.span.withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress
            let key = unsafe d2i_PUBKEY(nil, &position, bytes.count)
            let end = unsafe bytes.baseAddress.map { unsafe $0 + bytes.count }
            return unsafe (key, isWhole: position == end)
        }
        guard let pointer = unsafe read.0 else {
            OpenSSLFailure.discard()
            throw .malformed
        }
        let decoded = unsafe KeyHandle(owning: pointer)
        guard unsafe read.isWhole else { throw .malformed }
        try self.init(decoded)
    }

    package init(pem: WireText) throws(KeyRefusal) {
        guard let block = PEM.read(pem).only, block.label == "PUBLIC KEY" else { throw .malformed }
        try self.init(der: block.bytes)
    }

    /// Takes the numbers out of a key that OpenSSL read, so that they pass the same checks as all others.
    init(_ decoded: KeyHandle) throws(KeyRefusal) {
        switch unsafe EVP_PKEY_get_base_id(decoded.pointer) {
        case EVP_PKEY_EC:
            guard decoded.groupName == "prime256v1" else { throw .unsupportedKind }
            let x = try decoded.number("qx", length: 32)
            let y = try decoded.number("qy", length: 32)
            try self.init(.p256(x: x, y: y))
        case EVP_PKEY_RSA:
            let modulus = try decoded.number("n")
            let exponent = try decoded.number("e")
            try self.init(.rsa(modulus: modulus, exponent: exponent))
        case EVP_PKEY_ED25519:
            try self.init(.ed25519(try decoded.rawPublicKey()))
        default: throw .unsupportedKind
        }
    }

    package var kind: KeyKind {
        switch numbers {
        case .p256: .p256
        case .rsa: .rsa
        case .ed25519: .ed25519
        }
    }

    /// The key as a `SubjectPublicKeyInfo`.
    package var der: [UInt8] {
        var encoded: UnsafeMutablePointer<UInt8>?
        let length = unsafe i2d_PUBKEY(handle.pointer, &encoded)
        precondition(length > 0, "A key that was checked can be written.")
        defer { unsafe CRYPTO_free(encoded, "", 0) }
        return unsafe Array(UnsafeBufferPointer(start: encoded, count: Int(length)))
    }

    package var pem: String {
        PEM.write(PEM.Block(label: "PUBLIC KEY", bytes: der))
    }

    package static func == (left: Self, right: Self) -> Bool { left.numbers == right.numbers }

    package func hash(into hasher: inout Hasher) { hasher.combine(numbers) }
}

extension PublicKey {
    private static func p256(x: [UInt8], y: [UInt8]) throws(KeyRefusal) -> KeyHandle {
        // RFC 7518 §6.2.1.2: the full length, zero bytes in front included.
        guard x.count == 32, y.count == 32 else { throw .wrongLength }
        var parameters = ParameterList()
        parameters.add("group", text: "P-256")
        // SEC 1 §2.3.3: the uncompressed form. OpenSSL refuses points that are not on the curve; the point
        // at infinity has no spelling of this length.
        parameters.add("pub", octets: [0x04] + x + y)
        do {
            return try KeyHandle("EC", parameters, part: .publicKey)
        } catch {
            throw .notOnCurve
        }
    }

    private static func rsa(modulus: [UInt8], exponent: [UInt8]) throws(KeyRefusal) -> KeyHandle {
        guard let first = modulus.first, let last = modulus.last else { throw .modulusBits(0) }
        guard first != 0, exponent.first != 0 else { throw .leadingZero }
        let bits = modulus.count * 8 - first.leadingZeroBitCount
        guard Limits.modulusBits.contains(bits) else { throw .modulusBits(bits) }
        guard last % 2 == 1 else { throw .evenModulus }
        guard exponent.count <= 4 else { throw .exponent }
        let value = exponent.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard value >= 65_537, value % 2 == 1 else { throw .exponent }
        var parameters = ParameterList()
        parameters.add("n", number: modulus)
        parameters.add("e", number: exponent)
        return try KeyHandle("RSA", parameters, part: .publicKey)
    }

    private static func ed25519(_ point: [UInt8]) throws(KeyRefusal) -> KeyHandle {
        guard point.count == 32 else { throw .wrongLength }
        guard Ed25519Points.isCanonical(point) else { throw .notOnCurve }
        guard !Ed25519Points.isOfSmallOrder(point) else { throw .smallOrder }
        guard let pointer = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, point, point.count) else {
            throw .openSSL(OpenSSLFailure())
        }
        return unsafe KeyHandle(owning: pointer)
    }
}

/// Points that OpenSSL 3.0 takes as Ed25519 keys though they are none to trust.
private enum Ed25519Points {
    /// RFC 8032 §5.1.3: the coordinate is below the prime, 2^255 - 19.
    static func isCanonical(_ point: [UInt8]) -> Bool {
        var y = point
        y[31] &= 0x7F
        return !(y[31] == 0x7F && y[1...30].allSatisfy { $0 == 0xFF } && y[0] >= 0xED)
    }

    /// The eight points whose multiples are few: with one of them as key, signatures fit every message.
    static func isOfSmallOrder(_ point: [UInt8]) -> Bool {
        var y = point
        y[31] &= 0x7F
        return smallOrder.contains(y)
    }

    /// Their `y` without the sign of `x`: 0, 1, -1, and the two of order eight.
    private static let smallOrder: Set<[UInt8]> = [
        [UInt8](repeating: 0, count: 32),
        [1] + [UInt8](repeating: 0, count: 31),
        [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
            0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
            0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ],
    ]
}

extension KeyHandle {
    fileprivate var groupName: String? {
        var name = [CChar](repeating: 0, count: 64)
        var length = 0
        guard unsafe EVP_PKEY_get_group_name(pointer, &name, name.count, &length) == 1 else { return nil }
        return String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    fileprivate func rawPublicKey() throws(KeyRefusal) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var length = bytes.count
        guard unsafe EVP_PKEY_get_raw_public_key(pointer, &bytes, &length) == 1, length == 32 else {
            throw .openSSL(OpenSSLFailure())
        }
        return bytes
    }
}
