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

    @Test func `a warning that comes with a statement does not make a commit unknown`() async throws {
        try await Server.withNodes(1) { nodes, uri in
            try PostgresSchema.run(
                """
                CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN RAISE WARNING ''something''; RETURN NULL; END';
                CREATE TRIGGER warn AFTER INSERT ON session FOR EACH ROW EXECUTE FUNCTION warn()
                """,
                on: uri
            )
            #expect(try await nodes[0].commit([.openSession(.sample)]) == .kept)
        }
    }

    @Test func `a commit that is answered with a warning is unknown, as one that no standby has`() async throws {
        try await Server.withNodes(1) { nodes, uri in
            try PostgresSchema.run(
                """
                CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN RAISE WARNING ''something''; RETURN NULL; END';
                CREATE CONSTRAINT TRIGGER warn AFTER INSERT ON session DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION warn()
                """,
                on: uri
            )
            #expect(await Self.failure(of: [.openSession(.sample)], at: nodes[0]) == .unknown)
        }
    }

    @Test func `a server that promises less after it was told to is held to what it promised`() async throws {
        try await Server.withNodes(1) { nodes, uri in
            try PostgresSchema.run(
                """
                CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN IF (SELECT source FROM pg_settings WHERE name = ''synchronous_commit'') <> ''session''
                        THEN RAISE EXCEPTION ''not held''; END IF; RETURN NULL; END';
                CREATE TRIGGER look AFTER INSERT ON session FOR EACH ROW EXECUTE FUNCTION look()
                """,
                on: uri
            )
            #expect(try await nodes[0].commit([.openSession(.sample)]) == .kept)
        }
    }

    @Test func `why no connection is made is told, and not again and again`() async throws {
        try await Server.withSchema { uri in
            let role = "role_\(UUID().uuidString.replacing("-", with: "").lowercased())"
            let schema = try PostgresSchema.run("SELECT current_schema()", on: uri)
            try PostgresSchema.run(
                "CREATE ROLE \(role) LOGIN PASSWORD 'one'; GRANT ALL ON SCHEMA \(schema) TO \(role)",
                on: uri
            )
            let told = Told()
            let password = Told()
            password.add("one")
            let named = uri.replacing(/\/\/[^@]*@/, with: "//\(role)@")
            let address = try PostgresAddress(
                WireText(named),
                password: "one",
                passwordNow: { password.all.last.map { WireText($0) } },
                connections: 2
            )
            let store = try await PostgresStore(at: address, now: .noon, onFailure: { told.add($0.message) })
            try PostgresSchema.run(
                """
                ALTER ROLE \(role) PASSWORD 'two';
                SELECT pg_terminate_backend(pid) FROM (\(Server.backends(of: uri))) AS assent
                """,
                on: uri
            )
            while !told.all.contains(where: { $0.contains("password") }) { await Task.yield() }
            // The file has the new one, and nobody starts the node again.
            password.add("two")
            while (try? await store.isRevoked(accessToken: Session.sample.fingerprint)) == nil { await Task.yield() }
            #expect(told.all.filter { $0.contains("password") }.count == 1)
            await store.close()
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
