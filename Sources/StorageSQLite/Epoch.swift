import Text

/// Which life of the database this is, and how far it has come.
struct Epoch: Sendable, Hashable {
    /// Random, and new in every life.
    let name: [UInt8]
    let started: Timestamp
    /// Counts the transactions that kept something.
    let generation: Int64
    /// The latest time at which the server was seen at work.
    let seen: Timestamp

    static func read(from connection: Connection) throws(SQLiteFailure) -> Epoch {
        let epoch = try connection.first(
            "SELECT name, started, generation, seen FROM epoch"
        ) { row throws(SQLiteFailure) in
            Epoch(
                name: try row.blob(0),
                started: try row.timestamp(1),
                generation: try row.integer(2),
                seen: try row.timestamp(3)
            )
        }
        guard let epoch else { throw .corrupt("the database has no epoch") }
        return epoch
    }

    /// Counts one transaction; says which it is.
    static func advance(_ connection: Connection) throws(SQLiteFailure) -> Int64 {
        let generation = try connection.first(
            "UPDATE epoch SET generation = generation + 1 RETURNING generation"
        ) { row throws(SQLiteFailure) in try row.integer(0) }
        guard let generation else { throw .corrupt("the database has no epoch") }
        return generation
    }

    /// Notes that it is now, and never that it was later.
    static func note(_ now: Timestamp, in connection: Connection) throws(SQLiteFailure) {
        guard try connection.run("UPDATE epoch SET seen = max(seen, ?1)", now) == 1 else {
            throw .corrupt("the database has no epoch")
        }
    }

    /// How many transactions this database has forgotten, as far as the witness knows.
    enum Memory: Sendable, Hashable {
        case whole
        /// What it lost is the difference, or not known where another life or nobody is remembered.
        case restored(lost: Int64?)
    }

    func memory(by testimony: Testimony?) -> Memory {
        guard let testimony, testimony.epoch == name else { return .restored(lost: nil) }
        return testimony.generation <= generation ? .whole : .restored(lost: testimony.generation - generation)
    }

    /// Begins a new life: nothing that was handed out before counts any more.
    ///
    /// A family that is revoked takes its codes and tokens along; a request that waits is left to time out,
    /// so that its consent hears of it. A login that failed later than now would never be forgiven.
    static func begin(in connection: Connection, at now: Timestamp) throws(SQLiteFailure) {
        try connection.execute("BEGIN IMMEDIATE")
        do throws(SQLiteFailure) {
            let renamed = try connection.run(
                "UPDATE epoch SET name = randomblob(16), started = ?1, generation = generation + 1, seen = ?1",
                now
            )
            guard renamed == 1 else { throw SQLiteFailure.corrupt("the database has no epoch") }
            _ = try connection.run("UPDATE family SET revoked = ?1 WHERE revoked IS NULL", now)
            _ = try connection.run("UPDATE interaction SET expires = min(expires, ?1) WHERE closed IS NULL", now)
            _ = try connection.run("DELETE FROM session")
            _ = try connection.run("DELETE FROM pushed_request")
            _ = try connection.run("DELETE FROM login_throttle WHERE last > ?1", now)
            try connection.execute("COMMIT")
        } catch {
            connection.rollBack()
            throw error
        }
    }
}
