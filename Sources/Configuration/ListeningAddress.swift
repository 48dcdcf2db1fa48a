package import Text

/// An address and a port, or the path of a socket; never a name, because names change their meaning.
package struct ListeningAddress: Sendable, Hashable {
    package let text: WireText
    /// Whether only programs on this machine reach it.
    package let isOfThisMachine: Bool

    package init?(_ text: WireText) {
        self.text = text
        if text.utf8.first == UInt8(ascii: "/") {
            // A path must fit into `sun_path` with its final zero.
            guard text.byteCount < 108, !text.utf8.contains(0) else { return nil }
            isOfThisMachine = true
            return
        }
        guard let uri = URIReference(WireText("http://\(text)")), uri.authority == text, !uri.hasUserInformation,
            let host = uri.host, let port = uri.port, Self.isPort(port)
        else { return nil }
        let labels = host.split(at: UInt8(ascii: "."))
        let isIPv6 = host.utf8.first == UInt8(ascii: "[")
        // Of names, `URIReference` lets none pass whose last label is a number.
        guard isIPv6 || labels.last?.utf8.allSatisfy(\.isDigit) == true else { return nil }
        isOfThisMachine = host == "[::1]" || (!isIPv6 && labels.first == "127")
    }

    private init(ofThisMachine text: WireText) {
        self.text = text
        isOfThisMachine = true
    }

    static let standard = ListeningAddress(ofThisMachine: "127.0.0.1:8080")
    static let standardOperations = ListeningAddress(ofThisMachine: "127.0.0.1:9090")

    private static func isPort(_ digits: WireText) -> Bool {
        guard (1...5).contains(digits.byteCount), digits.utf8.first != UInt8(ascii: "0") else { return false }
        return digits.utf8.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 65_535
    }
}
