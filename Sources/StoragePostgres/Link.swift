import Text

/// A question on its way.
struct Question: Sendable {
    typealias Answer = Result<Rows, PostgresFailure>

    let statement: Statement
    /// When it came, in milliseconds.
    let arrived = StoreThread.milliseconds
    /// Whether it may take long, so that none waits behind it.
    var isSlow = false
    /// How far a standby must have come to answer it; nothing is demanded of the primary.
    var position: ReadPosition?
    let asker: Asker

    /// Who waits for the answer.
    enum Asker: Sendable {
        case task(CheckedContinuation<Answer, Never>)
        case call(@Sendable (Answer) -> Void)
    }

    func resume(_ answer: Answer) {
        switch asker {
        case .task(let continuation): continuation.resume(returning: answer)
        case .call(let body): body(answer)
        }
    }
}

/// A connection with everything that is under way on it, used by the driver's thread alone.
///
/// Statements are sent without waiting for those before them, and what comes back is theirs in the same order.
final class Link {
    enum Role {
        case questions
        /// Questions that may take long, one at a time.
        case slowQuestions
        case changes
    }

    let role: Role
    /// How long what is under way may bring nothing, in milliseconds.
    private let patience: Int64
    private(set) var wire: Wire?
    /// Whether a thread is making a new connection.
    var isConnecting = false
    /// When the next connection may be tried, in milliseconds.
    var nextAttempt: Int64 = 0
    /// How long to wait after an attempt that failed.
    var pause: Int64 = 0

    private var expected: [Expected] = []
    private var read = 0
    /// The statements that are prepared here, by their addresses.
    private var numbers: [UInt: Int] = [:]
    /// Never used twice: a name that could not be given may be taken all the same.
    private var lastNumber = 0
    private(set) var wantsToWrite = false
    /// When what is under way counts as lost.
    private(set) var deadline = Int64.max
    private(set) var questions = 0
    private var running: Running?
    /// Whether those who wait for the transaction have been told that nobody knows what became of it.
    private(set) var isAbandoned = false
    /// Why the last statement that could not be prepared could not be, or why a standby may not answer.
    private var refusal: PostgresFailure?
    /// What the check before the question found, at a standby.
    private var lag: PostgresFailure?

    /// What the next result is of.
    private enum Expected {
        case preparation(UInt)
        /// Whether a standby has come so far.
        case check(ReadPosition)
        case question(Question)
        case step(Step)
        case commit
        case other
        case synchronization
        /// The end of the stretch that is a transaction.
        case end
    }

    private struct Running {
        let transaction: Transaction
        var warnings: Int32
        var failure: (PostgresFailure, Step?)?
        var isCommitted = false
        /// Whether `COMMIT` failed in a way that says nothing about what it has done.
        var isInDoubt = false
        /// Whether a failure left no transaction behind that is to be undone.
        var isOver = false
    }

    init(_ role: Role, patience: Int64 = Link.patience) {
        self.role = role
        self.patience = patience
    }

    var isUp: Bool { wire != nil }
    var isFree: Bool { wire != nil && running == nil }
    var writesLedger: Bool { running?.transaction.writesLedger == true }
    /// What the transaction under way counts.
    var counted: Set<WireText> { running?.transaction.counted ?? [] }

    func take(_ wire: Wire) {
        self.wire = wire
        isAbandoned = false
        isConnecting = false
        pause = 0
        expected = []
        read = 0
        numbers = [:]
        lag = nil
        wantsToWrite = false
        deadline = .max
        questions = 0
    }

    // MARK: Sending

    func ask(_ question: Question, at now: Int64) {
        expect(at: now)
        questions += 1
        if question.position != nil { prepare(ReadPosition.check) }
        prepare(question.statement)
        if let position = question.position { send(ReadPosition.check, .check(position)) }
        send(question.statement, .question(question))
        synchronize(.synchronization)
    }

    func begin(_ transaction: Transaction, at now: Int64) {
        guard let wire else { return }
        expect(at: now)
        // Before the transaction, so that what is undone takes no statement with it.
        let before = expected.count
        prepare(Transaction.begin)
        for statement in transaction.locks { prepare(statement) }
        for list in transaction.lists { for step in list.steps { prepare(step.statement) } }
        prepare(Transaction.commit)
        if expected.count > before { synchronize(.synchronization) }

        running = Running(transaction: transaction, warnings: wire.warningCount)
        send(Transaction.begin, .other)
        for statement in transaction.locks { send(statement, .step(Step(statement: statement, change: nil))) }
        for list in transaction.lists { for step in list.steps { send(step.statement, .step(step)) } }
        send(Transaction.commit, .commit)
        synchronize(.end)
    }

    private func prepare(_ statement: Statement) {
        guard let wire, numbers[statement.key] == nil else { return }
        let number = lastNumber + 1
        lastNumber = number
        numbers[statement.key] = number
        _ = wire.prepare(statement, as: number)
        expected.append(.preparation(statement.key))
    }

    // What cannot be sent is noticed when the connection is flushed.
    private func send(_ statement: Statement, _ what: Expected) {
        if let number = numbers[statement.key] { _ = wire?.send(statement, as: number) }
        expected.append(what)
    }

