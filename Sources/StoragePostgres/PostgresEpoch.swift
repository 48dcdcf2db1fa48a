package import Text

extension Wire {
    /// The latest time at which a node was seen at work.
    func seen() throws(PostgresOpeningFailure) -> Timestamp {
        try attempt { () throws(PostgresFailure) in
            let rows = try run(Statement("SELECT seen FROM epoch"))
            guard rows.count == 1 else { throw .corrupt("the database has no epoch") }
            return try rows[0].timestamp(0)
        }
    }

    /// Begins a new life, and keeps it.
    func beginEpoch(at now: Timestamp) throws(PostgresOpeningFailure) {
        try attempt { () throws(PostgresFailure) in
            try runScript("BEGIN")
            do throws(PostgresFailure) {
                try endWhatWasHandedOut(at: now)
                try commitPatiently()
            } catch {
                try? runScript("ROLLBACK")
                throw error
            }
        }
    }

    /// Begins a new life: nothing that was handed out before counts any more.
    ///
    /// A family that is revoked takes its codes and tokens along; a request that waits is left to time out, so that its
    /// consent hears of it. A login that failed later than now would never be forgiven.
    func endWhatWasHandedOut(at now: Timestamp) throws(PostgresFailure) {
        _ = try run(
            Statement(
                """
                UPDATE epoch SET
                    started = $1, seen = $1, previous = name, name = gen_random_uuid()::text, round = round + 1
                """,
                now
            )
        )
        _ = try run(Statement("UPDATE family SET revoked = $1 WHERE revoked IS NULL", now))
        _ = try run(Statement("UPDATE interaction SET expires = least(expires, $1) WHERE closed IS NULL", now))
        try runScript("DELETE FROM session; DELETE FROM pushed_request")
        _ = try run(Statement("DELETE FROM login_throttle WHERE last > $1", now))
    }

    /// What an operator should read about the server.
    func notices() throws(PostgresOpeningFailure) -> [String] {
        try attempt { () throws(PostgresFailure) in
            let rows = try run(
                Statement(
                    """
                    SELECT current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on',
                        current_setting('synchronous_commit') IN ('on', 'remote_apply')
                            OR current_setting('synchronous_standby_names') = ''
                    """
                )
            )
            guard rows.count == 1 else { return [] }
            var notices: [String] = []
            if try !rows[0].boolean(0) {
                notices.append(
                    "PostgreSQL runs without fsync or full_page_writes: a power cut can lose what was acknowledged"
                )
            }
            if try !rows[0].boolean(1) {
                notices.append(
                    "synchronous_commit is less than on: a standby that is promoted may lack what was acknowledged"
                )
            }
            return notices
        }
    }
}

/// A database that was taken back in time by somebody who knows it.
package enum PostgresRestore {
    /// Ends what was handed out before, and lets nodes that have seen a later state work with this one.
    package static func begin(at address: PostgresAddress, now: Timestamp) async throws(PostgresOpeningFailure) {
        try await Wire.use(address) { wire throws(PostgresOpeningFailure) in
            let seen = try wire.seen()
            // What was seen is over, unless somebody knows better.
            try wire.beginEpoch(at: max(now, seen))
        }
    }
}
