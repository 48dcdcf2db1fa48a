package import Text

/// Our name, as configured, and what is derived from it: never from a request.
package struct Issuer: Sendable, Hashable {
    /// The `iss` of all that we sign, byte by byte as configured.
    package let text: WireText

    /// Reads `https://host[:port]`, or `http` to a loopback host for trying things out.
    ///
    /// Without a path, since our routes stand at the root of the host.
    package init?(_ text: WireText) {
        guard let uri = URIReference(text), let host = uri.host, uri.query == nil,
            uri.fragment == nil, uri.hasPlainAuthority, uri.path.isEmpty
        else { return nil }
        switch uri.scheme {
        case "https": break
        case "http":
            guard host == "localhost" || host == "127.0.0.1" || host == "[::1]" else { return nil }
        default: return nil
        }
        self.text = text
    }

    /// A URL of ours.
    package func url(_ path: WireText) -> WireText { WireText("\(text)\(path)") }

    /// `host[:port]`, as a Host header must spell it.
    package var authority: WireText { URIReference(text)?.authority ?? "" }
}
