package import Text

/// One step from an older schema to a newer one: named, and never changed once it was released.
package struct Migration: Sendable {
    package let name: StaticString
    package let script: StaticString

    package init(_ name: StaticString, _ script: StaticString) {
        self.name = name
        self.script = script
    }
}

/// Brings a database to the schema of this release, forward only.
package enum Migrations {
    /// The names of the migrations that a database has had, in order; none for an empty one.
    package static func names(in connection: Connection) throws(SQLiteFailure) -> [WireText] {
        let isThere = try connection.first(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration'",
            read: { _ in true }
        )
        guard isThere == true else { return [] }
        return try connection.all("SELECT name FROM migration ORDER BY number") { row throws(SQLiteFailure) in
            try row.text(0)
        }
    }

    /// Runs those of `migrations` that the database has not had, and returns their names.
    ///
    /// All of them or none: a process that dies half-way leaves the schema it found.
    package static func apply(
        _ migrations: [Migration],
        to connection: Connection
    ) throws(SQLiteFailure) -> [String] {
        let done = try names(in: connection).count
        guard done < migrations.count else { return [] }
        try connection.execute("BEGIN IMMEDIATE")
        do throws(SQLiteFailure) {
            try connection.runScript(table)
            for (index, migration) in migrations.enumerated().dropFirst(done) {
                try connection.runScript(migration.script)
                let name = WireText(migration.name.description)
                let added = try connection.run("INSERT INTO migration (number, name) VALUES (?1, ?2)", index + 1, name)
                guard added == 1 else { throw SQLiteFailure.corrupt("migration \(index + 1) left no trace") }
            }
            try connection.execute("COMMIT")
        } catch {
            connection.rollBack()
            throw error
        }
        return migrations.dropFirst(done).map { $0.name.description }
    }

    private static let table: StaticString = """
        CREATE TABLE IF NOT EXISTS migration (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL
        ) STRICT
        """
}
