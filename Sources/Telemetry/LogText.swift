import Text

/// A value from anywhere, as JSON text that can neither end its line nor speak to a terminal.
enum LogText {
    /// Appends the quoted text, cut at a whole character when it is longer than a log needs.
    static func append(_ text: WireText, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        var room = text.byteCount <= Limits.logValueBytes ? Limits.logValueBytes : Limits.logValueBytes - ellipsis.count
        var isWhole = true
        for scalar in text.string.unicodeScalars {
            let length = UTF8.width(scalar)
            guard length <= room else {
                isWhole = false
                break
            }
            room -= length
            append(scalar, to: &line)
        }
        if !isWhole { line.append(contentsOf: ellipsis) }
        line.append(UInt8(ascii: "\""))
    }

    private static let ellipsis = Array("…".utf8)

    private static func append(_ scalar: Unicode.Scalar, to line: inout [UInt8]) {
        switch scalar {
        case "\"", "\\":
            line.append(UInt8(ascii: "\\"))
            line.append(UInt8(ascii: scalar))
        case _ where isUnsafe(scalar):
            appendEscape(scalar, to: &line)
        default:
            if let encoded = UTF8.encode(scalar) { line.append(contentsOf: encoded) }
        }
    }

    /// Control characters of both sets, line separators, and what turns the direction of writing.
    ///
    /// RFC 8259 §7 asks for the first 32 only. The rest is for people who read a log in a terminal.
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: false
        }
    }

    private static func appendEscape(_ scalar: Unicode.Scalar, to line: inout [UInt8]) {
        for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
            line.append(contentsOf: #"\u"#.utf8)
            line.append(contentsOf: Hex.encode([UInt8(unit >> 8), UInt8(unit & 0xFF)]).utf8)
        }
    }
}
