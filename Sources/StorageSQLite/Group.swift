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
        try connection.execute("BEGIN IMMEDIATE")
        do throws(SQLiteFailure) {
            var answers: [Answer] = []
            var isKept = false
            answers.reserveCapacity(requests.count)
            for request in requests { answers.append(try answer(request, on: connection, &isKept)) }
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
