/// Text from outside, compared byte by byte.
///
/// Swift's `String` compares by canonical equivalence, so that two spellings of one letter are
/// equal and a redirect URI or a code could match one that was never registered.
package struct WireText: Sendable {
    package let string: String

    package init(_ string: String) {
        self.string = string
    }

    /// Reads UTF-8, and refuses what is not: replacement characters would make different inputs equal.
    package init?(_ bytes: borrowing Span<UInt8>) {
        guard let text = try? UTF8Span(validating: copy bytes) else { return nil }
        string = String(copying: text)
    }

    /// Reads a part of UTF-8 bytes, and refuses what is not UTF-8.
    package init?(_ bytes: borrowing Span<UInt8>, in range: Range<Int>) {
        guard let text = try? UTF8Span(validating: bytes.extracting(range)) else { return nil }
        string = String(copying: text)
    }

    package init?(_ bytes: [UInt8]) {
        self.init(bytes.span)
    }

    /// A part of well-formed text, cut at ASCII characters and therefore well-formed itself.
    package init(_ part: Substring.UTF8View) {
        string = String(Substring(part))
    }

    package var utf8: String.UTF8View { string.utf8 }

    package var bytes: [UInt8] { Array(string.utf8) }

    package var byteCount: Int { string.utf8.count }

    package var isEmpty: Bool { string.isEmpty }

    /// Whether every byte is a visible ASCII character, `%x21-7E`.
    package var isVisibleASCII: Bool {
        let bytes = string.utf8.span
        for index in bytes.indices where !bytes[index].isVisible { return false }
        return true
    }

    /// Whether this begins with the bytes of another text.
    package func hasPrefix(_ prefix: WireText) -> Bool {
        string.utf8.starts(with: prefix.string.utf8)
    }

    /// The pieces between single occurrences of an ASCII byte; empty pieces are kept.
    package func split(at separator: UInt8) -> [WireText] {
        string.utf8.split(separator: separator, omittingEmptySubsequences: false).map { WireText($0) }
    }

    /// Upper-case ASCII letters made lower-case, and nothing else changed.
    package var lowercasedASCII: WireText {
        guard string.utf8.contains(where: \.isUppercase) else { return self }
        return WireText(string.utf8.map(\.lowercasedASCII)) ?? self
    }
}

extension WireText: Hashable {
    package static func == (left: Self, right: Self) -> Bool {
        guard left.byteCount == right.byteCount else { return false }
        let leftBytes = left.string.utf8.span
        let rightBytes = right.string.utf8.span
        // Without an early way out the loop is done many bytes at a time.
        var difference: UInt8 = 0
        for index in leftBytes.indices { difference |= leftBytes[index] ^ rightBytes[index] }
        return difference == 0
    }

    package func hash(into hasher: inout Hasher) {
        // `combine(bytes:)` has no safe form; the bytes are read while the span is alive.
        unsafe string.utf8.span.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        // A byte that no text has, so that "ab" and "c" are not "a" and "bc".
        hasher.combine(0xFF as UInt8)
    }
}

extension WireText: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        left.string.utf8.lexicographicallyPrecedes(right.string.utf8)
    }
}

extension WireText: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) {
        self.init(value)
    }
}

extension WireText: CustomStringConvertible {
    package var description: String { string }
}
