/// Compact JSON into a byte buffer: whole values, or an object member by member.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    package init(capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// The bytes of a whole value.
    package static func write(_ value: JSON) -> [UInt8] {
        var writer = JSONWriter()
        writer.append(value)
        return writer.bytes
    }

    /// Begins an object, as a value of its own or after `name`.
    package mutating func beginObject() { open(UInt8(ascii: "{")) }

    /// Ends the object that was begun last.
    package mutating func endObject() { close(UInt8(ascii: "}")) }

    /// Begins an array, as a value of its own or after `name`.
    package mutating func beginArray() { open(UInt8(ascii: "[")) }

    /// Ends the array that was begun last.
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// The name of the member whose value is appended next.
    package mutating func name(_ name: WireText) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a member of the object that was begun last.
    package mutating func member(_ name: WireText, _ text: WireText) {
        self.name(name)
        append(text)
    }

    package mutating func member(_ name: WireText, _ integer: Int64) {
        self.name(name)
        append(integer)
    }

    package mutating func member(_ name: WireText, _ boolean: Bool) {
        self.name(name)
        append(.boolean(boolean))
    }

    package mutating func member(_ name: WireText, json value: JSON) {
        self.name(name)
        append(value)
    }

    /// Writes an element, or the value of the member that was named last.
    package mutating func append(_ text: WireText) {
        separate()
        quote(text)
        needsComma = true
    }

    package mutating func append(_ integer: Int64) {
        separate()
        bytes.append(contentsOf: String(integer).utf8)
        needsComma = true
    }

    package mutating func append(_ value: JSON) {
        switch value {
        case .null: literal("null")
        case .boolean(let boolean): literal(boolean ? "true" : "false")
        case .integer(let integer): append(integer)
        // JSON has no word for what is not finite; the reader never makes such a number.
        case .number(let number): literal(number.isFinite ? "\(number)" : "null")
        case .text(let text): append(text)
        case .array(let elements):
            beginArray()
            for element in elements { append(element) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members { self.member(member.name, json: member.value) }
            endObject()
        }
    }

    private mutating func literal(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    /// Escapes what RFC 8259 §7 says must be, and nothing else.
    private mutating func quote(_ text: WireText) {
        bytes.append(UInt8(ascii: "\""))
        if Self.needsEscape(text) {
            escape(text)
        } else {
            bytes.append(contentsOf: text.utf8)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ text: WireText) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(contentsOf: Hex.encode([byte]).utf8)
            default: bytes.append(byte)
            }
        }
    }

    private static func needsEscape(_ text: WireText) -> Bool {
        let bytes = text.string.utf8.span
        // Without an early way out the loop is done many bytes at a time.
        var found: UInt8 = 0
        for index in bytes.indices {
            let byte = bytes[index]
            found |= byte.markOfControl | byte.mark(ofSame: UInt8(ascii: "\""))
            found |= byte.mark(ofSame: UInt8(ascii: "\\"))
        }
        return found != 0
    }
}
