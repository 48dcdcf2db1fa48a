import Foundation
import Storage
import StorageSQLite
import TestSupport
import Text

/// Calls `body` with the path of a database in a directory that nobody else uses.
@discardableResult
func withDirectory<Answer>(_ body: (String) async throws -> Answer) async throws -> Answer {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("assent-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(directory.appendingPathComponent("assent.db").path)
}

/// Calls `body` with a store on a new file.
@discardableResult
func withStore<Answer>(_ body: (SQLiteStore) async throws -> Answer) async throws -> Answer {
    try await withDirectory { path in try await withStore(at: path, body) }
}
