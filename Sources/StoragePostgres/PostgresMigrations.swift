import Text

/// One step from an older schema to a newer one: named, and never changed once it was released.
package struct PostgresMigration: Sendable {
    package let name: StaticString
    /// How many migrations a program must know to work on what this one leaves: nodes of the release before go on
    /// beside those of this one, unless this is the number of this very step.
    package let least: Int
    package let script: StaticString

    package init(_ name: StaticString, least: Int, _ script: StaticString) {
        self.name = name
        self.least = least
        self.script = script
    }
}

/// Brings a database to the schema of this release, forward only.
package enum PostgresMigrations {
    /// The names of those of `migrations` that the database has not had; nothing is changed.
    package static func missing(
        at address: PostgresAddress,
        of migrations: [PostgresMigration] = all
    ) async throws(PostgresOpeningFailure) -> [String] {
        try await Wire.use(address) { wire throws(PostgresOpeningFailure) in
            let done = try wire.attempt { () throws(PostgresFailure) in try wire.migrationsDone() }
            try require(done, migrations)
            return migrations.dropFirst(done.count).map { $0.name.description }
        }
    }

    /// Runs those of `migrations` that the database has not had, and returns their names.
    ///
    /// One program does so at a time, and the others wait for it. All of them are made or none.
    package static func apply(
        at address: PostgresAddress,
        _ migrations: [PostgresMigration] = all
    ) async throws(PostgresOpeningFailure) -> [String] {
        try await Wire.use(address) { wire throws(PostgresOpeningFailure) in try apply(migrations, on: wire) }
    }

    static func apply(_ migrations: [PostgresMigration], on wire: Wire) throws(PostgresOpeningFailure) -> [String] {
        let seen = try wire.attempt { () throws(PostgresFailure) in try wire.migrationsDone() }
        try require(seen, migrations)
        // Whoever lacks nothing needs neither the lock nor the right to make tables.
        guard seen.count < migrations.count else { return [] }
        do throws(PostgresOpeningFailure) {
            let done = try wire.attempt { () throws(PostgresFailure) in
                try wire.runScript("BEGIN")
                // Any number will do, as long as it is always the same one.
                try wire.runScript("SELECT pg_advisory_xact_lock(4705234152317391924)")
                try wire.runScript(table)
                return try wire.migrationsDone()
            }
            try require(done, migrations)
            let missing = migrations.dropFirst(done.count)
            try wire.attempt { () throws(PostgresFailure) in
                for (index, migration) in zip(missing.indices, missing) {
                    try wire.runScript(migration.script)
                    _ = try wire.run(
                        Statement(
                            "INSERT INTO migration (number, name, least) VALUES ($1, $2, $3)",
                            index + 1,
                            WireText(migration.name.description),
                            migration.least
                        )
                    )
                }
                try wire.commitPatiently()
            }
            return missing.map { $0.name.description }
        } catch {
            try? wire.runScript("ROLLBACK")
            throw error
        }
    }

    private static func require(
        _ done: [Int],
        _ migrations: [PostgresMigration]
    ) throws(PostgresOpeningFailure) {
        let least = done.max() ?? 0
        guard least <= migrations.count else { throw .newer(least: least, known: migrations.count) }
    }

    private static let table: StaticString = """
        CREATE TABLE IF NOT EXISTS migration (
            number bigint PRIMARY KEY,
            name text COLLATE "C" NOT NULL,
            least bigint NOT NULL
        )
        """
}

extension Wire {
    /// What each migration that the database has had demands of a program, in order; none for an empty one.
    fileprivate func migrationsDone() throws(PostgresFailure) -> [Int] {
        guard try run(Statement("SELECT 1 WHERE to_regclass('migration') IS NOT NULL")).count == 1 else { return [] }
        let rows = try run(Statement("SELECT least FROM migration ORDER BY number"))
        var done: [Int] = []
        for index in 0..<rows.count { done.append(try rows[index].count(0)) }
        return done
    }
}
