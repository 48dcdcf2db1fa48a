import Text

/// What may stand behind the size of a chunk: RFC 9112 §7.1.1, without its optional white space.
///
/// We know no extension. They are checked all the same, because a reader that skips to the end of the
/// line and one that does not would find different chunks.
enum ChunkExtensions {
    /// Whether the range holds `;name`, `;name=token` and `;name="text"` and nothing else.
    static func areWellFormed(_ bytes: borrowing Span<UInt8>, in range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while index < range.upperBound {
            guard bytes[index] == UInt8(ascii: ";") else { return false }
            index += 1
            guard skipToken(bytes, &index, before: range.upperBound) else { return false }
            guard index < range.upperBound, bytes[index] == UInt8(ascii: "=") else { continue }
            index += 1
            if index < range.upperBound, bytes[index] == UInt8(ascii: "\"") {
                guard skipQuotedText(bytes, &index, before: range.upperBound) else { return false }
            } else {
                guard skipToken(bytes, &index, before: range.upperBound) else { return false }
            }
        }
        return true
    }

    private static func skipToken(_ bytes: borrowing Span<UInt8>, _ index: inout Int, before end: Int) -> Bool {
        let start = index
        while index < end, bytes[index].isTokenCharacter { index += 1 }
        return index > start
    }

    /// RFC 9110 §5.6.4.
    private static func skipQuotedText(_ bytes: borrowing Span<UInt8>, _ index: inout Int, before end: Int) -> Bool {
        index += 1
        while index < end {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return true
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
            guard index <= end, bytes[index - 1].isFieldContent else { return false }
        }
        return false
    }
}
