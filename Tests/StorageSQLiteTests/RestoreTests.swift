import Foundation
import OAuth
import Storage
import StorageSQLite
import TestSupport
import Testing
import Text

/// Copies that are put back, and those that must not be.
@Suite
struct RestoreTests {
    private static let past: [Storage.Change] = StoreContract.code + StoreContract.authorised

    /// A database with a past, and a copy of it as `backup` makes one.
    private func withCopy(_ body: (_ path: String, _ copy: DatabasePath) async throws -> Void) async throws {
        try await withDirectory { path throws in
            let copy = try DatabasePath(path + ".backup")
            try await withStore(at: path) { store throws in
                #expect(try await store.commit(Self.past) == .kept)
                try Backup.copy(DatabasePath(path), to: copy)
            }
            try await body(path, copy)
        }
    }

    @Test
    func `ST-42 a copy that was put back is whole, is known to be one, and what stood there is kept`() async throws {
        try await withCopy { path, copy throws in
            try await withStore(at: path) { store throws in
                #expect(try await store.commit([StoreContract.spendCode]) == .kept)
            }
            let contents = try Restore.verify(copy)
            #expect(contents.missingMigrations == 0)
            #expect(contents.ledger.sequence > 0)
            #expect(try Restore.put(copy, in: DatabasePath(path)) == path + ".replaced")
            try await withStore(at: path, now: .noon + 30) { store throws in
                #expect(store.report.isRestored)
                #expect(try store.code(CodeRecord.sample.fingerprint)?.spent == nil)
            }
            try await withStore(at: path + ".replaced", now: .noon + 30) { store throws in
                #expect(try store.code(CodeRecord.sample.fingerprint)?.spent != nil)
            }
            // A second time would take away what was kept at the first.
            #expect(throws: RestoreFailure.unusable(.exists(path: path + ".replaced"))) {
                try Restore.put(copy, in: DatabasePath(path))
            }
        }
    }

    @Test
    func `a database that a server holds is not replaced`() async throws {
        try await withCopy { path, copy throws in
            try await withStore(at: path) { store throws in
                #expect(throws: RestoreFailure.unusable(.inUse(path: path))) {
                    try Restore.put(copy, in: DatabasePath(path))
                }
                #expect(try await store.commit([StoreContract.spendCode]) == .kept)
            }
        }
    }

    @Test
    func `a log that stood beside the old database is not read into the new one`() async throws {
        try await withCopy { path, copy throws in
            let log = URL(fileURLWithPath: path + "-wal")
            try Data(repeating: 7, count: 4_096).write(to: log)
            _ = try Restore.put(copy, in: DatabasePath(path))
            #expect(!FileManager.default.fileExists(atPath: log.path))
            #expect(FileManager.default.fileExists(atPath: path + ".replaced-wal"))
        }
    }

    @Test
    func `a copy that is damaged anywhere is refused, and nothing is touched`() async throws {
        try await withCopy { path, copy throws in
            let whole = try Data(contentsOf: URL(fileURLWithPath: copy.string))
            let pages = whole.count / 4_096
            var refused = 0
            for page in 0..<pages {
                var broken = whole
                // In the middle of a page there may be nothing; its first bytes say what it is.
                broken.replaceSubrange(page * 4_096..<page * 4_096 + 24, with: [UInt8](repeating: 0x5A, count: 24))
                try broken.write(to: URL(fileURLWithPath: copy.string))
                if (try? Restore.verify(copy)) == nil { refused += 1 }
            }
            #expect(refused == pages)
            #expect(throws: RestoreFailure.self) { try Restore.verify(DatabasePath(path + ".nowhere")) }
            #expect(!FileManager.default.fileExists(atPath: path + ".replaced"))
        }
    }
}
