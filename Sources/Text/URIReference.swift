/// The parts of a URI as they are written: RFC 3986 appendix B, never normalised.
///
/// Only what the grammar of RFC 3986 has is accepted, and of that not what a browser would send
/// somewhere else: no white space, no backslash, nothing beyond ASCII, no `https:` without a host, no
/// escape in a host, and no number in the place of an address that is not spelled as an address.
package struct URIReference: Sendable, Hashable {
    package let text: WireText
    package let scheme: WireText?
    package let authority: WireText?
    package let path: WireText
    package let query: WireText?
    package let fragment: WireText?

    /// The authority without user information and port; brackets of an IPv6 literal are kept.
    package let host: WireText?
    /// The digits after the last colon of the authority; empty where the colon stands alone.
    package let port: WireText?
    package let hasUserInformation: Bool

    package init?(_ text: WireText) {
        guard !text.isEmpty else { return nil }
        self.text = text
        var rest = text.utf8[...]

        if let hash = rest.firstIndex(of: UInt8(ascii: "#")) {
            let part = rest[rest.index(after: hash)...]
            guard Self.isWellFormed(part, also: \.isQueryCharacter) else { return nil }
            fragment = WireText(part)
            rest = rest[..<hash]
        } else {
            fragment = nil
        }
        if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
            let part = rest[rest.index(after: mark)...]
            guard Self.isWellFormed(part, also: \.isQueryCharacter) else { return nil }
            query = WireText(part)
            rest = rest[..<mark]
        } else {
            query = nil
        }
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")), Self.isScheme(rest[..<colon]) {
            scheme = WireText(rest[..<colon])
            rest = rest[rest.index(after: colon)...]
        } else {
            scheme = nil
        }
        if rest.starts(with: "//".utf8) {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            guard let parts = Authority(rest[..<end]) else { return nil }
            authority = WireText(rest[..<end])
            host = parts.host
            port = parts.port
            hasUserInformation = parts.hasUserInformation
            rest = rest[end...]
        } else {
            authority = nil
            host = nil
            port = nil
            hasUserInformation = false
        }
        guard Self.isWellFormed(rest, also: \.isPathCharacter) else { return nil }
        path = WireText(rest)

        // RFC 3986 §4.2: a colon in the first segment would make the segment look like a scheme.
        if scheme == nil, authority == nil {
            guard !rest.prefix(while: { $0 != UInt8(ascii: "/") }).contains(UInt8(ascii: ":")) else { return nil }
        }
        // Browsers read `https:a`, `https:/a` and `https:///a` all as `https://a`.
        if let scheme = scheme?.lowercasedASCII, scheme == "https" || scheme == "http" {
            guard let host, !host.isEmpty else { return nil }
        }
    }

    /// `scheme://authority`, where both are there.
    package var origin: WireText? {
        guard let scheme, let authority else { return nil }
        return WireText("\(scheme)://\(authority)")
    }

    /// RFC 3986 §3.1.
    private static func isScheme(_ bytes: Substring.UTF8View) -> Bool {
        guard let first = bytes.first, first.isLetter else { return false }
        return bytes.allSatisfy { byte in
            byte.isAlphanumeric || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
    }

    /// Whether bytes are unreserved characters, whole escapes, and what else is allowed here.
    fileprivate static func isWellFormed(_ bytes: Substring.UTF8View, also isAllowed: (UInt8) -> Bool) -> Bool {
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard rest.popFirst()?.hexValue != nil, rest.popFirst()?.hexValue != nil else { return false }
            } else if !byte.isUnreserved && !isAllowed(byte) {
                return false
            }
        }
        return true
    }
}

/// RFC 3986 §3.2.
private struct Authority {
    let host: WireText
    let port: WireText?
    let hasUserInformation: Bool

    init?(_ bytes: Substring.UTF8View) {
        var rest = bytes
        if let at = rest.firstIndex(of: UInt8(ascii: "@")) {
            guard URIReference.isWellFormed(rest[..<at], also: \.isUserInformationCharacter) else { return nil }
            hasUserInformation = true
            rest = rest[rest.index(after: at)...]
        } else {
            hasUserInformation = false
        }

        if rest.first == UInt8(ascii: "[") {
            guard let bracket = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let end = rest.index(after: bracket)
            guard Self.isIPv6(rest[..<bracket].dropFirst()) else { return nil }
            host = WireText(rest[..<end])
            rest = rest[end...]
        } else {
            let end = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
            guard rest[..<end].allSatisfy({ $0.isUnreserved || $0.isSubdelimiter }),
                !Self.isMisspelledIPv4(rest[..<end])
            else { return nil }
            host = WireText(rest[..<end])
            rest = rest[end...]
        }

        guard let colon = rest.first else {
            port = nil
            return
        }
        rest = rest.dropFirst()
        guard colon == UInt8(ascii: ":"), rest.allSatisfy(\.isDigit) else { return nil }
        port = WireText(rest)
    }

    /// Whether a browser would take a name for an IPv4 address that it does not spell.
    ///
    /// Its last label is what decides: `0x7f.1` and `2130706433` are both 127.0.0.1 to a browser.
    private static func isMisspelledIPv4(_ bytes: Substring.UTF8View) -> Bool {
        var labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
        guard let last = labels.last, let first = last.first, first.isDigit else { return false }
        let isHexadecimal =
            first == UInt8(ascii: "0") && (last.dropFirst().first ?? 0) | 0x20 == UInt8(ascii: "x")
            && last.dropFirst(2).allSatisfy { $0.hexValue != nil }
        guard isHexadecimal || last.allSatisfy(\.isDigit) else { return false }
        return !isIPv4(bytes)
    }

    private static func isIPv4(_ bytes: Substring.UTF8View) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard (1...3).contains(part.count), part.allSatisfy(\.isDigit) else { return false }
                guard part.count == 1 || part.first != UInt8(ascii: "0") else { return false }
                return part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
            }
    }

    /// RFC 3986 §3.2.2: eight groups, the last two perhaps as an IPv4 address, one run of zeros left out.
    private static func isIPv6(_ bytes: Substring.UTF8View) -> Bool {
        let pieces = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard (3...9).contains(pieces.count), let first = pieces.first, let last = pieces.last else { return false }

        // `::` leaves an empty piece in the middle, and one more at an end that it stands at.
        let gaps = pieces.dropFirst().dropLast().count { $0.isEmpty }
        guard gaps <= 1, !first.isEmpty || pieces[1].isEmpty, !last.isEmpty || pieces[pieces.count - 2].isEmpty
        else { return false }

        var groups = pieces.count { !$0.isEmpty }
        for (index, piece) in pieces.enumerated() where !piece.isEmpty {
            if index == pieces.count - 1, isIPv4(piece) {
                groups += 1
            } else {
                guard piece.count <= 4, piece.allSatisfy({ $0.hexValue != nil }) else { return false }
            }
        }
        return gaps == 1 ? groups <= 7 : groups == 8
    }
}

extension UInt8 {
    /// RFC 3986 §2.2.
    fileprivate var isSubdelimiter: Bool {
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"),
            UInt8(ascii: "="):
            true
        default: false
        }
    }

    fileprivate var isUserInformationCharacter: Bool { isSubdelimiter || self == UInt8(ascii: ":") }

    fileprivate var isPathCharacter: Bool {
        isUserInformationCharacter || self == UInt8(ascii: "@") || self == UInt8(ascii: "/")
    }

    fileprivate var isQueryCharacter: Bool { isPathCharacter || self == UInt8(ascii: "?") }
}
