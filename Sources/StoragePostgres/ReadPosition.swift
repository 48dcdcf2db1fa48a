import Text

/// How far the primary had come at one moment, so that a standby that has come as far knows all that was acknowledged.
///
/// A commit is acknowledged after its record was flushed (`synchronous_commit` is never off here), and a standby shows a
/// commit before it counts its record as replayed.
struct ReadPosition: Sendable, Hashable {
    /// The name of the history in which the number counts.
    ///
    /// A standby that followed a lost primary further than its successor did counts higher and knows less. It has not this
    /// name, which was written after the successor's history began.
    let branch: WireText
    /// Bytes of the write-ahead log.
    let flushed: Int64

    /// Asked at the primary; no row where its history has no name yet.
    static let question = Statement(
        """
        SELECT branch, (flushed - '0/0'::pg_lsn)::bigint
        FROM epoch, pg_current_wal_flush_lsn() AS flushed WHERE timeline = left(pg_walfile_name(flushed), 8)
        """
    )

    /// Names the history that the primary writes, once for all nodes.
    static let naming = Statement(
        """
        UPDATE epoch SET timeline = now.timeline, branch = gen_random_uuid()::text
        FROM (SELECT left(pg_walfile_name(pg_current_wal_flush_lsn()), 8) AS timeline) AS now
        WHERE epoch.timeline <> now.timeline
        """
    )

    /// Asked at a standby before each question, in a statement of its own: what the next one sees is no older.
    static let check = Statement(
        """
        SELECT pg_is_in_recovery(), branch, (coalesce(pg_last_wal_replay_lsn(), '0/0') - '0/0'::pg_lsn)::bigint FROM epoch
        """
    )

    init(_ row: Row) throws(PostgresFailure) {
        branch = try row.text(0)
        flushed = try row.integer(1)
    }

    /// Whether a standby that answers the check so has everything up to here; `nil` where it has.
    func failure(of rows: Rows) -> PostgresFailure? {
        do throws(PostgresFailure) {
            guard rows.count == 1 else { throw .corrupt("a replica without an epoch") }
            guard try rows[0].boolean(0) else { return .noReplica("it takes changes and follows nobody") }
            guard try rows[0].text(1) == branch else { return .noReplica("it follows another history") }
            return try rows[0].integer(2) >= flushed ? nil : .behind
        } catch { return error }
    }
}

extension PostgresFailure {
    /// A standby has not come as far as it must have.
    static let behind = PostgresFailure(state: "AS001", message: "it has not come as far as the primary")

    /// A server that may not answer in the place of the primary.
    static func noReplica(_ message: String) -> PostgresFailure {
        PostgresFailure(state: "AS002", message: message)
    }

    /// Whether a moment later it may be over.
    var isBehind: Bool { state == Self.behind.state }
}
