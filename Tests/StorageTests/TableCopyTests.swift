import Foundation
import Storage
import StoragePostgres
import StorageSQLite
import TestSupport
import Testing
import Text

/// From a file to a server: what `assent store copy` does.
@Suite(.enabled(if: StoreKind.server != nil))
struct TableCopyTests {
    @Test(arguments: UInt64(1)...6)
    func `a copy answers every question as the file did, and its ledger goes on`(seed: UInt64) async throws {
        try await withWalk(seed) { path, walk, picture, ledger in
            try await PostgresSchema.with(on: try #require(StoreKind.server)) { uri in
                let address = try PostgresAddress(WireText(uri), connections: 4)
                try copy(path, to: address)
                let store = try await PostgresStore(at: address, now: .noon)
                #expect(try await Picture(of: store, at: walk.time) == picture)
                #expect(try await store.ledger(after: 0, limit: 1_000) == ledger)
                #expect(try await store.commit([StoreContract.create(.sample(id: "later"))]) == .kept)
                var check = LedgerCheck()
                for entry in try await store.ledger(after: 0, limit: 1_000) { try check.read(entry) }
                #expect(check.head.sequence == ledger.count + 1)
                await store.close()
            }
        }
    }

    @Test func `a database where something is kept is left as it is`() async throws {
        try await withWalk(1) { path, _, _, _ in
            try await PostgresSchema.with(on: try #require(StoreKind.server)) { uri in
                let address = try PostgresAddress(WireText(uri), connections: 4)
                let store = try await PostgresStore(at: address, now: .noon)
                #expect(try await store.commit([.openFamily("one")]) == .kept)
                let before = try await Picture(of: store)
                #expect(throws: TableCopyFailure.notEmpty(.family)) { try copy(path, to: address) }
                #expect(try await Picture(of: store) == before)
                await store.close()
            }
        }
    }

    @Test func `a file that was taken back in time says so, and its copy ends what was handed out`() async throws {
        try await withWalk(2) { path, walk, _, ledger in
            #expect(try TableFile(try DatabasePath(path)).isRestored == false)
            try FileManager.default.removeItem(atPath: path + ".witness")
            #expect(try TableFile(try DatabasePath(path)).isRestored)
            try await PostgresSchema.with(on: try #require(StoreKind.server)) { uri in
                let address = try PostgresAddress(WireText(uri), connections: 4)
                try copy(path, to: address, endingAt: walk.time)
                #expect(try PostgresSchema.run("SELECT count(*) FROM family WHERE revoked IS NULL", on: uri) == "0")
                #expect(try PostgresSchema.run("SELECT count(*) FROM session", on: uri) == "0")
                #expect(try PostgresSchema.run("SELECT started FROM epoch", on: uri) == "\(walk.time.seconds)")
                #expect(try PostgresSchema.run("SELECT count(*) FROM revision", on: uri) == "\(ledger.count)")
            }
        }
    }

    private func copy(_ path: String, to address: PostgresAddress, endingAt end: Timestamp? = nil) throws {
        let source = try TableFile(try DatabasePath(path))
        let head = try LedgerFile(try DatabasePath(path)).verify().get()
        let target = try TableCopy(into: address)
        for table in StoredTable.allCases {
            let rows = try source.rows(of: table)
            var read = 0
            while let row = try rows.next() {
                try target.put(row, into: table)
                read += 1
            }
            #expect(try target.count(of: table) == read)
        }
        try target.finish(head, started: source.started, seen: source.seen, endingAt: end)
    }

    /// Calls `body` with a file that has seen a walk, and what it answered at the end.
    private func withWalk(
        _ seed: UInt64,
        _ body: (String, StoreWalk, Picture, [LedgerEntry]) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("assent-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("assent.db").path
        let store = try SQLiteStore(at: path, now: .noon)
        var walk = StoreWalk(seed: seed)
        for _ in 0..<200 { _ = try await store.commit(walk.next()) }
        let picture = try await Picture(of: store, at: walk.time)
        let ledger = try store.ledger(after: 0, limit: 1_000)
        await store.close()
        try await body(path, walk, picture, ledger)
    }
}
