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
            for piece in line.utf8.split(separator: UInt8(ascii: ";")) {
                let pair = piece.trimmed
                guard let equals = pair.firstIndex(of: UInt8(ascii: "=")),
                    pair[..<equals].elementsEqual(name.utf8)
                else { continue }
                guard found == .absent else { return .repeated }
                found = .value(WireText(pair[pair.index(after: equals)...]))
            }
        }
        return found
    }

    /// The value, where there is exactly one.
    package var only: WireText? {
        guard case .value(let value) = self else { return nil }
        return value
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
