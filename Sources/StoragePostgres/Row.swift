import Crypto
import Text

/// What came back: the rows of an answer, or how many were changed.
struct Rows: Sendable {
    /// The word that the server ended with, such as `COMMIT`.
    var tag: String = ""
    /// How many rows a change has met.
    var changed = 0
    /// The types of the columns.
    var types: [UInt32] = []
    /// Every value of every row, one behind the other.
    var bytes: [UInt8] = []
    /// Where each value ends in `bytes`; negative for NULL.
    var ends: [Int] = []
    /// Where each value begins.
    var starts: [Int] = []

    var count: Int { types.isEmpty ? 0 : ends.count / types.count }

    subscript(index: Int) -> Row { Row(rows: self, first: index * types.count) }
}

/// One row: columns by position, each of the type it was declared with.
///
/// A column of another type is not converted: such a value was not written by us, and what we cannot explain is never
/// used to allow something.
struct Row {
    fileprivate let rows: Rows
    fileprivate let first: Int

    func integer(_ column: Int) throws(PostgresFailure) -> Int64 {
        let bytes = try bytes(column, of: Int64.type)
        guard bytes.count == 8 else { throw .corrupt("column \(column) is no number") }
        return Int64(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// A number of things.
    func count(_ column: Int) throws(PostgresFailure) -> Int {
        guard let count = Int(exactly: try integer(column)), count >= 0 else {
            throw .corrupt("column \(column) counts what cannot be counted")
        }
        return count
    }

    func boolean(_ column: Int) throws(PostgresFailure) -> Bool {
        switch try bytes(column, of: Bool.type).first {
        case 0: return false
        case 1: return true
        default: throw .corrupt("column \(column) is neither true nor false")
        }
    }

    func timestamp(_ column: Int) throws(PostgresFailure) -> Timestamp {
        Timestamp(try integer(column))
    }

    func optionalTimestamp(_ column: Int) throws(PostgresFailure) -> Timestamp? {
        isNull(column) ? nil : try timestamp(column)
    }

    func text(_ column: Int) throws(PostgresFailure) -> WireText {
        guard let text = StoredText.read(try bytes(column, of: WireText.type)) else {
            throw .corrupt("column \(column) is no text of ours")
        }
        return text
    }

    func optionalText(_ column: Int) throws(PostgresFailure) -> WireText? {
        isNull(column) ? nil : try text(column)
    }

    func identifier<Named>(
        _ column: Int,
        of type: Named.Type = Named.self
    ) throws(PostgresFailure) -> Identifier<Named> {
        Identifier(try text(column))
    }

    func optionalIdentifier<Named>(
        _ column: Int,
        of type: Named.Type = Named.self
    ) throws(PostgresFailure) -> Identifier<Named>? {
        isNull(column) ? nil : try identifier(column)
    }

    func texts(_ column: Int) throws(PostgresFailure) -> [WireText] {
        var rest = try bytes(column, of: TextArray.type)
        let dimensions = try Self.number(&rest)
        let hasNull = try Self.number(&rest)
        let type = try Self.number(&rest)
        guard hasNull == 0, type == WireText.type, dimensions <= 1 else { throw .corrupt("column \(column)") }
        guard dimensions == 1 else { return [] }
        let count = try Self.number(&rest)
        _ = try Self.number(&rest)
        var texts: [WireText] = []
        for _ in 0..<count {
            let length = Int(try Self.number(&rest))
            guard length <= rest.count, let text = StoredText.read(rest.prefix(length)) else {
                throw .corrupt("column \(column) is no list of texts of ours")
            }
            texts.append(text)
            rest = rest.dropFirst(length)
        }
        return texts
    }

    func blob(_ column: Int) throws(PostgresFailure) -> [UInt8] {
        Array(try bytes(column, of: [UInt8].type))
    }

    func optionalBlob(_ column: Int) throws(PostgresFailure) -> [UInt8]? {
        isNull(column) ? nil : try blob(column)
    }

    func fingerprint(_ column: Int) throws(PostgresFailure) -> Fingerprint {
        guard let fingerprint = Fingerprint(bytes: try blob(column)) else { throw .corrupt("a fingerprint") }
        return fingerprint
    }

    func optionalFingerprint(_ column: Int) throws(PostgresFailure) -> Fingerprint? {
        isNull(column) ? nil : try fingerprint(column)
    }

    /// A value of an enumeration, by the name that is stored.
    ///
    /// A name that we do not know was not written by us.
    func word<Word: RawRepresentable<String>>(
        _ column: Int,
        of type: Word.Type = Word.self
    ) throws(PostgresFailure) -> Word {
        guard let word = Word(rawValue: try text(column).string) else {
            throw .corrupt("column \(column) holds a word that is not ours")
        }
        return word
    }

    func isNull(_ column: Int) -> Bool { rows.ends[first + column] < 0 }

    private func bytes(_ column: Int, of type: UInt32) throws(PostgresFailure) -> ArraySlice<UInt8> {
        let end = rows.ends[first + column]
        guard rows.types[column] == type, end >= 0 else {
            throw .corrupt("column \(column) has a type that it was not declared with")
        }
        return rows.bytes[rows.starts[first + column]..<end]
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>) throws(PostgresFailure) -> UInt32 {
        guard bytes.count >= 4 else { throw .corrupt("a list of texts ends early") }
        defer { bytes = bytes.dropFirst(4) }
        return bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}
