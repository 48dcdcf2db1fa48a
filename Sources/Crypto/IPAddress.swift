import COpenSSL
package import Text

/// Addresses as certificates hold them: RFC 5280 §4.2.1.6.
package enum IPAddress {
    /// Four bytes or sixteen, from a text that is an address and nothing else.
    package static func bytes(of text: WireText) -> [UInt8]? {
        guard text.isVisibleASCII, let read = unsafe a2i_IPADDRESS(text.string) else {
            OpenSSLFailure.discard()
            return nil
        }
        defer { unsafe ASN1_OCTET_STRING_free(read) }
        let start = unsafe ASN1_STRING_get0_data(read)
        return unsafe Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(read))))
    }
}
