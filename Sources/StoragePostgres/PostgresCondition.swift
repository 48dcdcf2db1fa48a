package import Text

/// What can be seen of a server without changing anything.
package struct PostgresCondition: Sendable {
    /// The names of the migrations that it has not had.
    package let missingMigrations: [String]
    /// What an operator should read.
    package let notices: [String]
    /// Its clock.
    package let time: Timestamp
    /// The latest time at which a node was seen at work; absent before the first migration.
    package let seen: Timestamp?

    package init(of address: PostgresAddress) async throws(PostgresOpeningFailure) {
        let missing = try await PostgresMigrations.missing(at: address)
        let isEmpty = missing.count == PostgresMigrations.all.count
        (notices, time, seen) = try await Wire.use(address) {
            wire throws(PostgresOpeningFailure) -> ([String], Timestamp, Timestamp?) in
            let time = try wire.attempt { () throws(PostgresFailure) in
                let rows = try wire.run(Statement("SELECT extract(epoch FROM clock_timestamp())::bigint"))
                guard rows.count == 1 else { throw .corrupt("the server has no clock") }
                return try rows[0].timestamp(0)
            }
            let notices = try wire.notices() + wire.standbyNotice()
            guard !isEmpty else { return (notices, time, nil) }
            return (notices, time, try wire.seen())
        }
        missingMigrations = missing
    }
}

extension Wire {
    /// Whether somebody follows whom every commit waits for, as far as this role may see it.
    fileprivate func standbyNotice() throws(PostgresOpeningFailure) -> [String] {
        try attempt { () throws(PostgresFailure) in
            let rows = try run(
                Statement(
                    """
                    SELECT current_setting('synchronous_standby_names') <> '' AND NOT EXISTS (
                        SELECT 1 FROM pg_stat_replication WHERE sync_state IS NULL OR sync_state IN ('sync', 'quorum')
                    )
                    """
                )
            )
            guard rows.count == 1, try rows[0].boolean(0) else { return [] }
            return [
                "synchronous_standby_names waits for a standby, and none of that name follows: nothing can be committed"
            ]
        }
    }
}
