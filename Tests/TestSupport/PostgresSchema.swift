import Foundation

/// A schema of its own for each store of a test, so that many share one database and see nothing of each other.
///
/// They stay there: the server of the tests goes with its folder, and dropping thirty tables takes longer than a test.
package enum PostgresSchema {
    /// Calls `body` with the URI of an empty schema.
    package static func with<Answer>(
        on server: String,
        _ body: (String) async throws -> Answer
    ) async throws -> Answer {
        let name = "test_\(UUID().uuidString.replacing("-", with: "").lowercased())"
        try run("CREATE SCHEMA \(name)", on: server)
        let options = "options=-csearch_path%3D\(name)&application_name=\(name)"
        return try await body(server + (server.contains("?") ? "&" : "?") + options)
    }

    /// Has psql run a statement.
    @discardableResult
    package static func run(_ sql: String, on server: String) throws -> String {
        let psql = Process()
        psql.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        psql.arguments = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", server, "-c", sql]
        let output = Pipe()
        psql.standardOutput = output
        // A notice for each table that goes with its schema is nothing that anybody wants to read.
        psql.standardError = FileHandle.nullDevice
        try psql.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        psql.waitUntilExit()
        guard psql.terminationStatus == 0 else { throw Failed(sql: sql) }
        return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private struct Failed: Error {
        let sql: String
    }
}
