import CSQLite
package import Text

/// The row a statement stands on: columns by position, each of the type it was declared with.
///
/// A column of another type is not converted. Our tables are `STRICT`, so such a value was not written
/// by us, and what we cannot explain is never used to allow something.
package struct Row: ~Copyable {
    private let statement: Statement

    init(of statement: Statement) {
        self.statement = statement
    }

    package func integer(_ column: Int32) throws(SQLiteFailure) -> Int64 {
        try require(SQLITE_INTEGER, column)
        return statement.integer(column)
    }

    package func optionalInteger(_ column: Int32) throws(SQLiteFailure) -> Int64? {
        isNull(column) ? nil : try integer(column)
    }

    /// A number of things, which a file of another machine cannot make too large for this one.
    package func count(_ column: Int32) throws(SQLiteFailure) -> Int {
        guard let count = Int(exactly: try integer(column)), count >= 0 else {
            throw .corrupt("column \(column) counts what cannot be counted")
        }
        return count
    }

    package func boolean(_ column: Int32) throws(SQLiteFailure) -> Bool {
        switch try integer(column) {
        case 0: return false
        case 1: return true
        default: throw .corrupt("column \(column) is neither 0 nor 1")
        }
    }

    package func timestamp(_ column: Int32) throws(SQLiteFailure) -> Timestamp {
        Timestamp(try integer(column))
    }

    package func optionalTimestamp(_ column: Int32) throws(SQLiteFailure) -> Timestamp? {
        isNull(column) ? nil : try timestamp(column)
    }

    package func text(_ column: Int32) throws(SQLiteFailure) -> WireText {
        try require(SQLITE_TEXT, column)
        guard let text = statement.withBytes(of: column, { bytes in WireText(bytes) }) else {
            throw .corrupt("column \(column) is not UTF-8")
        }
        return text
    }

    package func optionalText(_ column: Int32) throws(SQLiteFailure) -> WireText? {
        isNull(column) ? nil : try text(column)
    }

    package func identifier<Named>(
        _ column: Int32,
        of type: Named.Type = Named.self
    ) throws(SQLiteFailure) -> Identifier<Named> {
        Identifier(try text(column))
    }

    package func optionalIdentifier<Named>(
        _ column: Int32,
        of type: Named.Type = Named.self
    ) throws(SQLiteFailure) -> Identifier<Named>? {
        isNull(column) ? nil : try identifier(column)
    }

    package func blob(_ column: Int32) throws(SQLiteFailure) -> [UInt8] {
        try require(SQLITE_BLOB, column)
        return statement.withBytes(of: column) { bytes in
            [UInt8](capacity: bytes.count) { output in
                for index in bytes.indices { output.append(bytes[index]) }
            }
        }
    }

    package func optionalBlob(_ column: Int32) throws(SQLiteFailure) -> [UInt8]? {
        isNull(column) ? nil : try blob(column)
    }

    package func isNull(_ column: Int32) -> Bool {
        statement.type(of: column) == SQLITE_NULL
    }

    private func require(_ type: Int32, _ column: Int32) throws(SQLiteFailure) {
        guard statement.type(of: column) == type else {
            throw .corrupt("column \(column) has a type that it was not declared with")
        }
    }
}
