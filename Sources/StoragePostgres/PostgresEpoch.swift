import Text

extension Wire {
    /// The latest time at which a node was seen at work.
    func seen() throws(PostgresOpeningFailure) -> Timestamp {
        try attempt { () throws(PostgresFailure) in
            let rows = try run(Statement("SELECT seen FROM epoch"))
            guard rows.count == 1 else { throw .corrupt("the database has no epoch") }
            return try rows[0].timestamp(0)
        }
    }

    /// Begins a new life: nothing that was handed out before counts any more.
    ///
    /// A family that is revoked takes its codes and tokens along; a request that waits is left to time out, so that its
    /// consent hears of it. A login that failed later than now would never be forgiven.
    func beginEpoch(at now: Timestamp) throws(PostgresOpeningFailure) {
        try attempt { () throws(PostgresFailure) in
            try runScript("BEGIN")
            do throws(PostgresFailure) {
                _ = try run(Statement("UPDATE epoch SET started = $1, seen = $1", now))
                _ = try run(Statement("UPDATE family SET revoked = $1 WHERE revoked IS NULL", now))
                _ = try run(Statement("UPDATE interaction SET expires = least(expires, $1) WHERE closed IS NULL", now))
                try runScript("DELETE FROM session; DELETE FROM pushed_request")
                _ = try run(Statement("DELETE FROM login_throttle WHERE last > $1", now))
                try runScript("COMMIT")
            } catch {
                try? runScript("ROLLBACK")
                throw error
            }
        }
    }

    /// What an operator should read about the server.
    func notices() throws(PostgresOpeningFailure) -> [String] {
        try attempt { () throws(PostgresFailure) in
            let rows = try run(
                Statement("SELECT current_setting('fsync'), current_setting('full_page_writes')")
            )
            guard rows.count == 1 else { return [] }
            let (fsync, fullPages) = (try rows[0].text(0), try rows[0].text(1))
            return fsync == "on" && fullPages == "on"
                ? []
                : ["PostgreSQL runs without fsync or full_page_writes: a power cut can lose what was acknowledged"]
        }
    }
}
