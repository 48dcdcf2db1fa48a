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
        let parameters = parameters(hash)
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

    /// The secret, where it was encrypted to this key and has this length; `nil` for everything else, without a reason.
    ///
    /// Why it did not work is what an attacker would ask about: RFC 3447 §7.1.2.
    package static func decrypt(
        _ encrypted: [UInt8],
        with key: PrivateKey,
        hash: Hash,
        byteCount: Int
    ) -> Secret? {
        precondition(key.kind == .rsa, "OAEP takes an RSA key.")
        let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key.handle.pointer, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        let parameters = parameters(hash)
        // OpenSSL wants room for the longest secret that could be inside.
        let room = unsafe Int(EVP_PKEY_get_size(key.handle.pointer))
        var found = -1
        let opened = unsafe Secret(byteCount: room) { output in
            var length = room
            let succeeded =
                unsafe parameters.lend { unsafe EVP_PKEY_decrypt_init_ex(context, $0) } == 1
                && EVP_PKEY_decrypt(context, output, &length, encrypted, encrypted.count) == 1
            if succeeded { found = length }
            return succeeded
        }
        guard let opened, found == byteCount else {
            OpenSSLFailure.discard()
            return nil
        }
        return opened.prefix(byteCount)
    }

    private static func parameters(_ hash: Hash) -> ParameterList {
        var parameters = ParameterList()
        parameters.add("pad-mode", text: "oaep")
        parameters.add("digest", text: hash.name)
        parameters.add("mgf1-digest", text: hash.name)
        return parameters
    }
}
