package import Text

/// A redirect URI as it was registered.
///
/// Requests are compared with it byte for byte; only the port of a loopback URI of a native client is
/// free (RFC 8252 §7.3).
package struct RedirectURI: Sendable, Hashable {
    /// The URI as it was registered.
    package let text: WireText
    private let loopback: Loopback?

    /// Why a URI cannot be registered.
    package enum Problem: Error, Sendable, Hashable {
        case tooLong
        case malformed
        case hasFragment
        case hasUserInformation
        case hasWildcard
        case schemeRefused
        case plainToForeignHost
        case carriesAnswerParameter
    }

    /// - Parameter portIsFree: Whether this is a native client, which learns its port when it starts.
    package init(registering text: WireText, portIsFree: Bool) throws(Problem) {
        guard text.byteCount <= Limits.redirectURIBytes else { throw .tooLong }
        guard !text.utf8.contains(UInt8(ascii: "*")) else { throw .hasWildcard }
        guard let uri = URIReference(text), let scheme = uri.scheme else { throw .malformed }
        guard uri.fragment == nil else { throw .hasFragment }
        guard !uri.hasUserInformation else { throw .hasUserInformation }
        switch scheme {
        case "https":
            guard uri.hasPlainAuthority else { throw .malformed }
        case "http":
            guard let host = uri.host, Self.loopbackHosts.contains(host) else { throw .plainToForeignHost }
            guard uri.hasPlainAuthority else { throw .malformed }
        default:
            // RFC 8252 §7.1: a scheme of an application is a reversed domain name, and so has a dot.
            guard scheme.utf8.contains(UInt8(ascii: ".")), scheme == scheme.lowercasedASCII else {
                throw .schemeRefused
            }
        }
        // What we append could not be told from what was there.
        let query: FormFields
        do { query = try FormFields(uri.query ?? "") } catch { throw .malformed }
        guard query.fields.allSatisfy({ !Self.answerNames.contains($0.name) }) else { throw .carriesAnswerParameter }
        self.text = text
        loopback = portIsFree ? Loopback(uri) : nil
    }

    /// Whether a request may name this URI.
    package func matches(_ requested: WireText) -> Bool {
        if requested == text { return true }
        guard let loopback, let uri = URIReference(requested), let other = Loopback(uri) else { return false }
        return loopback == other
    }

    /// Whether a browser reaches it without TLS, as only a loopback URI may be.
    package static let loopbackHosts: Set<WireText> = ["localhost", "127.0.0.1", "[::1]"]

    /// What `AuthorizationAnswer` appends, and `response` of JARM.
    private static let answerNames: Set<WireText> = [
        "code", "error", "error_description", "error_uri", "id_token", "iss", "response", "session_state",
        "state",
    ]
}

/// A loopback redirect URI without its port: RFC 8252 §7.3, literal addresses only.
private struct Loopback: Hashable {
    let host: WireText
    let rest: WireText

    init?(_ uri: URIReference) {
        guard uri.scheme == "http", let host = uri.host, host == "127.0.0.1" || host == "[::1]",
            !uri.hasUserInformation, uri.fragment == nil
        else { return nil }
        if let port = uri.port {
            guard URIReference.portNumber(port) != nil else { return nil }
        }
        self.host = host
        rest = WireText("\(uri.path)\(uri.query.map { "?\($0)" } ?? "")")
    }
}
