import OAuth
import Storage
import Text

/// What the driver's thread has before it: connections, and what waits for one.
struct Desk {
    var links: [Link]
    var questions: [Question] = []
    /// Lists that are over, with what their callers are told.
    var answers: [(ChangeList, ChangeList.Answer)] = []
    /// Lists that wait, and those that write the ledger, of which one transaction at a time is under way.
    private var plain: [ChangeList] = []
    private var writing: [ChangeList] = []

    /// A quarter of the connections is for questions, of which many are under way on each.
    init(_ wires: [Wire]) {
        let asking = max(1, wires.count / 4)
        links = wires.enumerated().map { place, wire in
            let link = Link(place < asking ? .questions : .changes)
            link.take(wire)
            return link
        }
    }

    /// Whether nothing waits and nothing is under way.
    var isEmpty: Bool {
        questions.isEmpty && plain.isEmpty && writing.isEmpty && answers.isEmpty
            && links.allSatisfy { !$0.isUp || $0.isFree && $0.questions == 0 }
    }

    mutating func put(_ list: ChangeList) {
        if list.writesLedger { writing.append(list) } else { plain.append(list) }
    }

    // MARK: What is sent

    /// Gives everything that waits to a connection, or fails it where there is none.
    mutating func dispatch(at now: Int64) {
        ask(at: now)
        begin(at: now)
    }

    private mutating func ask(at now: Int64) {
        guard !questions.isEmpty else { return }
        let asking = links.filter { $0.role == .questions && $0.isUp }
        guard !asking.isEmpty else {
            // Whoever asks is told at once; the client may try again.
            for question in questions { question.resume(.failure(Self.away)) }
            return questions.removeAll()
        }
        var rest: [Question] = []
        for question in questions {
            guard let link = asking.min(by: { $0.questions < $1.questions }), link.questions < Self.depth else {
                rest.append(question)
                continue
            }
            link.ask(question, at: now)
        }
        questions = rest
    }

    private mutating func begin(at now: Int64) {
        guard !plain.isEmpty || !writing.isEmpty else { return }
        let changing = links.filter { $0.role == .changes && $0.isUp }
        guard !changing.isEmpty else {
            for list in plain + writing { answers.append((list, .failure(Self.away))) }
            plain = []
            writing = []
            return
        }
        for link in changing where link.isFree {
            if !writing.isEmpty, !changing.contains(where: \.writesLedger) {
                link.begin(Transaction(Self.group(from: &writing)), at: now)
            } else if !plain.isEmpty {
                link.begin(Transaction(Self.group(from: &plain)), at: now)
            }
        }
    }

    /// The lists that share the next transaction: those that have waited longest.
    private static func group(from lists: inout [ChangeList]) -> [ChangeList] {
        let together = lists.prefix(longestGroup).prefix { !$0.isAlone }
        let group = together.isEmpty ? Array(lists.prefix(1)) : Array(together)
        lists.removeFirst(group.count)
        return group
    }

    // MARK: What came back

    mutating func settle(_ transaction: Transaction, _ outcome: Transaction.Outcome) {
        switch outcome {
        case .kept: for list in transaction.lists { answers.append((list, .success(list.verdict))) }
        case .unknown: for list in transaction.lists { answers.append((list, .failure(.unknown))) }
        case .undone(let failure, let step):
            guard transaction.lists.count > 1 else {
                for list in transaction.lists { undo(list, failure, step) }
                return
            }
            // Which of them was at fault shows when each is made alone.
            for var list in transaction.lists.reversed() {
                list.isAlone = true
                putFirst(list)
            }
        }
    }

    private mutating func undo(_ list: ChangeList, _ failure: PostgresFailure, _ step: Step?) {
        if failure.isCondition, let number = step?.change {
            overtake(list, list.changes[number])
        } else if list.attempts < failure.attempts {
            var list = list
            list.attempts += 1
            list.isAlone = true
            putFirst(list)
        } else {
            answers.append((list, .failure(failure)))
        }
    }

    /// Has the remedy made in the place of a list that was overtaken.
    ///
    /// Everything of the list is undone, so that its remedy is the only thing it ever makes: the remedy's transaction is
    /// the list's own. Nobody is answered before it is durable.
    private mutating func overtake(_ list: ChangeList, _ change: Storage.Change) {
        let remedy = change.refusal.remedy.map { Storage.Change.oauth($0) }
        guard !remedy.isEmpty else { return answers.append((list, .success(.overtaken(change)))) }
        putFirst(ChangeList(remedy, verdict: .overtaken(change), isAlone: true, for: list.continuation))
    }

    private mutating func putFirst(_ list: ChangeList) {
        if list.writesLedger { writing.insert(list, at: 0) } else { plain.insert(list, at: 0) }
    }

    // MARK: Connections that are away

    /// The first attempt is made at once; after one that fails there is a pause, never so long that a server that is
    /// back waits for a second.
    mutating func put(off place: Int, at now: Int64, _ failure: PostgresOpeningFailure?) {
        let link = links[place]
        link.isConnecting = false
        link.pause = min(max(50, link.pause * 2), 400)
        link.nextAttempt = now + link.pause
    }

    /// How long nothing has to be done, in milliseconds; -1 for as long as one likes.
    func timeout(at now: Int64) -> Int32 {
        var next = Int64.max
        for link in links {
            next = min(next, link.deadline)
            if !link.isUp, !link.isConnecting { next = min(next, link.nextAttempt) }
        }
        return next == .max ? -1 : Int32(clamping: max(0, next - now))
    }

    private static let away = PostgresFailure.disconnected("no connection to the server at this moment")
    /// Questions under way on one connection, so that none waits behind a long row of others.
    private static let depth = 64
    /// Lists in one transaction: whoever wants a row of one waits for all.
    private static let longestGroup = 50
}
