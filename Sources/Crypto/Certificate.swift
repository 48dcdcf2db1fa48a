import COpenSSL
package import Text

/// A certificate: RFC 5280, taken apart but not yet trusted.
package struct Certificate: Sendable, Hashable {
    package let der: [UInt8]
    /// The SHA-256 of the whole: `x5t#S256` of RFC 8705 §3.1.
    package let thumbprint: Fingerprint
    /// A name as RFC 4514 writes it, the most particular part first.
    package let subject: WireText
    /// The subject as it stands in the certificate, for `DistinguishedName`.
    package let subjectDER: [UInt8]
    package let issuer: WireText
    /// RFC 5280 §4.2.1.6, of the kinds that clients are known by.
    package let alternativeNames: [AlternativeName]
    package let notBefore: Timestamp
    package let notAfter: Timestamp
    /// `nil` where it is of a kind that we do not work with, or too weak.
    package let publicKey: PublicKey?

    package init(der: [UInt8]) throws(CertificateRefusal) {
        guard let opened = OpenedCertificate(der) else { throw .malformed }
        guard let subject = opened.subject, let issuer = opened.issuer,
            let alternativeNames = opened.alternativeNames
        else { throw .name }
        guard let notBefore = opened.notBefore, let notAfter = opened.notAfter else { throw .validity }
        self.der = der
        self.subject = subject
        subjectDER = opened.subjectDER
        self.issuer = issuer
        self.alternativeNames = alternativeNames
        self.notBefore = notBefore
        self.notAfter = notAfter
        thumbprint = Fingerprint(of: der)
        publicKey = opened.publicKey
    }

    /// A name beside the subject.
    package enum AlternativeName: Sendable, Hashable {
        case dns(WireText)
        case uri(WireText)
        case email(WireText)
        /// Four bytes or sixteen.
        case address([UInt8])
    }

    /// Reads the one certificate of a PEM text.
    package init(pem: WireText) throws(CertificateRefusal) {
        guard let block = PEM.read(pem).only, block.label == "CERTIFICATE" else { throw .malformed }
        try self.init(der: block.bytes)
    }

    /// RFC 5280 §4.1.2.5: both ends belong to the time of validity.
    package func isValid(at now: Timestamp) -> Bool {
        notBefore <= now && now <= notAfter
    }

    package var pem: String {
        PEM.write(PEM.Block(label: "CERTIFICATE", bytes: der))
    }
}

/// Why bytes are no certificate.
package enum CertificateRefusal: Error, Sendable, Hashable {
    /// Not DER, or bytes after its end, or not one block of PEM.
    case malformed
    /// A name that cannot be written.
    case name
    /// A time that is none.
    case validity
}

/// A certificate inside OpenSSL, while it is being taken apart.
@safe private final class OpenedCertificate {
    private let pointer: OpaquePointer

    init?(_ der: [UInt8]) {
        var consumed = 0
        let opened = unsafe der.span.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var position = bytes.baseAddress
            guard let start = bytes.baseAddress, let opened = unsafe d2i_X509(nil, &position, bytes.count) else {
                return nil
            }
            consumed = unsafe position.map { unsafe $0 - start } ?? 0
            return unsafe opened
        }
        guard let opened = unsafe opened else {
            OpenSSLFailure.discard()
            return nil
        }
        unsafe pointer = unsafe opened
        // From here on `deinit` frees what was opened.
        guard consumed == der.count else { return nil }
    }

    var subject: WireText? { unsafe Self.text(of: X509_get_subject_name(pointer)) }

    var subjectDER: [UInt8] {
        var encoded: UnsafeMutablePointer<UInt8>?
        let length = unsafe i2d_X509_NAME(X509_get_subject_name(pointer), &encoded)
        guard length > 0, let encoded = unsafe encoded else { return [] }
        defer { unsafe CRYPTO_free(encoded, "", 0) }
        return unsafe Array(UnsafeBufferPointer(start: encoded, count: Int(length)))
    }

    /// `nil` where the extension stands there twice or cannot be read.
    var alternativeNames: [Certificate.AlternativeName]? {
        var critical: Int32 = 0
        guard let found = unsafe X509_get_ext_d2i(pointer, NID_subject_alt_name, &critical, nil) else {
            OpenSSLFailure.discard()
            // RFC 5280 §4.2: -1 says that there is none.
            return critical == -1 ? [] : nil
        }
        let stack = OpaquePointer(found)
        defer { unsafe GENERAL_NAMES_free(stack) }
        var names: [Certificate.AlternativeName] = []
        for index in 0..<max(0, unsafe OPENSSL_sk_num(stack)) {
            guard let value = unsafe OPENSSL_sk_value(stack, index) else { continue }
            if let name = unsafe Self.alternativeName(value.assumingMemoryBound(to: GENERAL_NAME.self)) {
                names.append(name)
            }
        }
        return names
    }

    var issuer: WireText? { unsafe Self.text(of: X509_get_issuer_name(pointer)) }

    var notBefore: Timestamp? { unsafe Self.moment(X509_get0_notBefore(pointer)) }

    var notAfter: Timestamp? { unsafe Self.moment(X509_get0_notAfter(pointer)) }

    var publicKey: PublicKey? {
        guard let key = unsafe X509_get_pubkey(pointer) else {
            OpenSSLFailure.discard()
            return nil
        }
        let handle = unsafe KeyHandle(owning: key)
        return try? PublicKey(handle)
    }

    private static func alternativeName(_ name: UnsafePointer<GENERAL_NAME>) -> Certificate.AlternativeName? {
        var kind: Int32 = 0
        guard let value = unsafe GENERAL_NAME_get0_value(name, &kind),
            [GEN_DNS, GEN_URI, GEN_EMAIL, GEN_IPADD].contains(kind)
        else { return nil }
        let string = unsafe value.assumingMemoryBound(to: ASN1_STRING.self)
        let start = unsafe ASN1_STRING_get0_data(string)
        let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(string))))
        if kind == GEN_IPADD { return .address(bytes) }
        // A name with a byte that ends texts in C, or none of ASCII, is the name of nobody.
        guard let text = WireText(bytes), text.isVisibleASCII else { return nil }
        switch kind {
        case GEN_DNS: return .dns(text)
        case GEN_URI: return .uri(text)
        default: return .email(text)
        }
    }

    private static func text(of name: OpaquePointer?) -> WireText? {
        guard let name = unsafe name, let output = unsafe BIO_new(BIO_s_mem()) else { return nil }
        defer { unsafe BIO_free(output) }
        guard unsafe X509_NAME_print_ex(output, name, 0, assent_name_flags()) >= 0 else {
            OpenSSLFailure.discard()
            return nil
        }
        let length = unsafe Int(BIO_ctrl_pending(output))
        guard length > 0 else { return "" }
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            count = unsafe max(0, Int(BIO_read(output, buffer.baseAddress, Int32(clamping: length))))
        }
        return WireText(bytes)
    }

    private static func moment(_ time: UnsafePointer<ASN1_TIME>?) -> Timestamp? {
        let epoch = unsafe ASN1_TIME_set(nil, 0)
        defer { unsafe ASN1_STRING_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard let time = unsafe time, unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else {
            OpenSSLFailure.discard()
            return nil
        }
        return Timestamp(Int64(days) * 86_400 + Int64(seconds))
    }

    deinit {
        unsafe X509_free(pointer)
    }
}
