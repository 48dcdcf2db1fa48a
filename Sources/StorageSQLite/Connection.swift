import CSQLite

/// One connection to the database file, used by one thread at a time.
///
/// Every statement is a literal, prepared once and kept. A text that was put together cannot be passed,
/// so a value from outside cannot become SQL.
@safe
package final class Connection {
    private let handle: OpaquePointer
    private var statements: [UInt: Statement] = [:]
    /// Pages in the log after the last commit, written by SQLite's hook.
    private let framesInLog: UnsafeMutablePointer<Int32>

    /// Opens the file, and sets everything that must hold before the first statement runs.
    package init(_ path: String, as role: Role) throws(SQLiteFailure) {
        _ = Self.isLibraryPrepared
        var opened: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &opened, role.flags, nil)
        guard let opened = unsafe opened else {
            throw SQLiteFailure(code: SQLITE_NOMEM, message: "no memory for a connection")
        }
        unsafe handle = opened
        unsafe framesInLog = .allocate(capacity: 1)
        unsafe framesInLog.initialize(to: 0)
        unsafe sqlite3_extended_result_codes(opened, 1)
        guard code == SQLITE_OK else { throw failure(code) }

        try defend()
        let sealed = unsafe RowSeal.register(on: opened)
        guard sealed == SQLITE_OK else { throw failure(sealed) }
        unsafe sqlite3_busy_timeout(opened, role.busyMilliseconds)
        for pragma in role.pragmas { try runScript(pragma) }
        // After `wal_autocheckpoint`, which is such a hook itself and takes the place of another.
        if role == .writer { countFrames() }
    }

    deinit {
        // The statements hold the handle; SQLite closes it when the last of them is gone.
        statements.removeAll()
        unsafe sqlite3_close_v2(handle)
        unsafe framesInLog.deallocate()
    }

    /// Runs a statement that changes rows, and says how many it changed.
    ///
    /// A change that met no row was overtaken by somebody, and the caller must hear of it.
    package func run<each Value: Bindable>(
        _ sql: StaticString,
        _ values: repeat each Value
    ) throws(SQLiteFailure) -> Int {
        let statement = try prepared(sql)
        defer { statement.reset() }
        bind(repeat each values, to: statement)
        while try statement.step() {}
        return Int(unsafe sqlite3_changes64(handle))
    }

    /// The first row of an answer, or `nil` where there is none.
    package func first<each Value: Bindable, Answer>(
        _ sql: StaticString,
        _ values: repeat each Value,
        read: (borrowing Row) throws(SQLiteFailure) -> Answer
    ) throws(SQLiteFailure) -> Answer? {
        let statement = try prepared(sql)
        defer { statement.reset() }
        bind(repeat each values, to: statement)
        return try statement.step() ? try read(Row(of: statement)) : nil
    }

    /// Every row of an answer.
    ///
    /// The statement must bound how many those are.
    package func all<each Value: Bindable, Answer>(
        _ sql: StaticString,
        _ values: repeat each Value,
        read: (borrowing Row) throws(SQLiteFailure) -> Answer
    ) throws(SQLiteFailure) -> [Answer] {
        let statement = try prepared(sql)
        defer { statement.reset() }
        bind(repeat each values, to: statement)
        var answers: [Answer] = []
        while try statement.step() { answers.append(try read(Row(of: statement))) }
        return answers
    }

    /// Runs a statement that has no parameters and whose rows do not matter: `BEGIN`, `COMMIT`, a pragma.
    package func execute(_ sql: StaticString) throws(SQLiteFailure) {
        let statement = try prepared(sql)
        defer { statement.reset() }
        while try statement.step() {}
    }

    /// Runs the statements of a migration, which are needed once and not kept.
    package func runScript(_ script: StaticString) throws(SQLiteFailure) {
        let start = unsafe UnsafeRawPointer(script.utf8Start).assumingMemoryBound(to: CChar.self)
        let code = unsafe sqlite3_exec(handle, start, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code) }
    }

    /// Whether a transaction is open.
    ///
    /// SQLite ends one by itself when the disk fails under it.
    package var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

    /// How many pages the log holds: what a checkpoint would move into the file.
    package var logFrames: Int { Int(unsafe framesInLog.pointee) }

    /// Moves the log into the database file, as far as no reader still needs it.
    ///
    /// With `emptying` it waits a moment for readers, and leaves an empty log. Says whether all was moved.
    package func checkpoint(emptying: Bool = false) throws(SQLiteFailure) -> Bool {
        var inLog: Int32 = 0
        var moved: Int32 = 0
        let mode = emptying ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE
        // Writers queue behind this, so it gives up long before they do.
        unsafe sqlite3_busy_timeout(handle, Role.checkpointMilliseconds)
        defer { unsafe sqlite3_busy_timeout(handle, Role.writer.busyMilliseconds) }
        let code = unsafe sqlite3_wal_checkpoint_v2(handle, nil, mode, &inLog, &moved)
        if code == SQLITE_BUSY { return false }
        guard code == SQLITE_OK else { throw failure(code) }
        return inLog == moved
    }

    /// Undoes the open transaction, where there is one.
    ///
    /// What led here is the failure that matters.
    package func rollBack() {
        guard isInTransaction else { return }
        try? execute("ROLLBACK")
    }

    /// Copies everything of this snapshot into another connection's file.
    func copy(to other: Connection) throws(SQLiteFailure) {
        guard let backup = unsafe sqlite3_backup_init(other.handle, "main", handle, "main") else {
            throw other.failure(unsafe sqlite3_errcode(other.handle))
        }
        let step = unsafe sqlite3_backup_step(backup, -1)
        let finish = unsafe sqlite3_backup_finish(backup)
        guard step == SQLITE_DONE else { throw other.failure(step) }
        guard finish == SQLITE_OK else { throw other.failure(finish) }
    }

    private func failure(_ code: Int32) -> SQLiteFailure {
        unsafe SQLiteFailure(code: code, message: String(cString: sqlite3_errmsg(handle)))
    }

    /// A statement, prepared once.
    func prepared(_ sql: StaticString) throws(SQLiteFailure) -> Statement {
        // A literal does not move, so its address is its name.
        let name = unsafe UInt(bitPattern: sql.utf8Start)
        if let statement = statements[name] { return statement }

        let start = unsafe UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self)
        var compiled: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(
            handle,
            start,
            Int32(sql.utf8CodeUnitCount),
            UInt32(SQLITE_PREPARE_PERSISTENT),
            &compiled,
            nil
        )
        guard code == SQLITE_OK else { throw failure(code) }
        guard let compiled = unsafe compiled else { preconditionFailure("A statement has words.") }
        let statement = unsafe Statement(assertion: compiled)
        statements[name] = statement
        return statement
    }

    private func bind<each Value: Bindable>(_ values: repeat each Value, to statement: Statement) {
        var position: Int32 = 0
        for value in repeat each values {
            position += 1
            value.bind(to: statement, at: position)
        }
        precondition(position == statement.parameterCount, "A statement gets a value for every parameter.")
    }

    private func countFrames() {
        unsafe sqlite3_wal_hook(
            handle,
            { counter, _, _, frames in
                unsafe counter?.assumingMemoryBound(to: Int32.self).pointee = frames
                return SQLITE_OK
            },
            framesInLog
        )
    }

    /// Switches off what a hostile file could use against us, and what we have no use for.
    private func defend() throws(SQLiteFailure) {
        let options: [(option: Int32, isOn: Bool)] = [
            (SQLITE_DBCONFIG_DEFENSIVE, true),
            (SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, false),
            (SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
            (SQLITE_DBCONFIG_ENABLE_VIEW, false),
            (SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, false),
            (SQLITE_DBCONFIG_WRITABLE_SCHEMA, false),
            (SQLITE_DBCONFIG_DQS_DML, false),
            (SQLITE_DBCONFIG_DQS_DDL, false),
            (SQLITE_DBCONFIG_ENABLE_FKEY, true),
            // Only the writer moves the log into the file, and says when.
            (SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true),
        ]
        for (option, isOn) in options {
            let code = unsafe assent_sqlite_option(handle, option, isOn ? 1 : 0)
            guard code == SQLITE_OK else { throw failure(code) }
        }
    }

    private static let isLibraryPrepared = assent_sqlite_without_memory_statistics() == SQLITE_OK
}
