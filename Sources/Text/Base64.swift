/// RFC 4648 §4 with padding, in its one canonical form: for Basic credentials, PEM and certificates.
package enum Base64 {
    /// The text of bytes, padded to a multiple of four letters.
    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        Base64Alphabet.standard.append(bytes.span, to: &text)
        while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text, where it is the one text of these bytes.
    package static func decode(_ text: WireText) -> [UInt8]? {
        let letters = text.string.utf8.span
        guard letters.count % 4 == 0 else { return nil }
        var end = letters.count
        for _ in 0..<2 where end > 0 && letters[end - 1] == UInt8(ascii: "=") { end -= 1 }
        return Base64Alphabet.standard.decode(letters.extracting(first: end))
    }
}
