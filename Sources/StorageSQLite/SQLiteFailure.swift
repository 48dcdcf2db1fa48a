import CSQLite

/// What SQLite said instead of doing what it was asked.
///
/// The message names tables and columns and never holds a bound value, so it may be logged.
package struct SQLiteFailure: Error, Sendable, Hashable {
    /// The extended result code, as SQLite numbers them.
    package let code: Int32
    package let message: String

    package init(code: Int32, message: String) {
        self.code = code
        self.message = message
    }

    /// What the store read is not what the store writes: the file cannot be trusted.
    package static func corrupt(_ message: String) -> SQLiteFailure {
        SQLiteFailure(code: SQLITE_CORRUPT, message: message)
    }

    static let noMemory = SQLiteFailure(code: SQLITE_NOMEM, message: "the system has no more to give")

    /// The database file was removed, or another one stands in its place.
    static let fileReplaced = SQLiteFailure(code: SQLITE_CANTOPEN, message: "the database file was removed or replaced")

    /// What a caller can make of the code: the low byte is the family, the rest says more.
    package var kind: Kind {
        switch code & 0xFF {
        case SQLITE_FULL: .full
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: .readOnly
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: .busy
        case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_MISMATCH: .corrupt
        case SQLITE_IOERR: .io
        case SQLITE_CANTOPEN: .cannotOpen
        case SQLITE_CONSTRAINT: .constraint
        case SQLITE_NOMEM: .memory
        default: .other
        }
    }

    package enum Kind: Sendable, Hashable {
        case full
        case readOnly
        case busy
        case corrupt
        case io
        case cannotOpen
        case constraint
        case memory
        case other
    }
}

extension SQLiteFailure: CustomStringConvertible {
    package var description: String { "SQLite \(code): \(message)" }
}
