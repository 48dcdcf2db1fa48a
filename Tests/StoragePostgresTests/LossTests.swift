import Foundation
import OAuth
import Storage
import StoragePostgres
import TestSupport
import Testing
import Text

/// Connections that end.
@Suite(.needsServer, .serialized)
struct LossTests {
    @Test func `after all connections were ended the node is well again within a second`() async throws {
        try await Server.withNodes(1) { nodes, uri in
            #expect(try await nodes[0].commit([.openFamily("before")]) == .kept)
            try PostgresSchema.run(
                "SELECT pg_terminate_backend(pid) FROM (\(Server.backends(of: uri))) AS assent",
                on: uri
            )
            let began = ContinuousClock.now
            var isKept = false
            while !isKept, ContinuousClock.now - began < .seconds(5) {
                do throws(StoreFailure) { isKept = try await nodes[0].commit([.openFamily("after")]) == .kept } catch {
                    #expect(error == .unavailable || error == .unknown)
                    await Task.yield()
                }
            }
            #expect(isKept)
            #expect(ContinuousClock.now - began < .seconds(1))
            var family: TokenFamily?
            while family == nil, ContinuousClock.now - began < .seconds(5) {
                family = (try? await nodes[0].family("before")) ?? nil
            }
            #expect(family != nil)
        }
    }

    @Test func `a connection that ends inside COMMIT leaves it unknown whether the list was kept`() async throws {
        try await Server.withNodes(1) { nodes, uri in
            // A check at the end of the transaction that takes as long as somebody holds a lock.
            try PostgresSchema.run(
                """
                CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN PERFORM pg_sleep(3); RETURN NULL; END';
                CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON session DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION wait_at_commit()
                """,
                on: uri
            )
            async let outcome = Self.failure(of: [.openSession(.sample)], at: nodes[0])
            let waits =
                "FROM (\(Server.backends(of: uri))) AS assent JOIN pg_stat_activity USING (pid) WHERE wait_event = 'PgSleep'"
            while try PostgresSchema.run("SELECT count(*) \(waits)", on: uri) == "0" { await Task.yield() }
            try PostgresSchema.run("SELECT pg_terminate_backend(pid) \(waits)", on: uri)
            #expect(await outcome == .unknown)
        }
    }

    @Test func `a list that fails in the database is not kept, and the next one is`() async throws {
        try await Server.withNodes(1) { nodes, uri in
            try PostgresSchema.run("ALTER TABLE session ADD CHECK (acr <> 'refused')", on: uri)
            let refused = OAuth.Change.openSession(.sample(acr: "refused"))
            let failure = await Self.failure(of: [.openFamily(.sample), refused], at: nodes[0])
            guard case .corrupt = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(try await nodes[0].family("family-1") == nil)
            #expect(try await nodes[0].commit([.openFamily("family-1")]) == .kept)
        }
    }

    @Test func `a store that is closed says so`() async throws {
        try await Server.withSchema { uri in
            let store = try await Server.node(at: uri)
            await store.close()
            #expect(await Self.failure(of: [.openFamily(.sample)], at: store) == .unavailable)
            await #expect(throws: StoreFailure.unavailable) { try await store.family("family-1") }
            await store.close()
        }
    }

    private static func failure(of changes: [OAuth.Change], at store: PostgresStore) async -> StoreFailure? {
        do throws(StoreFailure) {
            _ = try await store.commit(changes)
            return nil
        } catch { return error }
    }
}
