package import Text

/// A URL as `htu` is compared: RFC 9449 §4.3, without query and fragment, normalised by RFC 3986 §6.2.2 and §6.2.3.
///
/// Addresses of IPv6 are not brought into one form, and a path with a slash at its end is another path.
package struct ProofURL: Sendable, Hashable {
    private let scheme: WireText
    private let host: WireText
    private let port: WireText
    private let path: WireText

    /// Reads `https`, and `http` for what is of this machine.
    package init?(_ text: WireText) {
        guard let uri = URIReference(text), let scheme = uri.scheme?.lowercasedASCII,
            let host = uri.host?.lowercasedASCII, !uri.hasUserInformation
        else { return nil }
        switch scheme {
        case "https": port = Self.port(uri.port, or: "443")
        case "http": port = Self.port(uri.port, or: "80")
        default: return nil
        }
        self.scheme = scheme
        self.host = host
        path = uri.path.isEmpty ? "/" : Self.normalised(uri.path)
    }

    private static func port(_ port: WireText?, or standard: WireText) -> WireText {
        guard let port, !port.isEmpty else { return standard }
        return port
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Escapes in one case, and none where none is needed.
    private static func normalised(_ path: WireText) -> WireText {
        var bytes: [UInt8] = []
        var rest = path.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"), let high = rest.popFirst()?.hexValue,
                let low = rest.popFirst()?.hexValue
            else {
                bytes.append(byte)
                continue
            }
            let escaped = high << 4 | low
            if escaped.isUnreserved {
                bytes.append(escaped)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(high)], digits[Int(low)]]
            }
        }
        return WireText(bytes) ?? path
    }
}
