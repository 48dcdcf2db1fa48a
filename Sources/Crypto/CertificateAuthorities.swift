import COpenSSL
package import Text

/// Those whose word about a client's name is believed, and nobody else's: not the system's, not our own issuer's.
@safe package final class CertificateAuthorities: @unchecked Sendable {
    // Filled when it is made and only read afterwards; OpenSSL locks what it remembers.
    private let store: OpaquePointer

    /// Reads every certificate of a PEM text, of which there must be one.
    package init(pem: WireText) throws(CertificateRefusal) {
        let blocks = PEM.read(pem).blocks
        guard !blocks.isEmpty, blocks.allSatisfy({ $0.label == "CERTIFICATE" }) else { throw .malformed }
        guard let made = unsafe X509_STORE_new() else {
            preconditionFailure("An empty store fails only where there is no memory left.")
        }
        unsafe store = unsafe made
        for block in blocks {
            let authority = try CertificateHandle(block.bytes)
            guard unsafe X509_STORE_add_cert(store, authority.pointer) == 1 else {
                OpenSSLFailure.discard()
                throw .malformed
            }
        }
    }

    deinit {
        unsafe X509_STORE_free(store)
    }

    /// Whether one of them stands behind a certificate, for use by a client, at this moment: RFC 5280 §6.
    ///
    /// - Parameter issuers: What was shown between the two; nothing of it is believed.
    package func haveIssued(_ leaf: Certificate, through issuers: [[UInt8]], at now: Timestamp) -> Bool {
        guard issuers.count <= Limits.certificateIssuers, let opened = try? CertificateHandle(leaf.der),
            let between = try? CertificateStack(issuers), let context = unsafe X509_STORE_CTX_new()
        else { return false }
        defer { unsafe X509_STORE_CTX_free(context) }
        guard unsafe X509_STORE_CTX_init(context, store, opened.pointer, between.pointer) == 1,
            let rules = unsafe X509_STORE_CTX_get0_param(context)
        else {
            OpenSSLFailure.discard()
            return false
        }
        // An authority is believed as it stands in the file, whether or not it has another above it.
        unsafe X509_VERIFY_PARAM_set_flags(rules, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        unsafe X509_VERIFY_PARAM_set_time(rules, Int(now.seconds))
        unsafe X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_CLIENT)
        // 112 bits: neither SHA-1 nor RSA below 2048.
        unsafe X509_VERIFY_PARAM_set_auth_level(rules, 2)
        unsafe X509_VERIFY_PARAM_set_depth(rules, Int32(Limits.certificateIssuers))
        let isIssued = unsafe X509_verify_cert(context) == 1
        OpenSSLFailure.discard()
        return isIssued
    }
}

/// A certificate inside OpenSSL.
@safe final class CertificateHandle {
    let pointer: OpaquePointer

    init(_ der: [UInt8]) throws(CertificateRefusal) {
        let read = unsafe der.span.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var position = bytes.baseAddress
            return unsafe d2i_X509(nil, &position, bytes.count)
        }
        guard let read = unsafe read else {
            OpenSSLFailure.discard()
            throw .malformed
        }
        unsafe pointer = unsafe read
    }

    deinit {
        unsafe X509_free(pointer)
    }
}

/// Several of them, as OpenSSL wants them.
@safe private final class CertificateStack {
    let pointer: OpaquePointer
    private let handles: [CertificateHandle]

    init(_ certificates: [[UInt8]]) throws(CertificateRefusal) {
        var handles: [CertificateHandle] = []
        for der in certificates { handles.append(try CertificateHandle(der)) }
        self.handles = handles
        guard let made = unsafe OPENSSL_sk_new_null() else {
            preconditionFailure("An empty stack fails only where there is no memory left.")
        }
        unsafe pointer = unsafe made
        for handle in handles { _ = unsafe OPENSSL_sk_push(pointer, UnsafeRawPointer(handle.pointer)) }
    }

    deinit {
        unsafe OPENSSL_sk_free(pointer)
    }
}
