package import Text

/// Cookies of a request, read one name at a time: RFC 6265 §5.4.
package enum Cookie: Sendable, Hashable {
    case absent
    case value(WireText)
    /// A neighbour under the same domain can plant a second cookie of our name, and we cannot tell
    /// which one is ours. So neither is.
    case repeated

    /// Looks for a name, compared byte by byte, through all that the browser sent.
    package static func read(_ name: WireText, from fields: Fields) -> Cookie {
        var found = Cookie.absent
        for line in fields.all(.cookie) {
            let bytes = line.utf8.span
            var start = 0
            while start < bytes.count {
                let end = bytes.firstIndex(of: UInt8(ascii: ";"), in: start..<bytes.count) ?? bytes.count
                if let value = value(of: name, bytes, in: start..<end) {
                    guard found == .absent else { return .repeated }
                    found = .value(value)
                }
                start = end + 1
            }
        }
        return found
    }

    /// The value of one piece, where it is of this name.
    private static func value(of name: WireText, _ bytes: borrowing Span<UInt8>, in piece: Range<Int>) -> WireText? {
        let pair = bytes.trimmed(piece)
        let equals = pair.lowerBound + name.byteCount
        guard equals < pair.upperBound, bytes[equals] == UInt8(ascii: "="),
            bytes.matches(name.string, at: pair.lowerBound)
        else { return nil }
        return WireText(bytes, in: equals + 1..<pair.upperBound)
    }

    /// The value, where there is exactly one.
    package var only: WireText? {
        guard case .value(let value) = self else { return nil }
        return value
    }
}

extension Span<UInt8> {
    /// A range without the white space at both of its ends.
    fileprivate func trimmed(_ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, self[start].isFieldSpace { start += 1 }
        while end > start, self[end - 1].isFieldSpace { end -= 1 }
        return start..<end
    }
}

extension Substring.UTF8View {
    /// Without the white space at both ends.
    var trimmed: Substring.UTF8View {
        var rest = self[...]
        while let first = rest.first, first.isFieldSpace { rest = rest.dropFirst() }
        while let last = rest.last, last.isFieldSpace { rest = rest.dropLast() }
        return rest
    }
}
