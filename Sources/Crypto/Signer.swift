import COpenSSL

/// A private key and the one algorithm it signs with, usable from any thread.
package final class Signer: Sendable {
    package let algorithm: SignatureAlgorithm
    package let publicKey: PublicKey
    private let key: KeyHandle
    private let contexts: ContextPool

    /// `nil` where the algorithm takes another kind of key.
    package init?(_ key: PrivateKey, _ algorithm: SignatureAlgorithm) {
        guard key.kind == algorithm.kind else { return nil }
        self.algorithm = algorithm
        publicKey = key.publicKey
        let handle = key.handle
        self.key = handle
        contexts = ContextPool {
            unsafe handle.context(for: algorithm) { unsafe EVP_PKEY_sign_init_ex($0, $1) }
        }
    }

    /// The signature as a JWS carries it: for ES256 that is 64 bytes, never DER.
    package func sign(_ message: borrowing Span<UInt8>) throws(OpenSSLFailure) -> [UInt8] {
        let signature =
            switch algorithm {
            case .es256: es256(message)
            case .ps256, .rs256: rsa(message)
            case .edDSA: edDSA(message)
            }
        guard let signature else { throw OpenSSLFailure() }
        return signature
    }

    package func sign(_ message: [UInt8]) throws(OpenSSLFailure) -> [UInt8] {
        try sign(message.span)
    }

    private func es256(_ message: borrowing Span<UInt8>) -> [UInt8]? {
        let digest = Digest.sha256(message)
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: ECDSASignature.derLimit) { der in
            var length = der.count
            let succeeded = contexts.lend { context in
                unsafe EVP_PKEY_sign(context.pointer, der.baseAddress, &length, digest, digest.count) == 1
            }
            guard succeeded else { return nil }
            return unsafe ECDSASignature.readDER(UnsafeBufferPointer(der).extracting(..<length).span)
        }
    }

    private func rsa(_ message: borrowing Span<UInt8>) -> [UInt8]? {
        let digest = Digest.sha256(message)
        var length = unsafe Int(EVP_PKEY_get_size(key.pointer))
        var signature = [UInt8](repeating: 0, count: length)
        let succeeded = contexts.lend { context in
            unsafe EVP_PKEY_sign(context.pointer, &signature, &length, digest, digest.count) == 1
        }
        return succeeded && length == signature.count ? signature : nil
    }

    /// EdDSA hashes the message twice, so that it takes it whole: RFC 8032 §5.1.6.
    private func edDSA(_ message: borrowing Span<UInt8>) -> [UInt8]? {
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 64)
        var length = signature.count
        let succeeded = unsafe message.withUnsafeBufferPointer { bytes in
            unsafe EVP_DigestSignInit_ex(context, nil, nil, nil, nil, key.pointer, nil) == 1
                && EVP_DigestSign(context, &signature, &length, bytes.baseAddress, bytes.count) == 1
        }
        return succeeded && length == 64 ? signature : nil
    }
}

extension KeyHandle {
    /// A context with the parameters of an algorithm, none of which a message or a header can change.
    func context(
        for algorithm: SignatureAlgorithm,
        start: (OpaquePointer, UnsafeMutablePointer<OSSL_PARAM>) -> Int32
    ) -> OperationContext? {
        guard let made = unsafe EVP_PKEY_CTX_new_from_pkey(nil, pointer, nil) else { return nil }
        let context = unsafe OperationContext(owning: made)
        var parameters = ParameterList()
        parameters.add("digest", text: "SHA256")
        switch algorithm {
        case .rs256: parameters.add("pad-mode", text: "pkcs1")
        case .ps256:
            // RFC 7518 §3.5: the salt is as long as the digest, and no other length passes.
            parameters.add("pad-mode", text: "pss")
            parameters.add("mgf1-digest", text: "SHA256")
            parameters.add("saltlen", text: "digest")
        case .es256, .edDSA: break
        }
        return unsafe parameters.lend { unsafe start(context.pointer, $0) } == 1 ? context : nil
    }
}
