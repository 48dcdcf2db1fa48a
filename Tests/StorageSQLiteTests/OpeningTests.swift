import CSQLite
import Foundation
import Storage
import StorageSQLite
import TestSupport
import Testing
import Text

/// What may be opened as a database, and what is left as it is.
@Suite
struct OpeningTests {
    @Test(arguments: ["", ":memory:", ":memory:assent", "file:assent.db", "file::memory:?cache=shared", "a\u{0}b"])
    func `ST-24 what SQLite would not take for a file is refused`(path: String) {
        #expect(throws: OpeningFailure.notAPath(path)) { try SQLiteStore(at: path, now: .noon) }
    }

    @Test
    func `a new file is ours alone, and nobody else may read it`() async throws {
        try await withDirectory { path throws in
            let store = try SQLiteStore(at: path, now: .noon)
            #expect(store.report.isNew)
            #expect(store.report.migrations == Migrations.all.map { $0.name.description })
            #expect(!store.report.isRestored)
            #expect(try await store.commit(StoreContract.code) == .kept)
            for suffix in ["", "-wal", "-shm", ".lock", ".witness"] {
                #expect(try mode(of: path + suffix) == 0o600, "\(suffix)")
            }
            await store.close()
        }
    }

    @Test
    func `what was kept is there after a restart`() async throws {
        try await withDirectory { path throws in
            try await withStore(at: path) { store throws in
                #expect(try await store.commit(StoreContract.code) == .kept)
                #expect(try await store.commit([StoreContract.spendCode]) == .kept)
            }
            try await withStore(at: path) { store throws in
                #expect(store.report == OpeningReport(notices: store.report.notices))
                #expect(try await store.commit([StoreContract.spendCode]) == .overtaken(StoreContract.spendCode))
            }
        }
    }

