import Foundation
import OAuth
import Storage
import StorageSQLite
import TestSupport
import Testing
import Text

/// The server dies; the file is opened again.
@Suite
struct CrashTests {
    /// A script of commits, of which each was acknowledged when the log had a certain length.
    private struct Script {
        let database: Data
        let log: Data
        /// How long the log was before the script began, and after each of its commits.
        let lengths: [Int]

        static let steps = 12

        /// Runs the script and takes the files as they are, before anything tidies them up.
        init(at path: String) async throws {
            var lengths: [Int] = []
            func length() throws -> Int { try Data(contentsOf: URL(fileURLWithPath: path + "-wal")).count }
            (database, log) = try await withStore(at: path) { store throws in
                #expect(try await store.commit(StoreContract.code + StoreContract.refreshToken.dropFirst()) == .kept)
                lengths.append(try length())
                for step in 0..<Self.steps {
                    // Three rows in two tables, so that there is something to tear.
                    let list = ["a", "b"].map { Storage.Change.openFamily("\(step).\($0)") }
                    let last: [Storage.Change] = step == 5 ? [StoreContract.spendCode] : []
                    #expect(try await store.commit(list + last) == .kept)
                    lengths.append(try length())
                }
                return try (
                    Data(contentsOf: URL(fileURLWithPath: path)), Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
                )
            }
            self.lengths = lengths
        }

        /// How many commits were acknowledged when the log was as long as this.
        func acknowledged(at length: Int) -> Int {
            lengths.filter { $0 <= length }.count - 1
        }

        /// Puts the files where a process died that had written so much of its log.
        func lay(at path: String, log: Data) throws {
            try database.write(to: URL(fileURLWithPath: path))
            try log.write(to: URL(fileURLWithPath: path + "-wal"))
            for suffix in ["-shm", ".witness"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        }

        /// Opens what lies there: all that was acknowledged is in it, and nothing is there by half.
        func check(at path: String, acknowledged: Int, _ what: String) async throws {
            try await withStore(at: path) { store throws in
                var kept = 0
                for step in 0..<Self.steps {
                    let first = try store.family(Identifier(WireText("\(step).a"))) != nil
                    let second = try store.family(Identifier(WireText("\(step).b"))) != nil
                    #expect(first == second, "\(what), step \(step)")
                    // And they are there in the order in which they were acknowledged.
                    if first { #expect(kept == step, "\(what), step \(step)") }
                    if first { kept += 1 }
                }
                #expect(kept >= acknowledged, "\(what)")
                let isSpent = try store.code(CodeRecord.sample.fingerprint)?.spent != nil
                #expect(isSpent == (kept > 5), "\(what)")
                // What follows is kept like anything else.
                let result = try await store.commit([StoreContract.spendCode])
                #expect(result == (isSpent ? .overtaken(StoreContract.spendCode) : .kept), "\(what)")
            }
        }
    }

    @Test
    func `ST-10 wherever the log ends, what was acknowledged is there and nothing by half`() async throws {
        try await withDirectory { path throws in
            let script = try await Script(at: path)
            let frame = 4_096 + 24
            var cuts = Array(stride(from: 32 + frame, through: script.log.count, by: frame))
            cuts += script.lengths + script.lengths.map { $0 - 1 } + [script.log.count - 2_000]
            for cut in cuts where cut >= script.lengths[0] {
                try script.lay(at: path, log: script.log.prefix(cut))
                try await script.check(at: path, acknowledged: script.acknowledged(at: cut), "cut at \(cut)")
            }
        }
    }

    @Test
    func `ST-11 a write that was torn takes nothing along that was acknowledged before it`() async throws {
        try await withDirectory { path throws in
            let script = try await Script(at: path)
            for (before, after) in zip(script.lengths, script.lengths.dropFirst()) {
                var torn = script.log.prefix(after)
                // The second half of the last thing written is what the disk held before.
                for index in (before + after) / 2..<after { torn[index] = 0x5A }
                try script.lay(at: path, log: torn)
                try await script.check(at: path, acknowledged: script.acknowledged(at: before), "torn at \(before)")
            }
        }
    }

    @Test
    func `UP-02 a migration that died half-way is as if it had never begun`() async throws {
        try await withDirectory { path throws in
            try await withStore(at: path) { _ throws in }
            let steps = [Migration("first", "CREATE TABLE a (x) "), Migration("second", "CREATE TABLE b (x); BAD SQL")]
            let other = try DatabasePath(path + ".other")
            try Data().write(to: URL(fileURLWithPath: other.string))
            let connection = try Connection(other.string, as: .writer)
            #expect(try Migrations.apply(Array(steps.prefix(1)), to: connection) == ["first"])
            #expect(throws: SQLiteFailure.self) { try Migrations.apply(steps, to: connection) }
            #expect(try Migrations.names(in: connection) == ["first"])
            #expect(!connection.isInTransaction)
            let tables = try connection.all("SELECT name FROM sqlite_schema ORDER BY name") {
                row throws(SQLiteFailure) in try row.text(0)
            }
            #expect(tables == ["a", "migration"])
            #expect(try Migrations.apply(Array(steps.prefix(1)), to: connection) == [])
        }
    }
}
