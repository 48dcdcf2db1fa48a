import Foundation
import Storage
import StoragePostgres
import StorageSQLite
import TestSupport
import Testing
import Text

/// The stores that the contract is held against.
enum StoreKind: String, CaseIterable, Sendable {
    case memory
    case sqlite
    case postgres

    /// Where `make test-postgres` has started a server: `ASSENT_POSTGRES`.
    static let server = ProcessInfo.processInfo.environment["ASSENT_POSTGRES"]

    /// PostgreSQL is left out where there is none; `make test-postgres` brings one.
    static var allCases: [StoreKind] { server == nil ? [.memory, .sqlite] : [.memory, .sqlite, .postgres] }

    /// Those that keep what they are told on a disk.
    static var durable: [StoreKind] { allCases.filter { $0 != .memory } }

    /// Calls `body` with an empty store.
    func with(_ body: (any Store) async throws -> Void) async throws {
        switch self {
        case .memory: try await body(MemoryStore())
        case .sqlite:
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("assent-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let store = try SQLiteStore(at: folder.appendingPathComponent("assent.db").path, now: .noon)
            try await Self.use(store, body) { await store.close() }
        case .postgres:
            let server = try #require(Self.server)
            try await PostgresSchema.with(on: server) { uri in
                let store = try await PostgresStore(at: PostgresAddress(WireText(uri), connections: 6), now: .noon)
                try await Self.use(store, body) { await store.close() }
            }
        }
    }

    private static func use(
        _ store: any Store,
        _ body: (any Store) async throws -> Void,
        then close: () async -> Void
    ) async throws {
        do { try await body(store) } catch {
            await close()
            throw error
        }
        await close()
    }
}
