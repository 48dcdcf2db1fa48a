import Glibc
package import Text

/// How a database is, looked at beside a server that may be running.
package struct Condition: Sendable, Hashable {
    /// The latest time that it has seen.
    package let seen: Timestamp
    /// Whether a server holds it at this moment.
    package let isServed: Bool
    /// How much waits in the log to be moved into the file.
    package let logBytes: Int64
    /// How many migrations it lacks, which the server makes up for when it starts.
    package let missingMigrations: Int

    /// Looks at a database; `nil` where there is none yet.
    ///
    /// Every page is read, and not every index compared with its table: that is for a copy.
    package init?(of path: DatabasePath) throws(OpeningFailure) {
        guard try path.inspect() == .database else { return nil }
        isServed = try Self.isServed(path)
        let connection = try Connection(reading: path)
        let opening = Opening(path: path, migrations: Migrations.all, now: Timestamp(0), acceptsClock: false)
        try opening.requireSchema(of: connection)
        try opening.requireSoundness(of: connection)
        let (seen, had) = try opening.attempt { () throws(SQLiteFailure) in
            (try Epoch.read(from: connection).seen, try Migrations.names(in: connection).count)
        }
        self.seen = seen
        missingMigrations = Migrations.all.count - had
        var status = stat()
        logBytes = unsafe stat(path.log, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Where no server ever ran there is no lock, and none is made: it could belong to the wrong user.
    private static func isServed(_ path: DatabasePath) throws(OpeningFailure) -> Bool {
        guard try DatabasePath(path.lock).exists else { return false }
        do throws(OpeningFailure) {
            _ = try FileLock(for: path)
            return false
        } catch {
            guard case .inUse = error else { throw error }
            return true
        }
    }
}
