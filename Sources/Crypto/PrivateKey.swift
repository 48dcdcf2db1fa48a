import COpenSSL
import Text

/// A key that signs or agrees; its private numbers never leave OpenSSL but as PEM or as a private JWK.
package struct PrivateKey: Sendable {
    package let publicKey: PublicKey
    let handle: KeyHandle

    /// A key that can be made.
    package enum Template: Sendable, Hashable {
        case p256
        case rsa(bits: Int)
        case ed25519
    }

    /// The private part of a key, as a JWK spells it.
    package enum Numbers: Sendable {
        /// RFC 7518 §6.2.2.1: 32 bytes.
        case p256(d: [UInt8])
        /// RFC 7518 §6.3.2, all of it: a key without its primes is slow, and nobody sends one.
        case rsa(RSA)
        /// RFC 8037 §2: 32 bytes.
        case ed25519(d: [UInt8])
    }

    package struct RSA: Sendable {
        package let d: [UInt8]
        package let p: [UInt8]
        package let q: [UInt8]
        package let dp: [UInt8]
        package let dq: [UInt8]
        package let qi: [UInt8]

        package init(d: [UInt8], p: [UInt8], q: [UInt8], dp: [UInt8], dq: [UInt8], qi: [UInt8]) {
            self.d = d
            self.p = p
            self.q = q
            self.dp = dp
            self.dq = dq
            self.qi = qi
        }
    }

    package static func generate(_ template: Template) throws(KeyRefusal) -> PrivateKey {
        switch template {
        case .p256:
            var parameters = ParameterList()
            parameters.add("group", text: "P-256")
            return try PrivateKey(generate("EC", parameters))
        case .rsa(let bits):
            guard Limits.modulusBits.contains(bits) else { throw .modulusBits(bits) }
            var parameters = ParameterList()
            parameters.add("bits", number: UInt64(bits))
            return try PrivateKey(generate("RSA", parameters))
        case .ed25519:
            return try PrivateKey(generate("ED25519", ParameterList()))
        }
    }

    /// Reads a private key in PEM; encrypted ones are refused, for nobody is there to ask for the passphrase.
    package init(pem: borrowing Span<UInt8>) throws(KeyRefusal) {
        if let content = PKCS8(pem: pem) {
            try self.init(content)
            return
        }
        let read = unsafe pem.withUnsafeBytes { bytes -> OpaquePointer? in
            guard let source = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else {
                return nil
            }
            defer { unsafe BIO_free(source) }
            return unsafe PEM_read_bio_PrivateKey(source, nil, { _, _, _, _ in -1 }, nil)
        }
        guard let pointer = unsafe read else {
            OpenSSLFailure.discard()
            throw .malformed
        }
        try self.init(unsafe KeyHandle(owning: pointer))
    }

    /// Puts both parts together, and refuses those of different keys.
    package init(_ numbers: Numbers, of publicKey: PublicKey) throws(KeyRefusal) {
        var parameters = ParameterList()
        let pair: KeyHandle
        switch (numbers, publicKey.numbers) {
        case (.p256(let d), .p256(let x, let y)):
            guard d.count == 32 else { throw .wrongLength }
            parameters.add("group", text: "P-256")
            parameters.add("pub", octets: [0x04] + x + y)
            parameters.add("priv", number: d)
            pair = try KeyHandle("EC", parameters, part: .keyPair)
        case (.rsa(let numbers), .rsa(let modulus, let exponent)):
            pair = try KeyHandle(numbers, modulus: modulus, exponent: exponent)
        case (.ed25519(let d), .ed25519(let point)):
            guard d.count == 32 else { throw .wrongLength }
            parameters.add("pub", octets: point)
            parameters.add("priv", octets: d)
            pair = try KeyHandle("ED25519", parameters, part: .keyPair)
        default: throw .notAPair
        }
        guard pair.isPair else { throw .notAPair }
        handle = pair
        self.publicKey = publicKey
    }

    private init(_ content: PKCS8) throws(KeyRefusal) {
        switch content {
        case .p256(let d, let x, let y): try self.init(.p256(d: d), of: try PublicKey(.p256(x: x, y: y)))
        case .rsa(let modulus, let exponent, let numbers):
            let publicKey = try PublicKey(.rsa(modulus: modulus, exponent: exponent))
            guard numbers.isPair(modulus: modulus, exponent: exponent) else { throw .notAPair }
            self.init(pair: try KeyHandle(numbers, modulus: modulus, exponent: exponent), publicKey)
        case .ed25519(let d):
            guard let pointer = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, d, d.count) else {
                throw .openSSL(OpenSSLFailure())
            }
            let handle = unsafe KeyHandle(owning: pointer)
            // Made from the private part, so that they are a pair.
            self.init(pair: handle, try PublicKey(handle))
        }
    }

    private init(pair: KeyHandle, _ publicKey: PublicKey) {
        handle = pair
        self.publicKey = publicKey
    }

    /// Takes a key that OpenSSL read or made as one, if what it signs is accepted under its public part.
    ///
    /// OpenSSL's own check of a pair takes a tenth of a second for RSA: see `RSA.isPair`.
    private init(_ handle: KeyHandle) throws(KeyRefusal) {
        self.handle = handle
        publicKey = try PublicKey(handle)
        guard signsForItself else { throw .notAPair }
    }

    package var kind: KeyKind { publicKey.kind }

    private var signsForItself: Bool {
        let algorithm: SignatureAlgorithm =
            switch kind {
            case .p256: .es256
            case .rsa: .rs256
            case .ed25519: .edDSA
            }
        let message = Array("pair".utf8)
        guard let signer = Signer(self, algorithm), let signature = try? signer.sign(message) else { return false }
        return Verifier(publicKey, algorithm)?.accepts(signature, of: message) == true
    }

    /// The key in PKCS #8, unencrypted, for a file that only the server may read.
    package func pem() throws(OpenSSLFailure) -> Secret {
        let target = unsafe BIO_new(BIO_s_secmem())
        defer { unsafe BIO_free(target) }
        guard unsafe PEM_write_bio_PKCS8PrivateKey(target, handle.pointer, nil, nil, 0, nil, nil) == 1 else {
            throw OpenSSLFailure()
        }
        let length = unsafe Int(BIO_ctrl_pending(target))
        let written = unsafe Secret(byteCount: length) { output in
            unsafe BIO_read(target, output, Int32(clamping: length)) == Int32(clamping: length)
        }
        guard let written else { throw OpenSSLFailure() }
        return written
    }

    /// The private numbers, for a JWK that somebody else will keep.
    package func numbers() throws(KeyRefusal) -> Numbers {
        switch kind {
        case .p256: .p256(d: try handle.number("priv", length: 32))
        case .rsa:
            .rsa(
                RSA(
                    d: try handle.number("d"),
                    p: try handle.number("rsa-factor1"),
                    q: try handle.number("rsa-factor2"),
                    dp: try handle.number("rsa-exponent1"),
                    dq: try handle.number("rsa-exponent2"),
                    qi: try handle.number("rsa-coefficient1")
                )
            )
        case .ed25519: .ed25519(d: try handle.rawPrivateKey())
        }
    }

    private static func generate(
        _ algorithm: StaticString,
        _ parameters: borrowing ParameterList
    ) throws(KeyRefusal) -> KeyHandle {
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, algorithm.description, nil) else {
            throw .openSSL(OpenSSLFailure())
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        let succeeded = unsafe parameters.lend { list in
            unsafe EVP_PKEY_keygen_init(context) == 1
                && EVP_PKEY_CTX_set_params(context, list) == 1
                && EVP_PKEY_generate(context, &made) == 1
        }
        guard succeeded, let made = unsafe made else { throw .openSSL(OpenSSLFailure()) }
        return unsafe KeyHandle(owning: made)
    }
}

