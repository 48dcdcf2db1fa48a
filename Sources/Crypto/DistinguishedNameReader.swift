import COpenSSL
import Text

/// The text of a name, cut at its separators: RFC 4514 §3.
struct DistinguishedNameReader {
    /// One type and its value.
    struct Attribute {
        /// A number such as `2.5.4.3`, or a name that OpenSSL knows.
        let kind: WireText
        /// The kind of string in ASN.1.
        let tag: Int32
        let value: [UInt8]
    }

    private var rest: ArraySlice<UInt8>

    /// The parts in the order of the text, each of one attribute or of several at once.
    static func read(_ text: WireText) -> [[Attribute]]? {
        guard !text.isEmpty, text.byteCount <= Limits.distinguishedNameBytes else { return nil }
        var reader = DistinguishedNameReader(rest: text.bytes[...])
        var parts: [[Attribute]] = []
        repeat {
            var part: [Attribute] = []
            repeat {
                guard let attribute = reader.attribute() else { return nil }
                part.append(attribute)
            } while reader.take(UInt8(ascii: "+"))
            parts.append(part)
        } while reader.take(UInt8(ascii: ","))
        return reader.rest.isEmpty ? parts : nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func skipSpaces() {
        rest = rest.drop { $0 == .space }
    }

    private mutating func attribute() -> Attribute? {
        skipSpaces()
        let letters = rest.prefix { $0.isAlphanumeric || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
        rest = rest[letters.endIndex...]
        skipSpaces()
        guard let kind = WireText(Array(letters)), !kind.isEmpty, take(UInt8(ascii: "=")) else { return nil }
        skipSpaces()
        guard let (tag, value) = rest.first == UInt8(ascii: "#") ? encodedValue() : textValue(), !value.isEmpty else {
            return nil
        }
        return Attribute(kind: Self.number(of: kind), tag: tag, value: value)
    }

    private mutating func textValue() -> (tag: Int32, value: [UInt8])? {
        var value: [UInt8] = []
        // What follows the last byte that is no bare space.
        var end = 0
        while let byte = rest.first, byte != UInt8(ascii: ","), byte != UInt8(ascii: "+") {
            rest.removeFirst()
            if byte == UInt8(ascii: "\\") {
                guard let escaped = escapedByte() else { return nil }
                value.append(escaped)
                end = value.count
                continue
            }
            // RFC 4514 §2.4: these stand for themselves only behind a backslash.
            guard !Self.special.contains(byte), byte != 0 else { return nil }
            value.append(byte)
            if byte != .space { end = value.count }
        }
        value.removeSubrange(end...)
        guard !value.contains(0), WireText(value) != nil else { return nil }
        return (V_ASN1_UTF8STRING, value)
    }

    private mutating func escapedByte() -> UInt8? {
        guard let first = rest.popFirst() else { return nil }
        guard let high = first.hexValue else {
            return Self.special.contains(first) || Self.escapable.contains(first) ? first : nil
        }
        guard let low = rest.popFirst()?.hexValue else { return nil }
        return high << 4 | low
    }

    /// RFC 4514 §2.4: `#` and the encoding of a string, in hexadecimal.
    private mutating func encodedValue() -> (tag: Int32, value: [UInt8])? {
        rest.removeFirst()
        let digits = rest.prefix { $0.hexValue != nil }
        rest = rest[digits.endIndex...]
        skipSpaces()
        guard let text = WireText(Array(digits)), let der = Hex.decode(text.lowercasedASCII) else { return nil }
        var length = 0
        var tag: Int32 = 0
        var kind: Int32 = 0
        let value = unsafe der.span.withUnsafeBufferPointer { bytes -> [UInt8]? in
            var position = bytes.baseAddress
            guard unsafe ASN1_get_object(&position, &length, &tag, &kind, bytes.count) == 0, kind == 0,
                let start = unsafe position, let base = bytes.baseAddress,
                unsafe start - base + length == bytes.count
            else { return nil }
            return unsafe Array(UnsafeBufferPointer(start: start, count: length))
        }
        guard let value, Self.strings.contains(tag) else {
            OpenSSLFailure.discard()
            return nil
        }
        return (tag, value)
    }

    /// These names have no case (RFC 4514 §3), and others are looked up as they stand.
    private static func number(of kind: WireText) -> WireText {
        numbers[kind.lowercasedASCII] ?? kind
    }

    private static let numbers: [WireText: WireText] = [
        "cn": "2.5.4.3", "l": "2.5.4.7", "st": "2.5.4.8", "o": "2.5.4.10", "ou": "2.5.4.11", "c": "2.5.4.6",
        "street": "2.5.4.9", "dc": "0.9.2342.19200300.100.1.25", "uid": "0.9.2342.19200300.100.1.1",
        // Not of RFC 4514 §3, but found in the certificates of open banking: ETSI EN 319 412-1 §5.1.4.
        "organizationidentifier": "2.5.4.97", "serialnumber": "2.5.4.5",
    ]

    private static let special = Array("\"+,;<>\\".utf8)
    private static let escapable = Array(" #=".utf8)
    private static let strings = [
        V_ASN1_UTF8STRING, V_ASN1_PRINTABLESTRING, V_ASN1_T61STRING, V_ASN1_IA5STRING, V_ASN1_VISIBLESTRING,
        V_ASN1_UNIVERSALSTRING, V_ASN1_BMPSTRING,
    ]
}
