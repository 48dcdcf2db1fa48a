/// What a request has come to: its changes stay, or its changes alone are undone.
package enum Verdict<Outcome: Sendable>: Sendable {
    /// Something that is changed in the place of what was undone.
    package typealias Remedy = @Sendable (Connection) throws(SQLiteFailure) -> Void

    case keep(Outcome)
    case undo(Outcome)
    /// Undone, and the remedy kept in the same transaction: no moment lies between the two.
    case replace(Outcome, by: Remedy)
}

/// Requests that share one transaction, and so one wait for the disk.
struct Group<Request: Sendable, Outcome: Sendable> {
    typealias Work = @Sendable (Connection, Request) throws(SQLiteFailure) -> Verdict<Outcome>
    typealias Answer = Result<Outcome, SQLiteFailure>

    struct Commit {
        let answers: [Answer]
        /// The number of this transaction, where it is counted and has kept something.
        let generation: Int64?
    }

    let requests: [Request]
    let work: Work
    /// Whether transactions are counted, so that a restored backup is noticed.
    let isCounted: Bool

    /// Does the work of all requests and commits once, or throws and has kept nothing of any.
    ///
    /// A request sees what those before it in the group changed. It is answered only after the commit,
    /// because even "somebody was faster" is true only if the faster one's change is durable.
    func commit(on connection: Connection) throws(SQLiteFailure) -> Commit {
        if let commit = try together(on: connection) { return commit }
        return try oneByOne(on: connection)
    }

    /// `nil` where the changes of one cannot stay; then nothing of any is kept, and all is done again one by one.
    ///
    /// Nearly always all stay. A savepoint for each has SQLite copy every page before a request touches it.
    private func together(on connection: Connection) throws(SQLiteFailure) -> Commit? {
        try connection.execute("BEGIN IMMEDIATE")
        var answers: [Answer] = []
        answers.reserveCapacity(requests.count)
        for request in requests {
            guard case .keep(let outcome)? = try? work(connection, request) else {
                connection.rollBack()
                return nil
            }
            answers.append(.success(outcome))
        }
        return try end(answers, isKept: true, on: connection)
    }

    /// Undoes the changes of one request and keeps those of the others.
    private func oneByOne(on connection: Connection) throws(SQLiteFailure) -> Commit {
        try connection.execute("BEGIN IMMEDIATE")
        var answers: [Answer] = []
        var isKept = false
        answers.reserveCapacity(requests.count)
        do throws(SQLiteFailure) {
            for request in requests { answers.append(try answer(request, on: connection, &isKept)) }
        } catch {
            connection.rollBack()
            throw error
        }
        return try end(answers, isKept: isKept, on: connection)
    }

    private func end(_ answers: [Answer], isKept: Bool, on connection: Connection) throws(SQLiteFailure) -> Commit {
        do throws(SQLiteFailure) {
            // Where nothing is kept there is nothing to wait for: such a commit does not touch the disk.
            let generation = isKept && isCounted ? try Epoch.advance(connection) : nil
            try connection.execute("COMMIT")
            return Commit(answers: answers, generation: generation)
        } catch {
            connection.rollBack()
            throw error
        }
    }

    /// Throws only where the whole transaction is lost with this request.
    private func answer(_ request: Request, on connection: Connection, _ isKept: inout Bool) throws(SQLiteFailure)
        -> Answer
    {
        try connection.execute("SAVEPOINT request")
        let answer: Answer
        do throws(SQLiteFailure) {
            switch try work(connection, request) {
            case .keep(let outcome):
                try connection.execute("RELEASE request")
                isKept = true
                return .success(outcome)
            case .undo(let outcome):
                answer = .success(outcome)
            case .replace(let outcome, let remedy):
                try connection.execute("ROLLBACK TO request")
                try remedy(connection)
                try connection.execute("RELEASE request")
                isKept = true
                return .success(outcome)
            }
        } catch {
            // A full or failing disk can end the transaction under us, and the others' changes with it.
            guard connection.isInTransaction else { throw error }
            answer = .failure(error)
        }
        try connection.execute("ROLLBACK TO request")
        try connection.execute("RELEASE request")
        return answer
    }
}