extension KeyHandle {
    fileprivate convenience init(
        _ numbers: PrivateKey.RSA,
        modulus: [UInt8],
        exponent: [UInt8]
    ) throws(KeyRefusal) {
        var parameters = ParameterList()
        parameters.add("n", number: modulus)
        parameters.add("e", number: exponent)
        parameters.add("d", number: numbers.d)
        parameters.add("rsa-factor1", number: numbers.p)
        parameters.add("rsa-factor2", number: numbers.q)
        parameters.add("rsa-exponent1", number: numbers.dp)
        parameters.add("rsa-exponent2", number: numbers.dq)
        parameters.add("rsa-coefficient1", number: numbers.qi)
        try self.init("RSA", parameters, part: .keyPair)
    }

    /// Whether the private part belongs to the public one, every number of it looked at.
    fileprivate var isPair: Bool {
        guard let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, pointer, nil) else { return false }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        guard unsafe EVP_PKEY_pairwise_check(context) == 1 else {
            OpenSSLFailure.discard()
            return false
        }
        return true
    }

    fileprivate func rawPrivateKey() throws(KeyRefusal) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var length = bytes.count
        guard unsafe EVP_PKEY_get_raw_private_key(pointer, &bytes, &length) == 1, length == 32 else {
            throw .openSSL(OpenSSLFailure())
        }
        return bytes
    }
}
