package import HTTP
package import Text

/// The cookies of one browser: RFC 6265 §5.3, as far as a login needs it.
package struct CookieJar: Sendable {
    private var cookies: [Kept] = []

    private struct Kept: Sendable {
        let name: WireText
        let value: WireText
        let host: WireText
        let path: WireText
        let isSecure: Bool
    }

    package init() {}

    package var isEmpty: Bool { cookies.isEmpty }

    /// Keeps what an answer sets, and forgets what it ends.
    package mutating func take(_ response: Response, from url: WireText) {
        guard let place = Place(url) else { return }
        for line in response.fields.all(.setCookie) {
            guard let cookie = SetCookieLine(line) else { continue }
            let path = cookie.path ?? Self.folder(of: place.path)
            cookies.removeAll { $0.name == cookie.name && $0.host == place.host && $0.path == path }
            guard !cookie.isOver, cookies.count < Limits.cookiesKept else { continue }
            cookies.append(
                Kept(name: cookie.name, value: cookie.value, host: place.host, path: path, isSecure: cookie.isSecure)
            )
        }
    }

    /// The value of the field `Cookie`; `nil` where there is nothing to send.
    package func header(for url: WireText) -> WireText? {
        guard let place = Place(url) else { return nil }
        let pairs = cookies.filter { cookie in
            cookie.host == place.host && (place.isSecure || !cookie.isSecure || place.isLoopback)
                && Self.path(place.path, isUnder: cookie.path)
        }
        guard !pairs.isEmpty else { return nil }
        return WireText(pairs.map { "\($0.name)=\($0.value)" }.joined(separator: "; "))
    }

    /// RFC 6265 §5.1.4.
    private static func folder(of path: WireText) -> WireText {
        let segments = path.split(at: UInt8(ascii: "/")).dropLast().map(\.string)
        return segments.count <= 1 ? "/" : WireText(segments.joined(separator: "/"))
    }

    private static func path(_ path: WireText, isUnder folder: WireText) -> Bool {
        if path == folder || folder == "/" { return true }
        guard path.hasPrefix(folder) else { return false }
        return folder.bytes.last == UInt8(ascii: "/") || path.bytes[folder.byteCount] == UInt8(ascii: "/")
    }
}

/// One line of `Set-Cookie`, as it is read and not as it is judged.
package struct SetCookieLine: Sendable {
    package let name: WireText
    package let value: WireText
    package let path: WireText?
    package let isSecure: Bool
    package let isHTTPOnly: Bool
    package let sameSite: WireText?
    package let isOver: Bool

    package init?(_ line: WireText) {
        var parts = line.split(at: UInt8(ascii: ";"))[...]
        guard let pair = parts.popFirst().map(Self.pair), !pair.name.isEmpty, let value = pair.value else { return nil }
        name = pair.name
        self.value = value
        let attributes = parts.map(Self.pair).map { ($0.name.lowercasedASCII, $0.value) }
        func attribute(_ name: WireText) -> WireText?? { attributes.first { $0.0 == name }.map(\.1) }
        path = attribute("path").flatMap { $0 }
        isSecure = attribute("secure") != nil
        isHTTPOnly = attribute("httponly") != nil
        sameSite = attribute("samesite").flatMap { $0 }?.lowercasedASCII
        isOver = attribute("max-age").flatMap { $0 } == "0" || value.isEmpty
    }

    private static func pair(_ text: WireText) -> (name: WireText, value: WireText?) {
        let bytes = text.bytes
        let equals = bytes.firstIndex(of: UInt8(ascii: "="))
        func trimmed(_ part: ArraySlice<UInt8>) -> WireText {
            let start = part.firstIndex { $0 != .space } ?? part.endIndex
            let end = part.lastIndex { $0 != .space }.map { $0 + 1 } ?? part.startIndex
            return start < end ? WireText(Array(part[start..<end])) ?? "" : ""
        }
        guard let equals else { return (trimmed(bytes[...]), nil) }
        return (trimmed(bytes[..<equals]), trimmed(bytes[(equals + 1)...]))
    }
}

extension Place {
    /// Browsers treat these as safe without TLS.
    var isLoopback: Bool { ["localhost", "127.0.0.1", "::1"].contains(host) }
}
