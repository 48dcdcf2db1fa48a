import Text

/// The only way a value gets into a page.
enum HTMLEscape {
    /// Appends `text` so that it is text wherever it stands: between tags or in a quoted attribute.
    ///
    /// Works on bytes. A `Character` may be `<` with a combining mark, which is not equal to `<`
    /// and would pass as it is, although a browser reads the `<`.
    static func append(_ text: WireText, to output: inout [UInt8]) {
        let bytes = text.utf8.span
        // Most values hold nothing of that kind, and are taken as they stand.
        guard needsEscape(bytes) else {
            return output.append(addingCapacity: bytes.count) { page in
                for index in bytes.indices { page.append(bytes[index]) }
            }
        }
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "&"): output.append(contentsOf: ampersand)
            case UInt8(ascii: "<"): output.append(contentsOf: lessThan)
            case UInt8(ascii: ">"): output.append(contentsOf: greaterThan)
            case UInt8(ascii: "\""): output.append(contentsOf: quotationMark)
            case UInt8(ascii: "'"): output.append(contentsOf: apostrophe)
            case let byte: output.append(byte)
            }
        }
    }

    private static func needsEscape(_ bytes: borrowing Span<UInt8>) -> Bool {
        // Without an early way out the loop is done many bytes at a time.
        var found: UInt8 = 0
        for index in bytes.indices {
            let byte = bytes[index]
            found |= byte.mark(ofSame: UInt8(ascii: "&")) | byte.mark(ofSame: UInt8(ascii: "<"))
            found |= byte.mark(ofSame: UInt8(ascii: ">")) | byte.mark(ofSame: UInt8(ascii: "\""))
            found |= byte.mark(ofSame: UInt8(ascii: "'"))
        }
        return found != 0
    }

    private static let ampersand = Array("&amp;".utf8)
    private static let lessThan = Array("&lt;".utf8)
    private static let greaterThan = Array("&gt;".utf8)
    private static let quotationMark = Array("&quot;".utf8)
    private static let apostrophe = Array("&#39;".utf8)
}
