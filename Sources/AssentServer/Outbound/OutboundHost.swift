package import Text

/// A host that may be called because the bank has listed it.
package struct OutboundHost: Sendable, Hashable {
    /// In lower case; an IPv6 literal with its brackets.
    package let name: WireText
    package let port: UInt16
    /// Whether its address may be one that is not global, such as one of the bank's own network.
    package let isInternal: Bool
    /// Whether it is called without TLS, as only a sandbox does.
    package let isPlain: Bool

    package init(_ name: WireText, port: UInt16 = 443, isInternal: Bool = false, isPlain: Bool = false) {
        self.name = name.lowercasedASCII
        self.port = port
        self.isInternal = isInternal
        self.isPlain = isPlain
    }

    /// Whether a URL leads here, and to nothing else by any reading of it.
    func isMeant(by url: URIReference) -> Bool {
        guard let scheme = url.scheme?.lowercasedASCII, let host = url.host?.lowercasedASCII else { return false }
        guard !url.hasUserInformation, url.fragment == nil else { return false }
        return scheme == (isPlain ? "http" : "https") && host == name && Self.port(of: url) == port
    }

    private static func port(of url: URIReference) -> UInt16? {
        guard let port = url.port, !port.isEmpty else { return url.scheme?.lowercasedASCII == "http" ? 80 : 443 }
        return UInt16(port.string)
    }
}
