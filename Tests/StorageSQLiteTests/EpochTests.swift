import Foundation
import OAuth
import Storage
import StorageSQLite
import TestSupport
import Testing
import Text

/// Backups, and what happens when one comes back.
@Suite
struct EpochTests {
    /// What stands in the database before a backup is made.
    private static let past: [Storage.Change] =
        StoreContract.code + [
            .oauth(.issueRefreshToken(.sample)), .oauth(.openSession(.sample)), .oauth(.openInteraction(.sample)),
        ] + StoreContract.authorised

    @Test
    func `ST-42 a restored backup ends everything handed out before`() async throws {
        try await withDirectory { path throws in
            try await withStore(at: path) { store throws in
                #expect(try await store.commit(Self.past) == .kept)
                try Backup.copy(DatabasePath(path), to: DatabasePath(path + ".backup"))
                #expect(try await store.commit([StoreContract.spendCode]) == .kept)
                #expect(try await store.commit([StoreContract.spendRefreshToken]) == .kept)
            }
            try restore(path)

            try await withStore(at: path, now: .noon + 30) { store throws in
                #expect(store.report.isRestored)
                #expect(store.report.lostTransactions == 2)
                // The code looks unspent, as it was; but what it belongs to is over.
                #expect(try store.code(CodeRecord.sample.fingerprint)?.spent == nil)
                #expect(try store.family("family-1")?.revoked == .noon + 30)
                let list: [OAuth.Change] = [.requireFamily("family-1")]
                #expect(try await store.commit(list) == .overtaken(.oauth(.requireFamily("family-1"))))
                #expect(try store.session(Session.sample.fingerprint) == nil)
                // The request that waited times out at once, so that its consent hears of it.
                #expect(try store.abandonedInteractions(at: .noon + 30, limit: 9).map(\.id) == ["interaction-1"])
                // What persons decided is kept.
                #expect(try store.consent("consent-1") == .authorisedSample)
            }
            // One restoration is noticed once.
            try await withStore(at: path) { store throws in
                #expect(!store.report.isRestored)
                #expect(try await store.commit([.openFamily("family-2")]) == .kept)
            }
        }
    }

    @Test
    func `ST-42 a backup that lost nothing changes nothing`() async throws {
        try await withDirectory { path throws in
            try await withStore(at: path) { store throws in
                #expect(try await store.commit(Self.past) == .kept)
                try Backup.copy(DatabasePath(path), to: DatabasePath(path + ".backup"))
            }
            try restore(path)
            try await withStore(at: path) { store throws in
                #expect(!store.report.isRestored)
                #expect(try await store.commit([StoreContract.spendCode]) == .kept)
            }
        }
    }

    @Test(arguments: ["nothing", "", "other words", "assent 00 00\n"])
    func `ST-42 a database without its witness is a restored one`(witness: String) async throws {
        try await withDirectory { path throws in
            try await withStore(at: path) { store throws in
                #expect(try await store.commit(Self.past) == .kept)
            }
            try FileManager.default.removeItem(atPath: path + ".witness")
            if witness != "nothing" { try Data(witness.utf8).write(to: URL(fileURLWithPath: path + ".witness")) }
            try await withStore(at: path) { store throws in
                #expect(store.report.isRestored)
                #expect(store.report.lostTransactions == nil)
                #expect(try store.family("family-1")?.revoked == .noon)
            }
        }
    }

    @Test
    func `ST-42 a backup of an earlier life is noticed, however much happened in this one`() async throws {
        try await withDirectory { path throws in
            try await withStore(at: path) { store throws in
                for number in 0..<10 { #expect(try await store.commit([.openFamily("family \(number)")]) == .kept) }
            }
            try FileManager.default.copyItem(atPath: path, toPath: path + ".backup")
            // A second life, which is younger in transactions than the first was.
            try FileManager.default.removeItem(atPath: path)
            try await withStore(at: path) { store throws in
                #expect(store.report.isNew)
                #expect(store.report.notices.contains { $0.contains("stood there before") })
                #expect(try await store.commit([.openFamily("family-1")]) == .kept)
            }
            try restore(path)
            try await withStore(at: path) { store throws in #expect(store.report.isRestored) }
        }
    }

    @Test
    func `ST-42 an assertion that could be from before the backup came back is not taken`() async throws {
        try await withDirectory { path throws in
            try await withStore(at: path) { _ throws in }
            try FileManager.default.removeItem(atPath: path + ".witness")
            try await withStore(at: path) { store throws in
                for (seconds, result) in [(321, false), (322, true)] {
                    let spend = OAuth.Change.spendAssertion(
                        "tpp-1",
                        CodeRecord.sample.fingerprint,
                        expires: .noon + seconds
                    )
                    #expect(try await store.commit([spend]) == (result ? .kept : .overtaken(.oauth(spend))))
                }
            }
        }
    }

    @Test
    func `ST-43 a backup under load is whole, and holds what was acknowledged before it`() async throws {
        try await withDirectory { path throws in
            try await withStore(at: path) { store throws in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for runner in 0..<4 {
                        group.addTask { () async throws in
                            for step in 0..<100 {
                                let changes = ["a", "b"].map { Storage.Change.openFamily("\(runner).\(step).\($0)") }
                                #expect(try await store.commit(changes) == .kept)
                            }
                        }
                    }
                    for round in 0..<5 {
                        #expect(try await store.commit([.openFamily("before \(round)")]) == .kept)
                        let copy = "\(path).\(round)"
                        try Backup.copy(DatabasePath(path), to: DatabasePath(copy))
                        #expect(throws: OpeningFailure.exists(path: copy)) {
                            try Backup.copy(DatabasePath(path), to: DatabasePath(copy))
                        }
                    }
                    try await group.waitForAll()
                }
            }
            for round in 0..<5 {
                let copy = "\(path).\(round)"
                #expect(!FileManager.default.fileExists(atPath: copy + ".partial"))
                try await withStore(at: copy) { store throws in
                    #expect(store.report.isRestored)
                    #expect(try store.family(Identifier(WireText("before \(round)"))) != nil)
                    // Of a list all is there or nothing.
                    for runner in 0..<4 {
                        for step in 0..<100 {
                            let first = try store.family(Identifier(WireText("\(runner).\(step).a")))
                            let second = try store.family(Identifier(WireText("\(runner).\(step).b")))
                            #expect((first == nil) == (second == nil))
                        }
                    }
                }
            }
        }
    }

    @Test
    func `a backup of what is not ours is not made`() async throws {
        try await withDirectory { path throws in
            try run("CREATE TABLE t (a)", on: path)
            #expect(throws: OpeningFailure.self) { try Backup.copy(DatabasePath(path), to: DatabasePath(path + "2")) }
            let missing = try DatabasePath(path + "3")
            #expect(throws: OpeningFailure.missing(path: missing.string)) {
                try Backup.copy(missing, to: DatabasePath(path + "2"))
            }
            let files = try FileManager.default.contentsOfDirectory(atPath: DatabasePath(path).directory)
            #expect(files.filter { $0.contains("db2") }.isEmpty)
        }
    }

    /// Puts the backup in the place of the database, as an operator would.
    private func restore(_ path: String) throws {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try FileManager.default.copyItem(atPath: path + ".backup", toPath: path)
    }
}
