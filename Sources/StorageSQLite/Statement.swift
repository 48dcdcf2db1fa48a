import CSQLite
import Text

/// A prepared statement, which belongs to its connection and to that connection's thread.
///
/// What binding says is kept until the first step, so that a statement can be filled in one go and
/// no failure is lost.
@safe
package final class Statement {
    private let handle: OpaquePointer
    private var bindingCode = SQLITE_OK

    /// Takes over a handle that `sqlite3_prepare_v3` made.
    init(assertion handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    deinit {
        unsafe sqlite3_finalize(handle)
    }

    /// Goes on to the next row; `false` at the end.
    package func step() throws(SQLiteFailure) -> Bool {
        guard bindingCode == SQLITE_OK else { throw failure(bindingCode) }
        let code = unsafe sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw failure(code)
        }
    }

    /// Ends what the statement was doing, and forgets what was bound.
    ///
    /// Until this is called a question holds its snapshot of the database, and no checkpoint gets past it.
    package func reset() {
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
        bindingCode = SQLITE_OK
    }

    package var parameterCount: Int32 { unsafe sqlite3_bind_parameter_count(handle) }

    private func failure(_ code: Int32) -> SQLiteFailure {
        let connection = unsafe sqlite3_db_handle(handle)
        return unsafe SQLiteFailure(code: code, message: String(cString: sqlite3_errmsg(connection)))
    }
}

// MARK: Binding

extension Statement {
    func bind(_ integer: Int64, at position: Int32) {
        note(unsafe sqlite3_bind_int64(handle, position, integer))
    }

    func bindNull(at position: Int32) {
        note(unsafe sqlite3_bind_null(handle, position))
    }

    /// Binds text with its length, so that a NUL inside it is kept and does not cut it short.
    func bind(_ text: WireText, at position: Int32) {
        // SQLite takes a null pointer for NULL, and the buffer of empty text might have one.
        guard !text.isEmpty else {
            return note(unsafe sqlite3_bind_text(handle, position, "", 0, assent_sqlite_transient()))
        }
        var string = text.string
        string.withUTF8 { bytes in
            note(
                unsafe sqlite3_bind_text64(
                    handle,
                    position,
                    UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self),
                    UInt64(bytes.count),
                    assent_sqlite_transient(),
                    UInt8(SQLITE_UTF8)
                )
            )
        }
    }

    func bind(_ bytes: borrowing Span<UInt8>, at position: Int32) {
        guard !bytes.isEmpty else { return note(unsafe sqlite3_bind_zeroblob(handle, position, 0)) }
        unsafe bytes.withUnsafeBytes { buffer in
            note(
                unsafe sqlite3_bind_blob64(
                    handle,
                    position,
                    buffer.baseAddress,
                    UInt64(buffer.count),
                    assent_sqlite_transient()
                )
            )
        }
    }

    private func note(_ code: Int32) {
        if bindingCode == SQLITE_OK { bindingCode = code }
    }
}

// MARK: Columns

extension Statement {
    func type(of column: Int32) -> Int32 { unsafe sqlite3_column_type(handle, column) }

    func integer(_ column: Int32) -> Int64 { unsafe sqlite3_column_int64(handle, column) }

    /// Calls `body` with the bytes of a text or blob, which are gone at the next step.
    func withBytes<Answer>(of column: Int32, _ body: (borrowing Span<UInt8>) -> Answer) -> Answer {
        let start = unsafe sqlite3_column_blob(handle, column)
        let count = Int(unsafe sqlite3_column_bytes(handle, column))
        let buffer = unsafe UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
        return unsafe buffer.withMemoryRebound(to: UInt8.self) { bytes in unsafe body(bytes.span) }
    }
}
