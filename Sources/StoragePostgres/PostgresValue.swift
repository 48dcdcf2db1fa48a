import Crypto
import Text

/// A value that may stand in the place of a parameter, in PostgreSQL's binary form.
///
/// Statements are literals and values are bound, so no value is ever read as SQL.
protocol PostgresValue {
    /// The number of its type: `pg_type.oid`, which is the same everywhere.
    static var type: UInt32 { get }

    /// Writes this value behind the others.
    func write(to parameters: inout Parameters)
}

/// The values of a statement, one behind the other.
struct Parameters: Sendable, Hashable {
    private(set) var bytes: [UInt8] = []
    /// The length of each value; negative for NULL.
    private(set) var lengths: [Int32] = []

    mutating func append(_ integer: Int64) {
        append(bigEndian: UInt64(bitPattern: integer), bytes: 8)
        lengths.append(8)
    }

    mutating func append(_ value: borrowing Span<UInt8>) {
        for index in value.indices { bytes.append(value[index]) }
        lengths.append(Int32(value.count))
    }

    mutating func append(_ text: WireText) {
        let start = bytes.count
        StoredText.write(text, to: &bytes)
        lengths.append(Int32(bytes.count - start))
    }

    mutating func append(_ texts: [WireText]) {
        let start = bytes.count
        // One dimension, without NULL, of text; its length, counted from 1. An empty array has no dimension.
        append(bigEndian: texts.isEmpty ? 0 : 1, bytes: 4)
        append(bigEndian: 0, bytes: 4)
        append(bigEndian: UInt64(WireText.type), bytes: 4)
        if !texts.isEmpty {
            append(bigEndian: UInt64(texts.count), bytes: 4)
            append(bigEndian: 1, bytes: 4)
        }
        for text in texts {
            let length = bytes.count
            append(bigEndian: 0, bytes: 4)
            StoredText.write(text, to: &bytes)
            let count = bytes.count - length - 4
            for index in 0..<4 { bytes[length + index] = UInt8(truncatingIfNeeded: count >> (24 - 8 * index)) }
        }
        lengths.append(Int32(bytes.count - start))
    }

    mutating func append(_ boolean: Bool) {
        bytes.append(boolean ? 1 : 0)
        lengths.append(1)
    }

    mutating func appendNull() {
        lengths.append(-1)
    }

    private mutating func append(bigEndian word: UInt64, bytes count: Int) {
        for index in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(8 * index))) }
    }
}

/// A list of texts, which stands in one column as an array.
struct TextArray: PostgresValue {
    static let type: UInt32 = 1009

    let texts: [WireText]

    init(_ texts: [WireText]) {
        self.texts = texts
    }

    func write(to parameters: inout Parameters) { parameters.append(texts) }
}

extension Int64: PostgresValue {
    static var type: UInt32 { 20 }
    func write(to parameters: inout Parameters) { parameters.append(self) }
}

extension Int: PostgresValue {
    static var type: UInt32 { Int64.type }
    func write(to parameters: inout Parameters) { parameters.append(Int64(self)) }
}

extension Bool: PostgresValue {
    static var type: UInt32 { 16 }
    func write(to parameters: inout Parameters) { parameters.append(self) }
}

extension Timestamp: PostgresValue {
    static var type: UInt32 { Int64.type }
    func write(to parameters: inout Parameters) { parameters.append(seconds) }
}

extension WireText: PostgresValue {
    static var type: UInt32 { 25 }
    func write(to parameters: inout Parameters) { parameters.append(self) }
}

extension Identifier: PostgresValue {
    static var type: UInt32 { WireText.type }
    func write(to parameters: inout Parameters) { parameters.append(text) }
}

extension [UInt8]: PostgresValue {
    static var type: UInt32 { 17 }
    func write(to parameters: inout Parameters) { parameters.append(span) }
}

extension Fingerprint: PostgresValue {
    static var type: UInt32 { [UInt8].type }
    func write(to parameters: inout Parameters) { bytes.write(to: &parameters) }
}

extension Optional: PostgresValue where Wrapped: PostgresValue {
    static var type: UInt32 { Wrapped.type }

    func write(to parameters: inout Parameters) {
        if let value = self { value.write(to: &parameters) } else { parameters.appendNull() }
    }
}
