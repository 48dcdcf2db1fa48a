import COpenSSL

/// A secret that two sides come to without sending it: RFC 7518 §4.6.
package enum KeyAgreement {
    /// Elliptic curve Diffie-Hellman on P-256.
    ///
    /// OpenSSL refuses a key that is not on the curve, and `PublicKey` has none such.
    package static func p256(_ own: PrivateKey, _ other: PublicKey) throws(OpenSSLFailure) -> Secret {
        precondition(own.kind == .p256 && other.kind == .p256, "Both keys are on P-256.")
        let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, own.handle.pointer, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        let agreed = unsafe Secret(byteCount: 32) { output in
            var length = 32
            return unsafe EVP_PKEY_derive_init(context) == 1
                && EVP_PKEY_derive_set_peer(context, other.handle.pointer) == 1
                && EVP_PKEY_derive(context, output, &length) == 1 && length == 32
        }
        guard let agreed else { throw OpenSSLFailure() }
        return agreed
    }

    /// The Concat KDF of NIST SP 800-56A with SHA-256, which OpenSSL calls the single-step one.
    package static func concatKDF(
        _ agreed: borrowing Secret,
        info: [UInt8],
        length: Int
    ) throws(OpenSSLFailure) -> Secret {
        var parameters = ParameterList()
        parameters.add("digest", text: "SHA2-256")
        agreed.withBytes { parameters.add("key", octets: $0) }
        parameters.add("info", octets: info)
        let algorithm = unsafe EVP_KDF_fetch(nil, "SSKDF", nil)
        defer { unsafe EVP_KDF_free(algorithm) }
        let context = unsafe EVP_KDF_CTX_new(algorithm)
        defer { unsafe EVP_KDF_CTX_free(context) }
        let key = unsafe Secret(byteCount: length) { output in
            unsafe parameters.lend { unsafe EVP_KDF_derive(context, output, length, $0) } == 1
        }
        guard let key else { throw OpenSSLFailure() }
        return key
    }
}
