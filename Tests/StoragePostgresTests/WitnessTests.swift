import Foundation
import OAuth
import Storage
import StoragePostgres
import TestSupport
import Testing
import Text

/// Databases that were taken back in time.
@Suite(.needsServer)
struct WitnessTests {
    @Test func `ST-42 a database that has not all that a node has seen is refused, until somebody says it is right`()
        async throws
    {
        try await Self.withWitness { uri, address in
            let store = try await PostgresStore(at: address, now: .noon)
            #expect(try await store.commit([.openFamily(.sample), .openSession(.sample)]) == .kept)
            for _ in 0..<3 { _ = try await store.sweep(at: .noon, limit: 1) }
            await store.close()
            let again = try await PostgresStore(at: address, now: .noon)
            await again.close()

            try PostgresSchema.run("UPDATE epoch SET round = round - 1", on: uri)
            await #expect(throws: PostgresOpeningFailure.setBack(witness: address.witnessFile)) {
                try await PostgresStore(at: address, now: .noon)
            }
            try await PostgresRestore.begin(at: address, now: .noon + 9)
            let restored = try await PostgresStore(at: address, now: .noon + 9)
            #expect(try await restored.family("family-1")?.revoked == .noon + 9)
            #expect(try await restored.session(Session.sample.fingerprint) == nil)
            // What was spent since is forgotten: assertions from before count no more.
            #expect(try PostgresSchema.run("SELECT started FROM epoch", on: uri) == "\((Timestamp.noon + 9).seconds)")
            _ = try await restored.sweep(at: .noon + 9, limit: 1)
            await restored.close()
            let next = try await PostgresStore(at: address, now: .noon + 9)
            await next.close()
        }
    }

    @Test func `another database than the one of the witness is refused`() async throws {
        try await Self.withWitness { uri, address in
            let store = try await PostgresStore(at: address, now: .noon)
            _ = try await store.sweep(at: .noon, limit: 1)
            await store.close()
            try PostgresSchema.run("UPDATE epoch SET name = gen_random_uuid(), round = round + 100", on: uri)
            await #expect(throws: PostgresOpeningFailure.setBack(witness: address.witnessFile)) {
                try await PostgresStore(at: address, now: .noon)
            }
        }
    }

    @Test func `a node at work does not go over to a server that is behind`() async throws {
        try await Server.withSchema { uri in
            let news = Told()
            let address = try PostgresAddress(WireText(uri), connections: 2)
            let store = try await PostgresStore(at: address, now: .noon, onFailure: { news.add($0.message) })
            for _ in 0..<3 { _ = try await store.sweep(at: .noon, limit: 1) }
            try PostgresSchema.run("UPDATE epoch SET round = 0", on: uri)
            try PostgresSchema.run(
                "SELECT pg_terminate_backend(pid) FROM (\(Server.backends(of: uri))) AS assent",
                on: uri
            )
            while !news.all.contains(where: { $0.contains("--restored") }) { await Task.yield() }
            await #expect(throws: StoreFailure.unavailable) { try await store.family("family-1") }
            try await PostgresRestore.begin(at: address, now: .noon)
            while (try? await store.isRevoked(accessToken: Session.sample.fingerprint)) == nil { await Task.yield() }
            await store.close()
        }
    }

    private static func withWitness(_ body: (String, PostgresAddress) async throws -> Void) async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("assent-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try await Server.withSchema { uri in
            try await body(uri, try PostgresAddress(WireText(uri), connections: 2, witnessFile: file))
        }
    }
}
