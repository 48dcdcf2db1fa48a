import Text

/// Host and port, as `Host` and an absolute target spell them: RFC 9110 §7.2.
enum Authority {
    /// Reads letters, digits, dots, hyphens and underscores, or an IPv6 literal, and a port of 1 to 65535.
    ///
    /// Narrower than RFC 3986 §3.2.2: no user information, no escapes, no list. Lower case comes out,
    /// because names of hosts have no case.
    static func read(_ bytes: borrowing Span<UInt8>, in range: Range<Int>) throws(Malformation) -> WireText {
        guard range.count <= Limits.authorityBytes else { throw .hostMalformed }
        var index = range.lowerBound
        if index < range.upperBound, bytes[index] == UInt8(ascii: "[") {
            index += 1
            while index < range.upperBound, bytes[index].isIPv6Character { index += 1 }
            guard index < range.upperBound, bytes[index] == UInt8(ascii: "]"), index - range.lowerBound > 2 else {
                throw .hostMalformed
            }
            index += 1
        } else {
            while index < range.upperBound, bytes[index].isHostCharacter { index += 1 }
            guard index > range.lowerBound else { throw .hostMalformed }
        }
        if index < range.upperBound {
            guard bytes[index] == UInt8(ascii: ":") else { throw .hostMalformed }
            guard isPort(bytes, in: (index + 1)..<range.upperBound) else { throw .hostMalformed }
        }
        guard let text = WireText(bytes, in: range) else { throw .hostMalformed }
        return text.lowercasedASCII
    }

    private static func isPort(_ bytes: borrowing Span<UInt8>, in range: Range<Int>) -> Bool {
        guard (1...5).contains(range.count), bytes[range.lowerBound] != UInt8(ascii: "0") else { return false }
        guard let port = Decimal.read(bytes, in: range) else { return false }
        return port <= 65_535
    }
}

extension UInt8 {
    fileprivate var isHostCharacter: Bool {
        isAlphanumeric || self == UInt8(ascii: "-") || self == UInt8(ascii: ".") || self == UInt8(ascii: "_")
    }

    fileprivate var isIPv6Character: Bool {
        hexValue != nil || self == UInt8(ascii: ":") || self == UInt8(ascii: ".")
    }
}
