import COpenSSL

/// A public key and the one algorithm its signatures are checked with, usable from any thread.
package final class Verifier: Sendable {
    package let algorithm: SignatureAlgorithm
    package let publicKey: PublicKey
    private let contexts: ContextPool

    /// `nil` where the algorithm takes another kind of key.
    package init?(_ key: PublicKey, _ algorithm: SignatureAlgorithm) {
        guard key.kind == algorithm.kind else { return nil }
        self.algorithm = algorithm
        publicKey = key
        let handle = key.handle
        contexts = ContextPool {
            unsafe handle.context(for: algorithm) { unsafe EVP_PKEY_verify_init_ex($0, $1) }
        }
    }

    /// Whether the signature is this key's for this message; whatever goes wrong, it is not.
    package func accepts(_ signature: borrowing Span<UInt8>, of message: borrowing Span<UInt8>) -> Bool {
        let isAccepted =
            switch algorithm {
            case .es256: es256(signature, message)
            case .ps256, .rs256: rsa(signature, message)
            case .edDSA: edDSA(signature, message)
            }
        if !isAccepted { OpenSSLFailure.discard() }
        return isAccepted
    }

    package func accepts(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        accepts(signature.span, of: message.span)
    }

    private func es256(_ signature: borrowing Span<UInt8>, _ message: borrowing Span<UInt8>) -> Bool {
        guard signature.count == 64 else { return false }
        var der = [UInt8](repeating: 0, count: ECDSASignature.derLimit)
        var output = der.mutableSpan
        let length = ECDSASignature.writeDER(signature, into: &output)
        return verify(der.span.extracting(..<length), message)
    }

    private func rsa(_ signature: borrowing Span<UInt8>, _ message: borrowing Span<UInt8>) -> Bool {
        // RFC 8017 §8.1.2: a signature is exactly as long as the modulus.
        guard case .rsa(let modulus, _) = publicKey.numbers, signature.count == modulus.count else { return false }
        return verify(signature, message)
    }

    private func verify(_ signature: borrowing Span<UInt8>, _ message: borrowing Span<UInt8>) -> Bool {
        let digest = Digest.sha256(message)
        return unsafe signature.withUnsafeBufferPointer { bytes in
            contexts.lend { context in
                unsafe EVP_PKEY_verify(context.pointer, bytes.baseAddress, bytes.count, digest, digest.count) == 1
            }
        }
    }

    private func edDSA(_ signature: borrowing Span<UInt8>, _ message: borrowing Span<UInt8>) -> Bool {
        guard signature.count == 64 else { return false }
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        return unsafe signature.withUnsafeBufferPointer { signed in
            unsafe message.withUnsafeBufferPointer { bytes in
                unsafe EVP_DigestVerifyInit_ex(context, nil, nil, nil, nil, publicKey.handle.pointer, nil) == 1
                    && EVP_DigestVerify(context, signed.baseAddress, signed.count, bytes.baseAddress, bytes.count) == 1
            }
        }
    }
}