    @Test
    func `ST-25 a second server is refused, and a third after the first has stopped is not`() async throws {
        try await withDirectory { path throws in
            try await withStore(at: path) { _ throws in
                #expect(throws: OpeningFailure.inUse(path: path)) { try SQLiteStore(at: path, now: .noon) }
            }
            try await withStore(at: path) { store throws in #expect(!store.report.isNew) }

            // A store that is closed has given the file back, though somebody may still hold it.
            let closed = try SQLiteStore(at: path, now: .noon)
            await closed.close()
            try await withStore(at: path) { _ throws in }
            await #expect(throws: StoreFailure.unavailable) { try await closed.commit([StoreContract.spendCode]) }
        }
    }

    @Test
    func `ST-21 a directory that is missing or closed is named`() async throws {
        try await withDirectory { path throws in
            let missing = path + ".d/assent.db"
            #expect(throws: OpeningFailure.missing(path: path + ".d")) { try SQLiteStore(at: missing, now: .noon) }
        }
    }

    @Test(arguments: Disguise.allCases)
    func `ST-24 what is not our database is refused and not touched`(disguise: Disguise) async throws {
        try await withDirectory { path throws in
            try disguise.make(at: path)
            let before = try? Data(contentsOf: URL(fileURLWithPath: path))
            let failure = #expect(throws: OpeningFailure.self) { try SQLiteStore(at: path, now: .noon) }
            #expect(failure == disguise.failure(at: path))
            let after = try? Data(contentsOf: URL(fileURLWithPath: path))
            #expect(after == before)
            for suffix in ["-wal", "-journal", ".witness"] {
                #expect(!FileManager.default.fileExists(atPath: path + suffix), "\(suffix)")
            }
        }
    }

    @Test(arguments: [
        "CREATE TRIGGER spent AFTER UPDATE ON code BEGIN UPDATE code SET spent = NULL; END",
        "CREATE VIEW code_view AS SELECT * FROM code",
        "CREATE TABLE more (a)",
        "CREATE INDEX more ON code (spent)",
        "DROP TABLE spent_assertion",
        "ALTER TABLE code ADD COLUMN more TEXT",
        "ALTER TABLE consent RENAME COLUMN status TO state",
        "DELETE FROM migration",
        "UPDATE migration SET name = 'other'",
    ])
    func `ST-24 a schema that we did not make is refused`(tampering: String) async throws {
        try await withDirectory { path throws in
            try await withStore(at: path) { _ throws in }
            try run(tampering, on: path)
            let failure = #expect(throws: OpeningFailure.self) { try SQLiteStore(at: path, now: .noon) }
            guard case .schemaDiffers = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
        }
    }

    @Test
    func `UP-03 a newer schema is refused untouched`() async throws {
        try await withDirectory { path throws in
            try await withStore(at: path) { _ throws in }
            try run("INSERT INTO migration (number, name) VALUES (2, 'second')", on: path)
            try run("CREATE TABLE more (a); PRAGMA wal_checkpoint(TRUNCATE)", on: path)
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(throws: OpeningFailure.newer(path: path, number: 2, known: 1)) {
                try SQLiteStore(at: path, now: .noon)
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        }
    }

    @Test
    func `ST-24 a file that was cut short is damaged`() async throws {
        try await withDirectory { path throws in
            try await withStore(at: path) { store throws in
                for number in 0..<200 {
                    #expect(try await store.commit([.openFamily("family \(number)")]) == .kept)
                }
            }
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(whole.count > 10 * 4_096)
            for length in stride(from: 4_096, to: whole.count, by: 4_096) {
                try whole.prefix(length).write(to: URL(fileURLWithPath: path))
                let failure = #expect(throws: OpeningFailure.self) { try SQLiteStore(at: path, now: .noon) }
                guard case .damaged = failure else {
                    Issue.record("\(length): \(String(describing: failure))")
                    continue
                }
            }
        }
    }

    @Test
    func `ST-24 a large file is opened at once, and what is damaged in it is found beside the work`() async throws {
        try await withDirectory { path throws in
            try await withStore(at: path) { store throws in
                #expect(!store.report.isSoundnessOwed)
                for group in 0..<16 {
                    let families = (0..<500).map { Change.openFamily("family \(group) \($0)") }
                    #expect(try await store.commit(families) == .kept)
                }
            }
            try await withStore(at: path) { store throws in
                #expect(store.report.isSoundnessOwed)
                try await store.requireSoundness()
            }
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            // A page in the middle, of which nothing that a start asks for is part.
            let page = bytes.count / 8_192 * 4_096
            bytes.replaceSubrange(page..<(page + 4_096), with: Data(count: 4_096))
            try bytes.write(to: URL(fileURLWithPath: path))
            try await withStore(at: path) { store throws in
                let failure = await #expect(throws: OpeningFailure.self) { try await store.requireSoundness() }
                guard case .damaged = failure else {
                    Issue.record("\(String(describing: failure))")
                    return
                }
            }
        }
    }

    @Test
    func `every reason has a sentence for the terminal, in one line`() {
        let failure = SQLiteFailure(code: SQLITE_IOERR, message: "disk I/O error")
        let reasons: [OpeningFailure] = [
            .notAPath("p"), .missing(path: "p"), .exists(path: "p"), .directoryNotWritable(path: "p"),
            .notAFile(path: "p"), .notReadable(path: "p", errno: 5), .inUse(path: "p"), .foreign(path: "p"),
            .newer(path: "p", number: 2, known: 1), .older(path: "p", oldest: "0.1"),
            .schemaDiffers(path: "p", object: "o"),
            .damaged(path: "p", detail: "d"), .notDurable(path: "p", detail: "d"), .failed(path: "p", failure),
        ]
        for reason in reasons {
            #expect(reason.sentence.contains("p"))
            #expect(!reason.sentence.contains("\n"))
        }
        #expect(Set(reasons.map(\.sentence)).count == reasons.count)
    }
}

extension OpeningTests {
    /// What may stand where the database should be.
    enum Disguise: CaseIterable {
        case directory
        case pipe
        case text
        case headerOnly
        case otherProgram
        case otherApplicationID

        func make(at path: String) throws {
            let url = URL(fileURLWithPath: path)
            switch self {
            case .directory: try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
            case .pipe: #expect(mkfifo(path, 0o600) == 0)
            case .text: try Data("dear diary".utf8).write(to: url)
            case .headerOnly: try Data("SQLite format 3\0".utf8).write(to: url)
            case .otherProgram: try run("CREATE TABLE t (a)", on: path)
            case .otherApplicationID: try run("PRAGMA application_id = 1; CREATE TABLE t (a)", on: path)
            }
        }

        func failure(at path: String) -> OpeningFailure {
            switch self {
            case .directory, .pipe: .notAFile(path: path)
            case .text, .headerOnly, .otherProgram, .otherApplicationID: .foreign(path: path)
            }
        }
    }

    private func mode(of path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}

/// Does to a database what another program could: plain SQLite, none of our settings.
func run(_ sql: String, on path: String) throws {
    var connection: OpaquePointer?
    try #require(sqlite3_open(path, &connection) == SQLITE_OK)
    defer { sqlite3_close(connection) }
    var message: UnsafeMutablePointer<CChar>?
    let code = sqlite3_exec(connection, sql, nil, nil, &message)
    try #require(code == SQLITE_OK, "\(message.map { String(cString: $0) } ?? "")")
}

/// Calls `body` with a store on the file at `path`, and closes it.
@discardableResult
func withStore<Answer>(
    at path: String,
    now: Timestamp = .noon,
    _ body: (SQLiteStore) async throws -> Answer
) async throws -> Answer {
    let store = try SQLiteStore(at: path, now: now)
    do {
        let answer = try await body(store)
        await store.close()
        return answer
    } catch {
        await store.close()
        throw error
    }
}
