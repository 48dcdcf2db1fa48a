import Foundation
import OAuth
import Storage
import StorageSQLite
import TestSupport
import Testing
import Text

/// One bit of the file is not what was written.
@Suite
struct BitRotTests {
    /// Ordinary runs try a few places; `ASSENT_FLIPS=10000` is the row as it is written.
    private static let flips = ProcessInfo.processInfo.environment["ASSENT_FLIPS"].flatMap { Int($0) } ?? 300

    @Test
    func `ST-24 a bit that flipped is noticed, or changes no answer`() async throws {
        try await withDirectory { path throws in
            let expected = try await withStore(at: path) { store throws in
                let others = (0..<50).map { Storage.Change.openFamily("family of another \($0)") }
                #expect(try await store.commit(others) == .kept)
                #expect(try await store.commit(Self.history) == .kept)
                return try await permissions(in: store)
            }
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            var generator = SeededGenerator(seed: 24)
            var outcomes: [Outcome: Int] = [:]
            for _ in 0..<Self.flips {
                let index = Int.random(in: 0..<whole.count, using: &generator)
                let bit = UInt8.random(in: 0..<8, using: &generator)
                var altered = whole
                altered[index] ^= 1 << bit
                try altered.write(to: URL(fileURLWithPath: path))
                let outcome = await outcome(at: path, expecting: expected)
                outcomes[outcome, default: 0] += 1
                #expect(outcome != .believed, "bit \(bit) of byte \(index)")
                for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            }
            // Most of a page is empty; but a good part of the flips must have met something.
            #expect(outcomes[.refused, default: 0] > Self.flips / 20, "\(outcomes)")
            #expect(outcomes[.harmless, default: 0] > Self.flips / 20, "\(outcomes)")
        }
    }

    @Test
    func `ST-24 every table of data is sealed over all its columns`() async throws {
        try await withDirectory { path throws in
            let database = try DatabasePath(path)
            try Data().write(to: URL(fileURLWithPath: path))
            let connection = try Connection(database.string, as: .writer)
            _ = try Migrations.apply(Migrations.all, to: connection)
            let tables = try connection.all(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name <> 'migration'"
            ) { row throws(SQLiteFailure) in try (row.text(0), row.text(1)) }
            #expect(tables.count == 21)
            for (table, sql) in tables {
                let columns = try connection.all("SELECT name FROM pragma_table_info(?1)", table) {
                    row throws(SQLiteFailure) in try row.text(0).string
                }
                #expect(columns.count > 1)
                let words = sql.string.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
                let list = columns.joined(separator: ", ")
                for seal in ["AS (seal(", "CHECK (seal = seal("] {
                    #expect(words.contains("\(seal)\(list))") || words.contains("\(seal) \(list) )"), "\(table)")
                }
            }
        }
    }

    /// All answers but those that come from an index and allow nothing: where one lies, something is late or is not told.
    private func permissions(in store: SQLiteStore) async throws(StoreFailure) -> Picture {
        var picture = try await Picture(of: store)
        picture.abandoned = []
        picture.isAwaited = false
        picture.told = []
        picture.logins = []
        picture.notices = []
        picture.summonses = []
        picture.pings = []
        return picture
    }

    private enum Outcome {
        /// The server does not start.
        case refused
        /// Taken for a restored backup: everything handed out before is over.
        case restored
        /// A question fails.
        case failed
        case harmless
        case believed
    }

    private func outcome(at path: String, expecting expected: Picture) async -> Outcome {
        let store: SQLiteStore
        do { store = try SQLiteStore(at: path, now: .noon) } catch { return .refused }
        let outcome: Outcome
        do throws(StoreFailure) {
            let picture = try await permissions(in: store)
            outcome = store.report.isRestored ? .restored : picture == expected ? .harmless : .believed
        } catch {
            outcome = .failed
        }
        await store.close()
        return outcome
    }

    private static let history: [Storage.Change] =
        StoreContract.code + [
            .oauth(.issueRefreshToken(.sample)),
            .oauth(.openSession(.sample)),
            .oauth(.openInteraction(.sample)),
            .oauth(.rememberScope(["openid"], .sample, at: .noon)),
            .oauth(.countLoginFailure(.person("psu-anna"), at: .noon)),
            StoreContract.spendCode,
        ] + StoreContract.authorised
}
