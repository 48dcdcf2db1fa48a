import Glibc
import Synchronization

/// Connections that answer questions on the caller's thread.
///
/// A thread comes back to the connection it used before, which is free unless more threads ask than the
/// pool has places; so nobody waits, and only as many connections are opened as threads ask.
package final class ReaderPool: Sendable {
    private let path: DatabasePath
    private let file: FileIdentity
    private let places: [Place]

    package init(_ path: DatabasePath, places count: Int) throws(OpeningFailure) {
        precondition(count > 0, "Somebody must be able to read.")
        guard let file = FileIdentity(of: path) else { throw .missing(path: path.string) }
        self.path = path
        self.file = file
        places = (0..<count).map { _ in Place() }
    }

    /// Asks one question.
    ///
    /// What was committed before the call is seen; what fails is never an empty answer.
    ///
    /// `body` must not ask again through the pool: it holds the place that it would wait for.
    package func read<Answer: Sendable>(
        _ body: @Sendable (Connection) throws(SQLiteFailure) -> Answer
    ) throws(SQLiteFailure) -> Answer {
        let first = firstPlace
        for offset in places.indices {
            let place = places[(first + offset) % places.count]
            let answered = place.connection.withLockIfAvailable { connection in answer(from: &connection, body) }
            if let answered { return try answered.get() }
        }
        return try places[first].connection.withLock { connection in answer(from: &connection, body) }.get()
    }

    /// Closes what is open.
    ///
    /// A later question opens it again.
    package func close() {
        for place in places { place.connection.withLock { $0 = nil } }
    }

    private func answer<Answer: Sendable>(
        from connection: inout Connection?,
        _ body: @Sendable (Connection) throws(SQLiteFailure) -> Answer
    ) -> Result<Answer, SQLiteFailure> {
        do throws(SQLiteFailure) {
            let open: Connection
            if let connection { open = connection } else { open = try reopen() }
            connection = open
            return .success(try body(open))
        } catch {
            // Nothing that a failing disk put into a cache is used again.
            if error.kind != .busy { connection = nil }
            return .failure(error)
        }
    }

    private func reopen() throws(SQLiteFailure) -> Connection {
        try file.require()
        return try Connection(path.string, as: .reader)
    }

    private var firstPlace: Int {
        // Threads differ in where their stacks are, and stacks begin at pages.
        Int(bitPattern: UInt(pthread_self()) >> 12) % places.count
    }

    private final class Place: Sendable {
        let connection = Mutex<Connection?>(nil)
    }
}
