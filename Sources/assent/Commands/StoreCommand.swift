import Net
import Storage
import StoragePostgres
import StorageSQLite
import Text

/// The command `assent store`.
struct StoreCommand: Command {
    static let name = "store"
    static let summary = "Copies what a SQLite database holds to the PostgreSQL of a configuration."
    static let operands = "copy DATABASE"
    static let options = [
        ConfigurationFile.option,
        Option("restored", nil, "the file was taken back in time: ends all codes, tokens and sessions in the copy"),
    ]
    static let examples = ["assent store copy assent.sqlite --config config/assent.json"]

    func run(_ arguments: Arguments) async throws(CommandFailure) {
        guard arguments.operands.count == 2, arguments.operands[0] == "copy" else {
            throw CommandFailure("say store copy DATABASE.", exit: .usage)
        }
        let address = try MigrateCommand.server(of: arguments).address()
        let head = try Self.copy(arguments.operands[1], to: address, isRestored: arguments.has("restored"))
        try await Self.verify(head, at: address)
        Terminal.say("\(head.sequence):\(Hex.encode(head.hash))  the ledger, every entry as it was written")
        Terminal.say("\(arguments.operands[1]) stays as it is; move it away, so that no server starts with it again.")
    }

    /// - Returns: The end of the ledger, in both.
    private static func copy(
        _ database: String,
        to address: PostgresAddress,
        isRestored: Bool
    ) throws(CommandFailure) -> LedgerHead {
        let source: TableFile
        let head: LedgerHead
        do throws(OpeningFailure) {
            let path = try DatabasePath(database)
            // First, so that what is proved is what is copied.
            source = try TableFile(path)
            head = try proved(path)
        } catch { throw CommandFailure("\(error.sentence).") }
        // Codes that it shows as unspent may have been spent: a server ends them when it starts, and so must a copy.
        guard isRestored || !source.isRestored else {
            throw CommandFailure(
                "\(database) was put back from a copy, or is one: say --restored, which ends every code, token and session "
                    + "from before; consents stay."
            )
        }
        let target = try writing { () throws(TableCopyFailure) in try TableCopy(into: address) }
        for table in StoredTable.allCases { try copy(table, from: source, to: target) }
        let end = isRestored ? max(SystemClock.now, source.seen) : nil
        try writing { () throws(TableCopyFailure) in
            try target.finish(head, started: source.started, seen: source.seen, endingAt: end)
        }
        return head
    }

    /// Every page, every table, and the ledger with the consents that it tells of.
    private static func proved(_ path: DatabasePath) throws(OpeningFailure) -> LedgerHead {
        do throws(RestoreFailure) { return try Restore.verify(path).ledger } catch {
            guard case .unusable(let failure) = error else {
                throw .damaged(path: path.string, detail: error.sentence)
            }
            throw failure
        }
    }

    private static func copy(
        _ table: StoredTable,
        from source: TableFile,
        to target: TableCopy
    ) throws(CommandFailure) {
        var read = 0
        let rows = try reading { () throws(SQLiteFailure) in try source.rows(of: table) }
        while let row = try reading({ () throws(SQLiteFailure) in try rows.next() }) {
            try writing { () throws(TableCopyFailure) in try target.put(row, into: table) }
            read += 1
        }
        let kept = try writing { () throws(TableCopyFailure) in try target.count(of: table) }
        guard kept == read else {
            throw CommandFailure("nothing was copied: of \(read) rows of \(table.rawValue), \(kept) came through.")
        }
        if read > 0 { Terminal.say("\(table.rawValue)  \(read)") }
    }

    /// Reads the ledger as a server will, from its first entry to its last.
    private static func verify(_ head: LedgerHead, at address: PostgresAddress) async throws(CommandFailure) {
        let store: PostgresStore
        do throws(PostgresOpeningFailure) { store = try await PostgresStore(at: address, now: SystemClock.now) } catch {
            throw CommandFailure("what was copied cannot be opened: \(error.sentence).")
        }
        let copied = await Self.head(of: store)
        await store.close()
        guard copied == head else {
            throw CommandFailure(
                "the ledger of the copy is not the one that was read; empty the database and begin anew."
            )
        }
    }

    private static func head(of store: PostgresStore) async -> LedgerHead? {
        var check = LedgerCheck()
        while true {
            guard let entries = try? await store.ledger(after: check.head.sequence, limit: page) else { return nil }
            guard !entries.isEmpty else { return check.head }
            for entry in entries { do { try check.read(entry) } catch { return nil } }
        }
    }

    private static func reading<Answer>(
        _ body: () throws(SQLiteFailure) -> Answer
    ) throws(CommandFailure) -> Answer {
        do throws(SQLiteFailure) { return try body() } catch { throw CommandFailure("nothing was copied: \(error).") }
    }

    private static func writing<Answer>(
        _ body: () throws(TableCopyFailure) -> Answer
    ) throws(CommandFailure) -> Answer {
        do throws(TableCopyFailure) { return try body() } catch {
            throw CommandFailure("nothing was copied: \(error.sentence).", exit: .unavailable)
        }
    }

    private static let page = 500
}
