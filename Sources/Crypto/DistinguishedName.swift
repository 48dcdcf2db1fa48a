import COpenSSL
package import Text

/// A name as RFC 4514 writes it, taken apart: two spellings of one name are one name.
package struct DistinguishedName: Sendable {
    private let der: [UInt8]

    /// Reads `CN=client.example,O=Bank,C=SE`, the most particular part first.
    ///
    /// Beyond RFC 4514 §3, a space beside a separator means nothing, as people write it.
    package init?(_ text: WireText) {
        guard let parts = DistinguishedNameReader.read(text), let der = Self.encode(parts) else { return nil }
        self.der = der
    }

    /// Whether the certificate is made out to this name: RFC 5280 §7.1, by OpenSSL on the names that it has read.
    ///
    /// The order of the parts counts, and the case of ASCII letters does not. Neither does the kind of string, but for a
    /// NumericString, which OpenSSL compares as it is: no name that was written down is one.
    package func isSubject(of certificate: Certificate) -> Bool {
        guard let registered = OpenedName(der), let shown = OpenedName(certificate.subjectDER) else { return false }
        return registered.isSame(as: shown)
    }

    private static func encode(_ parts: [[DistinguishedNameReader.Attribute]]) -> [UInt8]? {
        let name = OpenedName()
        // RFC 4514 §2.1: the text begins with what stands last.
        for part in parts.reversed() {
            for (index, attribute) in part.enumerated() {
                guard name.append(attribute, joinsLast: index > 0) else { return nil }
            }
        }
        return name.der
    }
}

/// A name inside OpenSSL.
@safe private final class OpenedName {
    private let pointer: OpaquePointer

    init() {
        guard let made = unsafe X509_NAME_new() else {
            preconditionFailure("An empty name fails only where there is no memory left.")
        }
        unsafe pointer = unsafe made
    }

    init?(_ der: [UInt8]) {
        let read = unsafe der.span.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var position = bytes.baseAddress
            return unsafe d2i_X509_NAME(nil, &position, bytes.count)
        }
        guard let read = unsafe read else {
            OpenSSLFailure.discard()
            return nil
        }
        unsafe pointer = unsafe read
    }

    deinit {
        unsafe X509_NAME_free(pointer)
    }

    func isSame(as other: OpenedName) -> Bool { unsafe X509_NAME_cmp(pointer, other.pointer) == 0 }

    func append(_ attribute: DistinguishedNameReader.Attribute, joinsLast: Bool) -> Bool {
        guard let kind = unsafe OBJ_txt2obj(attribute.kind.string, 0) else {
            OpenSSLFailure.discard()
            return false
        }
        defer { unsafe ASN1_OBJECT_free(kind) }
        let entry = unsafe X509_NAME_ENTRY_create_by_OBJ(
            nil,
            kind,
            attribute.tag,
            attribute.value,
            Int32(clamping: attribute.value.count)
        )
        guard let entry = unsafe entry else {
            OpenSSLFailure.discard()
            return false
        }
        defer { unsafe X509_NAME_ENTRY_free(entry) }
        return unsafe X509_NAME_add_entry(pointer, entry, -1, joinsLast ? -1 : 0) == 1
    }

    var der: [UInt8]? {
        var encoded: UnsafeMutablePointer<UInt8>?
        let length = unsafe i2d_X509_NAME(pointer, &encoded)
        guard length > 0, let encoded = unsafe encoded else {
            OpenSSLFailure.discard()
            return nil
        }
        defer { unsafe CRYPTO_free(encoded, "", 0) }
        return unsafe Array(UnsafeBufferPointer(start: encoded, count: Int(length)))
    }
}
