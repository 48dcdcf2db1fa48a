import Text

/// A client's certificate, as a proxy that has ended TLS passes it on: RFC 9440.
///
/// Whether the proxy is one to be believed is known elsewhere.
package struct ForwardedCertificate: Sendable, Hashable {
    /// As DER; absent where the client showed none.
    package let certificate: [UInt8]?
    /// What the client showed with it.
    package let issuers: [[UInt8]]

    /// Why the fields say nothing that one can rely on.
    package enum Failure: Error, Sendable, Hashable {
        case repeated
        case malformed
        /// RFC 9440 §2.3: a chain is the chain of something.
        case chainAlone
    }

    /// Reads `Client-Cert` and `Client-Cert-Chain`.
    package init(_ fields: Fields) throws(Failure) {
        guard fields.occurrences(of: .clientCert) <= 1, fields.occurrences(of: .clientCertChain) <= 1 else {
            throw .repeated
        }
        var certificate: [UInt8]?
        if let text = try Self.text(.clientCert, fields) { certificate = try Self.bytes(text) }
        var issuers: [[UInt8]] = []
        if let text = try Self.text(.clientCertChain, fields) {
            guard certificate != nil else { throw .chainAlone }
            for item in text.split(at: UInt8(ascii: ",")) { issuers.append(try Self.bytes(item)) }
        }
        self.certificate = certificate
        self.issuers = issuers
    }

    private static func text(_ name: FieldName, _ fields: Fields) throws(Failure) -> WireText? {
        do { return try fields.single(name) } catch { throw .malformed }
    }

    /// RFC 8941 §3.3.5: a byte sequence is Base64 between colons.
    private static func bytes(_ item: WireText) throws(Failure) -> [UInt8] {
        var rest = item.utf8[...]
        while let first = rest.first, first == .space || first == .horizontalTab { rest.removeFirst() }
        while let last = rest.last, last == .space || last == .horizontalTab { rest.removeLast() }
        guard rest.count > 2, rest.popFirst() == UInt8(ascii: ":"), rest.popLast() == UInt8(ascii: ":"),
            let bytes = Base64.decode(WireText(rest))
        else { throw .malformed }
        return bytes
    }
}
