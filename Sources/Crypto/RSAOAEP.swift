import COpenSSL

/// A short secret, encrypted to an RSA key: RFC 8017 §7.1.
package enum RSAOAEP {
    /// The hash inside the padding; `RSA-OAEP` of RFC 7518 §4.3 means SHA-1, which is no weakness there.
    package enum Hash: Sendable, Hashable {
        case sha1
        case sha256

        fileprivate var name: StaticString {
            switch self {
            case .sha1: "SHA1"
            case .sha256: "SHA256"
            }
        }
    }

    /// As many bytes as the modulus has, different ones each time.
    package static func encrypt(
        _ secret: borrowing Secret,
        to key: PublicKey,
        hash: Hash
    ) throws(OpenSSLFailure) -> [UInt8] {
        precondition(key.kind == .rsa, "OAEP takes an RSA key.")
        let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key.handle.pointer, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var parameters = ParameterList()
        parameters.add("pad-mode", text: "oaep")
        parameters.add("digest", text: hash.name)
        parameters.add("mgf1-digest", text: hash.name)
        var length = unsafe Int(EVP_PKEY_get_size(key.handle.pointer))
        var encrypted = [UInt8](repeating: 0, count: length)
        let succeeded = secret.withBytes { bytes in
            unsafe bytes.withUnsafeBufferPointer { input in
                unsafe parameters.lend { unsafe EVP_PKEY_encrypt_init_ex(context, $0) } == 1
                    && EVP_PKEY_encrypt(context, &encrypted, &length, input.baseAddress, input.count) == 1
            }
        }
        guard succeeded, length == encrypted.count else { throw OpenSSLFailure() }
        return encrypted
    }
}
