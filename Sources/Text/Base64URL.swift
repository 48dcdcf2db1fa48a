/// RFC 4648 §5 without padding, in its one canonical form.
///
/// Decoding refuses padding, white space, the other alphabet and spare bits that are not zero: many
/// spellings of one value are by-passes of replay lists.
package enum Base64URL {
    /// The text of bytes.
    package static func encode(_ bytes: [UInt8]) -> String {
        encode(bytes.span)
    }

    /// The text of bytes.
    package static func encode(_ bytes: borrowing Span<UInt8>) -> String {
        var text: [UInt8] = []
        append(bytes, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the text of bytes, as ASCII.
    package static func append(_ bytes: borrowing Span<UInt8>, to text: inout [UInt8]) {
        Base64Alphabet.url.append(bytes, to: &text)
    }

    /// The bytes of a text, where it is the one text of these bytes.
    package static func decode(_ text: WireText) -> [UInt8]? {
        decode(text.string.utf8.span)
    }

    /// The bytes of a text, where it is the one text of these bytes.
    package static func decode(_ text: borrowing Span<UInt8>) -> [UInt8]? {
        Base64Alphabet.url.decode(text)
    }
}