    private func synchronize(_ what: Expected) {
        _ = wire?.synchronize()
        expected.append(what)
        wantsToWrite = true
    }

    private func expect(at now: Int64) {
        if expected.isEmpty { deadline = now + patience }
    }

    /// Sends what waits; `false` where the connection is gone.
    func flush() -> Bool {
        guard wantsToWrite, let wire else { return true }
        guard let more = wire.flush() else { return false }
        wantsToWrite = more
        return !wire.isLost
    }

    /// Longer than a statement may take, and shorter than a client waits.
    static let patience: Int64 = 7_000

    // MARK: Reading

    /// Takes in what has come.
    ///
    /// - Returns: `nil` where the connection is gone.
    func receive(at now: Int64) -> [(Transaction, Transaction.Outcome)]? {
        guard let wire else { return [] }
        let isThere = wire.consume()
        var ended: [(Transaction, Transaction.Outcome)] = []
        while read < expected.count {
            let event = wire.next()
            if case .pending = event { break }
            take(event, &ended)
            deadline = isAbandoned ? .max : now + patience
        }
        if read == expected.count {
            expected.removeAll(keepingCapacity: true)
            read = 0
            deadline = .max
        } else if read > 1_024 {
            expected.removeFirst(read)
            read = 0
        }
        guard isThere, !wire.isLost else {
            // What ended before is told with the rest.
            lost = ended
            return nil
        }
        return ended
    }

    private var lost: [(Transaction, Transaction.Outcome)] = []

    private func take(_ event: Wire.Event, _ ended: inout [(Transaction, Transaction.Outcome)]) {
        defer { read += 1 }
        switch (expected[read], event) {
        case (.preparation(let key), .failed(let failure)):
            numbers[key] = nil
            refusal = failure
            note(failure, nil)
        case (.preparation(let key), .skipped): numbers[key] = nil
        case (.check(let position), .rows(let rows)): lag = position.failure(of: rows)
        case (.check, .failed(let failure)): refusal = failure
        case (.question(let question), .rows(let rows)):
            questions -= 1
            let answer: Question.Answer = lag.map { .failure($0) } ?? .success(rows)
            lag = nil
            question.resume(answer)
        case (.question(let question), .failed(let failure)):
            questions -= 1
            lag = nil
            question.resume(.failure(failure))
        case (.question(let question), _):
            questions -= 1
            lag = nil
            question.resume(.failure(refusal ?? .corrupt("a statement that cannot be prepared")))
        case (.step(let step), .failed(let failure)): note(failure, step)
        case (.step, .rows):
            // What a statement warns of is no word about its commit.
            if let wire { running?.warnings = wire.warningCount }
        case (.other, .failed(let failure)):
            note(failure, nil)
            running?.isOver = true
        case (.commit, .failed(let failure)):
            note(failure, nil)
            running?.isOver = true
            running?.isInDoubt = failure.isSevering
        case (.commit, .rows(let rows)): running?.isCommitted = rows.tag == "COMMIT"
        case (.end, _):
            if let running {
                let outcome = outcome(of: running)
                if !isAbandoned { ended.append((running.transaction, outcome)) }
            }
            running = nil
            isAbandoned = false
        default: break
        }
    }

    private func note(_ failure: PostgresFailure, _ step: Step?) {
        if running?.failure == nil { running?.failure = (failure, step) }
    }

    private func outcome(of running: Running) -> Transaction.Outcome {
        if running.isInDoubt { return .unknown }
        if let (failure, step) = running.failure {
            if !running.isOver {
                prepare(Transaction.rollback)
                send(Transaction.rollback, .other)
                synchronize(.synchronization)
            }
            return .undone(failure, step)
        }
        // PostgreSQL commits and warns where the wait for a standby was cut short.
        guard running.isCommitted, wire?.warningCount == running.warnings else { return .unknown }
        return .kept
    }

    // MARK: The end

    /// Gives up waiting for a transaction, and keeps the connection for when its answer comes.
    ///
    /// A commit that waits for a standby goes on on the server whatever we do. To end the connection would leave it there
    /// with its locks, and put another beside it. A host that is gone is noticed by the socket.
    func abandon() -> Transaction? {
        guard let running, !isAbandoned else { return nil }
        isAbandoned = true
        deadline = .max
        return running.transaction
    }

    /// Gives the connection up; whatever was under way on it is answered, and its transaction is told.
    func drop(_ failure: PostgresFailure) -> [(Transaction, Transaction.Outcome)] {
        for what in expected[read...] {
            if case .question(let question) = what { question.resume(.failure(failure)) }
        }
        var ended = lost
        lost = []
        if let running, !isAbandoned {
            // A step that failed was answered: then no commit came after it.
            if let (failure, step) = running.failure, !failure.state.isEmpty, !running.isInDoubt {
                ended.append((running.transaction, .undone(failure, step)))
            } else {
                ended.append((running.transaction, .unknown))
            }
        }
        running = nil
        isAbandoned = false
        wire = nil
        expected = []
        read = 0
        questions = 0
        deadline = .max
        wantsToWrite = false
        return ended
    }
}
