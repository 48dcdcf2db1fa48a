import Crypto
import Foundation
import OAuth
import Storage
import StorageSQLite
import TestSupport
import Testing
import Text

/// Questions on the caller's thread.
@Suite
struct ReaderPoolTests {
    @Test
    func `more threads than places all get their answer`() async throws {
        try await withDirectory { file throws in
            try await withStore(at: file) { store throws in
                #expect(try await store.commit([.openFamily("family-1")]) == .kept)
                let readers = try ReaderPool(DatabasePath(file), places: 2)
                let counts = ConcurrentCounts()
                DispatchQueue.concurrentPerform(iterations: 16) { _ in
                    for _ in 0..<200 { counts.add(try? count(readers)) }
                }
                #expect(counts.all == [1: 3_200])
            }
        }
    }

    @Test
    func `a reader cannot write, and goes on reading after it tried`() async throws {
        try await withDirectory { file throws in
            try await withStore(at: file) { store throws in
                let readers = try ReaderPool(DatabasePath(file), places: 1)
                let failure = #expect(throws: SQLiteFailure.self) {
                    try readers.read { connection throws(SQLiteFailure) in try connection.run("DELETE FROM family") }
                }
                #expect(failure?.kind == .readOnly)
                #expect(try count(readers) == 0)
            }
        }
    }

    @Test
    func `ST-30 a failed read is a failure and never an absence`() async throws {
        try await withDirectory { file throws in
            let heard = Heard()
            let store = try SQLiteStore(at: file, now: .noon, onFailure: { heard.note($0) })
            #expect(try await store.commit(StoreContract.code) == .kept)
            try FileManager.default.moveItem(atPath: file, toPath: file + ".away")
            let questions: [(String, () throws -> Bool)] = [
                ("code", { try store.code(CodeRecord.sample.fingerprint) == nil }),
                ("token", { try store.refreshToken(CodeRecord.sample.fingerprint) == nil }),
                ("family", { try store.family("family-1") == nil }),
                ("revoked", { try store.isRevoked(accessToken: CodeRecord.sample.fingerprint) }),
                ("standing", { try store.standing(of: "consent-1", at: .noon) == nil }),
                ("session", { try store.session(CodeRecord.sample.fingerprint) == nil }),
                ("interaction", { try store.interaction("interaction-1") == nil }),
                ("abandoned", { try store.abandonedInteractions(at: .noon, limit: 1).isEmpty }),
                ("scope", { try store.rememberedScope(in: .sample) == nil }),
                ("throttle", { try store.throttle(.person("psu-anna")) == nil }),
                ("consent", { try store.consent("consent-1") == nil }),
                ("revisions", { try store.revisions(of: "consent-1").isEmpty }),
            ]
            for (name, ask) in questions {
                let failure = #expect(throws: StoreFailure.self, "\(name)") { try ask() }
                #expect(failure == .inputOutput, "\(name)")
            }
            await #expect(throws: StoreFailure.inputOutput) { try await store.commit([StoreContract.spendCode]) }
            #expect(heard.count == questions.count + 1)
            // And when the file is back, so are the answers.
            try FileManager.default.moveItem(atPath: file + ".away", toPath: file)
            #expect(try store.code(CodeRecord.sample.fingerprint) == .sample)
            #expect(try await store.commit([StoreContract.spendCode]) == .kept)
            await store.close()
        }
    }

    private func count(_ readers: ReaderPool) throws -> Int? {
        try readers.read { connection throws(SQLiteFailure) in
            try connection.first("SELECT count(*) FROM family") { row throws(SQLiteFailure) in try row.count(0) }
        }
    }
}

private final class ConcurrentCounts: @unchecked Sendable {
    private let lock = NSLock()
    private var counts: [Int?: Int] = [:]

    func add(_ value: Int?) { lock.withLock { counts[value, default: 0] += 1 } }

    var all: [Int?: Int] { lock.withLock { counts } }
}

private final class Heard: @unchecked Sendable {
    private let lock = NSLock()
    private var failures: [SQLiteFailure] = []

    func note(_ failure: SQLiteFailure) { lock.withLock { failures.append(failure) } }

    var count: Int { lock.withLock { failures.count } }
}
