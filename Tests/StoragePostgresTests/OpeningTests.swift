import Foundation
import OAuth
import Storage
import StoragePostgres
import TestSupport
import Testing
import Text

/// What is looked at before a server is used.
@Suite(.needsServer)
struct OpeningTests {
    @Test func `nodes that start at the same moment make the tables once`() async throws {
        try await Server.withSchema { uri in
            let reports = try await withThrowingTaskGroup(of: PostgresReport.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let store = try await Server.node(at: uri, connections: 2)
                        await store.close()
                        return store.report
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(reports.filter { !$0.migrations.isEmpty }.count == 1)
            #expect(reports.first { !$0.migrations.isEmpty }?.migrations == ["0.1"])
        }
    }

    @Test func `what would be made is said, and not made`() async throws {
        try await Server.withSchema { uri in
            let address = try PostgresAddress(WireText(uri))
            #expect(try await PostgresMigrations.missing(at: address) == ["0.1"])
            #expect(try await PostgresMigrations.missing(at: address) == ["0.1"])
            #expect(try await PostgresMigrations.apply(at: address) == ["0.1"])
            #expect(try await PostgresMigrations.missing(at: address) == [])
            #expect(try await PostgresMigrations.apply(at: address) == [])
        }
    }

    @Test func `a later schema is taken where it says that this release may go on, and no other`() async throws {
        try await Server.withNodes(1) { _, uri in
            try PostgresSchema.run("INSERT INTO migration VALUES (98, 'later', 1)", on: uri)
            let beside = try await Server.node(at: uri, connections: 2)
            await beside.close()
            try PostgresSchema.run("INSERT INTO migration VALUES (99, 'later still', 99)", on: uri)
            await #expect(throws: PostgresOpeningFailure.newer(least: 99, known: PostgresMigrations.all.count)) {
                try await Server.node(at: uri)
            }
        }
    }

    @Test func `a server that acknowledges what is on no disk is refused`() async throws {
        try await Server.withSchema { uri in
            let hasty = uri.replacing("options=", with: "options=-csynchronous_commit%3Doff%20")
            await #expect(throws: PostgresOpeningFailure.notDurable) { try await Server.node(at: hasty) }
        }
    }

    @Test func `where nothing listens, the sentence says so and holds no password`() async throws {
        let address = try PostgresAddress("postgresql://assent@127.0.0.1:1/assent", password: "hunter-two")
        do throws(PostgresOpeningFailure) {
            _ = try await PostgresStore(at: address, now: .noon)
            Issue.record("nothing listens there")
        } catch {
            #expect(error.sentence.contains("127.0.0.1"))
            #expect(!error.sentence.contains("hunter-two"))
        }
    }

    @Test func `ST-50 the latest time that was seen is remembered`() async throws {
        try await Server.withSchema { uri in
            let store = try await Server.node(at: uri)
            #expect(store.report.seen == Timestamp(0))
            _ = try await store.sweep(at: .noon + 5, limit: 1)
            _ = try await store.sweep(at: .noon, limit: 1)
            await store.close()
            let next = try await Server.node(at: uri)
            #expect(next.report.seen == .noon + 5)
            await next.close()
        }
    }

    @Test func `ST-50 a node whose clock is apart from the server's sweeps nothing and notes nothing`() async throws {
        try await Server.withSchema { uri in
            let told = Told()
            let address = try PostgresAddress(WireText(uri), connections: 2)
            let store = try await PostgresStore(
                at: address,
                now: .noon,
                clockTolerance: 300,
                onFailure: { told.add($0.message) }
            )
            let now = Timestamp(Int64(Date().timeIntervalSince1970))
            #expect(try await store.commit([.openFamily(.sample)]) == .kept)
            for wrong in [now + 900, now - 900] {
                await #expect(throws: StoreFailure.unavailable) { try await store.sweep(at: wrong, limit: 100) }
            }
            #expect(told.all.filter { $0.contains("apart") }.count == 2)
            #expect(try PostgresSchema.run("SELECT seen, round FROM epoch", on: uri) == "0|0")
            _ = try await store.sweep(at: now + 5, limit: 0)
            #expect(try PostgresSchema.run("SELECT seen FROM epoch", on: uri) == "\((now + 5).seconds)")
            await store.close()
        }
    }

    @Test func `a clock that is behind and believed ends what was handed out`() async throws {
        try await Server.withSchema { uri in
            let store = try await Server.node(at: uri)
            #expect(try await store.commit([.openFamily(.sample), .openSession(.sample)]) == .kept)
            _ = try await store.sweep(at: .noon + 600, limit: 1)
            await store.close()
            let address = try PostgresAddress(WireText(uri))
            let next = try await PostgresStore(at: address, now: .noon, acceptsClock: true)
            #expect(next.report.isClockAccepted)
            #expect(try await next.family("family-1")?.revoked == .noon)
            #expect(try await next.commit([.requireSession(Session.sample.fingerprint, at: .noon)]) != .kept)
            await next.close()
        }
    }
}
