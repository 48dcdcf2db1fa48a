package import Text

extension Wire {
    /// Connects, and looks whether the server is one that we can rely on.
    ///
    /// - Parameters:
    ///   - isPipeline: Whether it is for the driver, or for somebody who waits.
    ///   - witness: Who knows how far the database had come.
    static func open(
        _ address: PostgresAddress,
        forPipeline isPipeline: Bool,
        witness: PostgresWitness? = nil
    ) -> Result<Wire, PostgresOpeningFailure> {
        guard isBuilt else { return .failure(.notBuilt) }
        let wire: Wire
        switch connect(to: address) {
        case .success(let made): wire = made
        case .failure(let failure): return .failure(.failed(failure))
        }
        do throws(PostgresOpeningFailure) {
            try wire.requireDurability()
            if let witness { try witness.require(try wire.epoch()) }
            if isPipeline { try wire.prepareForWork() }
            return .success(wire)
        } catch { return .failure(error) }
    }

    /// Connects to a standby, and looks whether it is one of this database.
    static func open(
        _ address: PostgresAddress,
        asReplicaOf database: DatabaseIdentity
    ) -> Result<Wire, PostgresOpeningFailure> {
        guard isBuilt else { return .failure(.notBuilt) }
        switch connect(to: address, takesChanges: false) {
        case .success(let wire):
            do throws(PostgresOpeningFailure) {
                guard try wire.identity() == database else {
                    return .failure(.foreignReplica(server: address.serverName))
                }
                try wire.prepareForWork()
                return .success(wire)
            } catch { return .failure(error) }
        case .failure(let failure): return .failure(.failed(failure))
        }
    }

    /// Which database this is, on whichever of its servers.
    func identity() throws(PostgresOpeningFailure) -> DatabaseIdentity {
        try attempt { () throws(PostgresFailure) in
            let rows = try run(
                Statement(
                    """
                    SELECT system_identifier, current_database()::text, current_schema()::text FROM pg_control_system()
                    """
                )
            )
            guard rows.count == 1 else { throw .corrupt("the server does not say which it is") }
            return DatabaseIdentity(
                cluster: try rows[0].integer(0),
                database: try rows[0].text(1),
                schema: try rows[0].optionalText(2)
            )
        }
    }

    /// Connects, and calls `body` on a thread that may wait.
    static func use<Answer: Sendable>(
        _ address: PostgresAddress,
        _ body: @escaping @Sendable (Wire) throws(PostgresOpeningFailure) -> Answer
    ) async throws(PostgresOpeningFailure) -> Answer {
        let answer = await StoreThread.value { () -> Result<Answer, PostgresOpeningFailure> in
            switch open(address, forPipeline: false) {
            case .success(let wire):
                do throws(PostgresOpeningFailure) { return .success(try body(wire)) } catch { return .failure(error) }
            case .failure(let failure): return .failure(failure)
            }
        }
        guard let answer else { throw .failed(PostgresFailure(message: "the system has no thread to give")) }
        return try answer.get()
    }

    private func requireDurability() throws(PostgresOpeningFailure) {
        let (version, encoding, mode) = try attempt { () throws(PostgresFailure) in
            let rows = try run(
                Statement(
                    """
                    SELECT current_setting('server_version_num')::bigint, current_setting('server_encoding'),
                        current_setting('synchronous_commit')
                    """
                )
            )
            guard rows.count == 1 else { throw .corrupt("the server does not say what it is") }
            return (try rows[0].integer(0), try rows[0].text(1), try rows[0].text(2))
        }
        guard version >= 150_000 else { throw .tooOld(version: version) }
        guard encoding == "UTF8" else { throw .notUTF8(encoding: encoding) }
        guard mode != "off" else { throw .notDurable }
    }

    /// Bounds for every statement, and from here on nobody waits.
    func prepareForWork() throws(PostgresOpeningFailure) {
        try attempt { () throws(PostgresFailure) in
            try runScript(
                """
                SET statement_timeout = '5s';
                SET lock_timeout = '4s';
                SET idle_in_transaction_session_timeout = '10s';
                SET default_transaction_isolation = 'read committed';
                SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3;
                SELECT set_config('synchronous_commit', current_setting('synchronous_commit'), false);
                SET client_min_messages = warning
                """
            )
            try beginPipeline()
        }
    }

    func attempt<Answer>(
        _ body: () throws(PostgresFailure) -> Answer
    ) throws(PostgresOpeningFailure) -> Answer {
        do throws(PostgresFailure) { return try body() } catch { throw .failed(error) }
    }
}

/// Which database this is, on whichever of its servers.
struct DatabaseIdentity: Sendable, Hashable {
    /// The number that a cluster is given when it is made, and that its standbys have as well.
    let cluster: Int64
    let database: WireText
    let schema: WireText?
}

/// What was found and done when the database was opened, for the log.
package struct PostgresReport: Sendable, Hashable {
    /// The names of the migrations that were run.
    package var migrations: [String] = []
    /// The clock was behind what the database had seen, and is believed; everything handed out before was ended.
    package var isClockAccepted = false
    /// The latest time that the database has seen; a clock behind it is wrong.
    package var seen = Timestamp(0)
    /// What an operator should read.
    package var notices: [String] = []
}
