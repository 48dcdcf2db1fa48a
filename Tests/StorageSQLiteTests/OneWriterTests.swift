import Foundation
import Storage
import StorageSQLite
import TestSupport
import Testing
import Text

/// What keeps clear of the defect that two checkpointing connections meet in SQLite before 3.51.3.
@Suite
struct OneWriterTests {
    @Test
    func `SC-03 a SQLite that is too old is known as such`() {
        #expect(SQLiteVersion.isSupported)
        #expect(![3_006_023, 3_037_002, 3_038_005].contains { SQLiteVersion.isSupported($0) })
        #expect([3_039_000, 3_040_001, 3_051_003, 4_000_000].allSatisfy { SQLiteVersion.isSupported($0) })
    }

    @Test
    func `ST-23 what is known of the version is said when the file is opened`() async throws {
        try await withStore { store throws in
            let number = SQLiteVersion.text.split(separator: ".").compactMap { Int($0) }
            let hasDefect = number.lexicographicallyPrecedes([3, 51, 3])
            let isSaid = store.report.notices.contains { $0.contains(SQLiteVersion.text) && $0.contains("WAL-reset") }
            #expect(isSaid == hasDefect, "\(store.report.notices)")
        }
    }

    @Test
    func `ST-23 no reader moves the log into the file, when it asks, when it reads and when it ends`() async throws {
        try await withDirectory { path throws in
            let store = try SQLiteStore(at: path, now: .noon)
            #expect(try await store.commit(StoreContract.code) == .kept)
            let (database, log) = (URL(fileURLWithPath: path), URL(fileURLWithPath: path + "-wal"))
            let before = try (Data(contentsOf: database), Data(contentsOf: log))
            #expect(!before.1.isEmpty)
            for _ in 0..<3 {
                let reader = try Connection(DatabasePath(path).string, as: .reader)
                #expect(throws: SQLiteFailure.self) { try reader.checkpoint() }
                #expect(throws: SQLiteFailure.self) { try reader.checkpoint(emptying: true) }
                let automatic = try reader.first("PRAGMA wal_autocheckpoint") {
                    row throws(SQLiteFailure) in try row.integer(0)
                }
                #expect(automatic == 0)
            }
            #expect(try Data(contentsOf: database) == before.0)
            #expect(try Data(contentsOf: log) == before.1)
            await store.close()
        }
    }
}
