import Foundation
import OAuth
import Storage
import StoragePostgres
import TestSupport
import Testing
import Text

/// Servers that answer in the place of the primary; those that follow one are in `Tests/EndToEndTests/replicas.py`.
@Suite(.needsServer)
struct ReplicaTests {
    @Test func `a server that takes changes is no replica, and the primary answers`() async throws {
        try await Server.withNodes(1) { nodes, uri in
            let address = try PostgresAddress(WireText(uri), connections: 4)
            let store = try await PostgresStore(at: address, standbys: [address], now: .noon)
            #expect(try await store.commit([.openFamily(.sample)]) == .kept)
            for _ in 0..<20 { #expect(try await store.reading().family("family-1") != nil) }
            #expect(try await nodes[0].commit([.revokeFamily("family-1", at: .noon)]) == .kept)
            #expect(try await store.reading().family("family-1")?.revoked == .noon)
            #expect(store.replicaFigures?.answered == 0)
            #expect(store.replicaFigures?.passedOn == 21)
            await store.close()
        }
    }

    @Test func `a server that is away costs no answer, and is told of once`() async throws {
        try await Server.withSchema { uri in
            let away = try PostgresAddress("postgresql://assent@127.0.0.1:1/assent")
            let news = Told()
            let store = try await PostgresStore(
                at: PostgresAddress(WireText(uri), connections: 4),
                standbys: [away],
                now: .noon,
                onReplica: { news.add("\($0)") }
            )
            for _ in 0..<20 { #expect(try await store.reading().family("nobody") == nil) }
            #expect(news.all.count == 1)
            #expect(news.all.first?.contains("127.0.0.1:1") == true)
            await store.close()
        }
    }

    @Test func `a replica in another schema is refused`() async throws {
        try await Server.withSchema { uri in
            try await Server.withSchema { other in
                let address = try PostgresAddress(WireText(uri), connections: 2)
                let standby = try PostgresAddress(WireText(other), connections: 2)
                do throws(PostgresOpeningFailure) {
                    _ = try await PostgresStore(at: address, standbys: [standby], now: .noon)
                    Issue.record("it was taken")
                } catch {
                    guard case .foreignReplica = error else {
                        Issue.record("\(error)")
                        return
                    }
                }
            }
        }
    }
}
