import Foundation
import Storage
import StoragePostgres
import Synchronization
import TestSupport
import Testing
import Text

/// The server that `make test-postgres` has started.
enum Server {
    static let uri = ProcessInfo.processInfo.environment["ASSENT_POSTGRES"]

    static let isThere = uri != nil

    /// Calls `body` with the URI of an empty schema.
    static func withSchema(_ body: (String) async throws -> Void) async throws {
        try await PostgresSchema.with(on: try #require(uri), body)
    }

    /// Calls `body` with so many nodes on one schema.
    static func withNodes(_ count: Int, _ body: ([PostgresStore], String) async throws -> Void) async throws {
        try await withSchema { uri in
            var stores: [PostgresStore] = []
            for _ in 0..<count { stores.append(try await node(at: uri)) }
            do { try await body(stores, uri) } catch {
                for store in stores { await store.close() }
                throw error
            }
            for store in stores { await store.close() }
        }
    }

    static func node(at uri: String, connections: Int = 4) async throws(PostgresOpeningFailure) -> PostgresStore {
        try await PostgresStore(at: PostgresAddress(WireText(uri), connections: connections), now: .noon)
    }

    /// The connections that stores on this schema have, which carry its name.
    static func backends(of uri: String) -> String {
        let name = uri.split(separator: "application_name=").last ?? ""
        return "SELECT pid FROM pg_stat_activity WHERE application_name = '\(name)' AND pid <> pg_backend_pid()"
    }
}

/// Somebody who has a table to himself until he lets it go.
final class Holder {
    private let psql = Process()
    private let input = Pipe()

    init(of table: String, on uri: String) throws {
        psql.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        psql.arguments = ["psql", "-X", "-q", "-A", "-t", "-d", uri]
        psql.standardInput = input
        let output = Pipe()
        psql.standardOutput = output
        try psql.run()
        input.fileHandleForWriting.write(
            Data("BEGIN; LOCK TABLE \(table) IN ACCESS EXCLUSIVE MODE; SELECT 'held';\n".utf8)
        )
        _ = output.fileHandleForReading.availableData
    }

    func release() {
        input.fileHandleForWriting.closeFile()
        psql.waitUntilExit()
    }

    /// How many stores on this schema wait for a lock.
    static func waiting(for uri: String) -> String {
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid IN (\(Server.backends(of: uri)))"
    }
}

/// What a store has told, from whichever thread.
final class Told: Sendable {
    private let texts = Mutex<[String]>([])

    var all: [String] { texts.withLock { $0 } }

    func add(_ text: String) { texts.withLock { $0.append(text) } }
}

extension Trait where Self == ConditionTrait {
    /// Skipped with a word where there is no server.
    static var needsServer: Self { .enabled(if: Server.isThere, "ASSENT_POSTGRES names no server: make test-postgres") }
}
