import Text

extension URIReference {
    /// Whether the authority is a name or an address, with a port or without, that all readers understand alike.
    ///
    /// RFC 3986 §3.2.2 lets punctuation stand in a host, and §3.2.3 any number of digits in a port. Browsers refuse
    /// some of it, and in a policy header it would end a directive.
    var hasPlainAuthority: Bool {
        guard !hasUserInformation, let host, host.hasPrefix("[") || Self.isName(host) else { return false }
        guard let port else { return true }
        return Self.portNumber(port) != nil
    }

    /// A port as it is written, without zeros before it.
    static func portNumber(_ text: WireText) -> Int? {
        guard (1...5).contains(text.byteCount), text.utf8.first != UInt8(ascii: "0") else { return nil }
        var port = 0
        for byte in text.utf8 {
            guard byte.isDigit else { return nil }
            port = port * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return (1...65_535).contains(port) ? port : nil
    }

    /// Labels between single dots.
    ///
    /// The underscore is no letter of host names, and found in some all the same.
    private static func isName(_ host: WireText) -> Bool {
        host.split(at: UInt8(ascii: ".")).allSatisfy { label in
            !label.isEmpty
                && label.utf8.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        }
    }
}
