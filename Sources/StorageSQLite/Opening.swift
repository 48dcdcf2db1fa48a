import CSQLite
package import Text

/// Opens a database file: checks it before it is used, brings it up to date, notices a restored backup.
///
/// The caller holds the lock. A file that is not ours, or newer than we are, is left as it was.
struct Opening {
    let path: DatabasePath
    let migrations: [Migration]
    let now: Timestamp
    /// Whether a person has looked at the clock, and found that what the database saw was wrong.
    let acceptsClock: Bool

    /// Leaves a file for the writer and the readers, and the witness that goes with it.
    func run() throws(OpeningFailure) -> (witness: Witness, report: OpeningReport) {
        var report = OpeningReport()
        report.isNew = try path.inspect() == .nothing
        if report.isNew {
            try path.create()
            try attempt { () throws(SQLiteFailure) in try Schema.mark(path) }
        }
        let connection = try attempt { () throws(SQLiteFailure) in try Connection(path.string, as: .writer) }
        try requireDurability(of: connection)
        try requireSchema(of: connection)
        report.isSoundnessOwed = try byteCount(of: connection) > Limits.checkedAtStartBytes
        if !report.isSoundnessOwed { try requireSoundness(of: connection) }
        report.migrations = try attempt { () throws(SQLiteFailure) in
            try Migrations.apply(migrations, to: connection)
        }
        let epoch = try epoch(of: connection, &report)
        report.seen = epoch.seen
        report.notices.append(contentsOf: SQLiteVersion.notices)

        let witness = try Witness(for: path, epoch: epoch.name)
        witness.note(epoch.generation)
        witness.synchronize()
        return (witness, report)
    }

    /// What was acknowledged must be on the disk, and not every file system can promise that.
    private func requireDurability(of connection: Connection) throws(OpeningFailure) {
        let mode = try attempt { () throws(SQLiteFailure) in
            try connection.first("PRAGMA journal_mode") { row throws(SQLiteFailure) in try row.text(0) }
        }
        guard mode == "wal" else { throw .notDurable(path: path.string, detail: "journal mode \(mode ?? "none")") }
        let synchronous = try attempt { () throws(SQLiteFailure) in
            try connection.first("PRAGMA synchronous") { row throws(SQLiteFailure) in try row.integer(0) }
        }
        guard synchronous == 2 else { throw .notDurable(path: path.string, detail: "synchronous is not FULL") }
    }

    /// Before anything is asked that a foreign trigger, view or table could answer.
    func requireSchema(of connection: Connection) throws(OpeningFailure) {
        let names = try attempt { () throws(SQLiteFailure) in try Migrations.names(in: connection) }
        let known = migrations.map { WireText($0.name.description) }
        guard names.count <= known.count else {
            throw .newer(path: path.string, number: names.count, known: known.count)
        }
        if names == [Migrations.unreleased], let oldest = known.first {
            throw .older(path: path.string, oldest: oldest.string)
        }
        guard names == Array(known.prefix(names.count)) else {
            throw .schemaDiffers(path: path.string, object: "migration")
        }
        let difference = try attempt { () throws(SQLiteFailure) in
            try Schema.difference(of: connection, from: Array(migrations.prefix(names.count)))
        }
        if let difference { throw .schemaDiffers(path: path.string, object: difference.string) }
    }

    private func byteCount(of connection: Connection) throws(OpeningFailure) -> Int64 {
        try attempt { () throws(SQLiteFailure) in
            try connection.first("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size") {
                row throws(SQLiteFailure) in try row.integer(0)
            } ?? 0
        }
    }

    func requireSoundness(of connection: Connection) throws(OpeningFailure) {
        let damage = try attempt { () throws(SQLiteFailure) in try connection.damage() }
        if let damage { throw .damaged(path: path.string, detail: damage) }
    }

    private func epoch(of connection: Connection, _ report: inout OpeningReport) throws(OpeningFailure) -> Epoch {
        let testimony = Testimony.read(for: path)
        if report.isNew, testimony != nil {
            report.notices.append("\(path.string) was made anew, though a database stood there before")
        }
        let epoch = try attempt { () throws(SQLiteFailure) in try Epoch.read(from: connection) }
        guard !report.isNew else { return epoch }
        if case .restored(let lost) = epoch.memory(by: testimony) {
            report.isRestored = true
            report.lostTransactions = lost
        }
        report.isClockAccepted = acceptsClock && epoch.seen > now
        guard report.isRestored || report.isClockAccepted else { return epoch }
        // What was seen is over, unless somebody knows better.
        let begin = report.isClockAccepted ? now : max(now, epoch.seen)
        return try attempt { () throws(SQLiteFailure) in
            try Epoch.begin(in: connection, at: begin)
            return try Epoch.read(from: connection)
        }
    }

    func attempt<Answer>(
        _ body: () throws(SQLiteFailure) -> Answer
    ) throws(OpeningFailure) -> Answer {
        do throws(SQLiteFailure) {
            return try body()
        } catch {
            switch error.kind {
            case .corrupt: throw .damaged(path: path.string, detail: error.message)
            case .busy: throw .inUse(path: path.string)
            case .readOnly, .cannotOpen: throw .directoryNotWritable(path: path.string)
            case .full, .io, .constraint, .memory, .other: throw .failed(path: path.string, error)
            }
        }
    }
}

/// What was found and done when the database was opened, for the log.
package struct OpeningReport: Sendable, Hashable {
    /// There was no database before.
    package var isNew = false
    /// The names of the migrations that were run.
    package var migrations: [String] = []
    /// An older state of the database was put back, and everything handed out before was ended.
    package var isRestored = false
    /// How many transactions the restored state does not know, where that can be said.
    package var lostTransactions: Int64?
    /// The clock was behind what the database had seen, and is believed; everything handed out before was ended.
    package var isClockAccepted = false
    /// The file is too large to have been looked at whole; `SQLiteStore.requireSoundness` does it beside the work.
    package var isSoundnessOwed = false
    /// The latest time that the database has seen; a clock behind it is wrong.
    package var seen = Timestamp(0)
    /// What an operator should read.
    package var notices: [String]

    package init(notices: [String] = []) {
        self.notices = notices
    }
}

/// The SQLite that is linked.
package enum SQLiteVersion {
    package static var text: String { unsafe String(cString: sqlite3_libversion()) }

    /// `STRICT` tables came with 3.37, and what we ask of a corrupt one was mended in 3.39.
    package static let oldest = (3, 39, 0)

    /// Whether the one that is linked will do.
    package static var isSupported: Bool { isSupported(Int(sqlite3_libversion_number())) }

    package static func isSupported(_ number: Int) -> Bool {
        (number / 1_000_000, number / 1_000 % 1_000, number % 1_000) >= oldest
    }

    static var notices: [String] {
        // sqlite.org/wal.html: from 3.7.0 to 3.51.2 two connections that checkpoint at once may damage a file.
        guard (3_007_000...3_051_002).contains(sqlite3_libversion_number()) else { return [] }
        return ["SQLite \(text) has the WAL-reset defect; one connection alone checkpoints, and no other program may"]
    }
}
