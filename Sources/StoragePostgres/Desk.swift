import OAuth
import Storage
import Text

/// What the driver's thread has before it: connections, and what waits for one.
struct Desk {
    var links: [Link]
    private var questions: [Question] = []
    /// Lists that are over, with what their callers are told.
    var answers: [(ChangeList, ChangeList.Answer)] = []
    /// Lists that wait, and those that write the ledger, of which one transaction at a time is under way.
    private var plain: [ChangeList] = []
    /// Why a connection could not be made, as it was told last.
    private var told: (failure: PostgresOpeningFailure, at: Int64)?
    private var writing: [ChangeList] = []

    /// A quarter of the connections is for questions, of which many are under way on each; of the others one is for those
    /// that may take long, where there are enough.
    init(_ wires: [Wire]) {
        let asking = PostgresAddress.asking(of: wires.count)
        links = wires.enumerated().map { place, wire in
            let link: Link
            if place < asking {
                link = Link(.questions)
            } else {
                link = Link(place == asking && wires.count >= Self.enough ? .slowQuestions : .changes)
            }
            link.take(wire)
            return link
        }
    }

    /// Connections to a server that is asked and never changed, some of which may still have to be made.
    init(asking wires: [Wire?], patience: Int64) {
        links = wires.map { wire in
            let link = Link(.questions, patience: patience)
            if let wire { link.take(wire) }
            return link
        }
    }

    /// Whether nothing waits and nothing is under way.
    var isEmpty: Bool {
        questions.isEmpty && plain.isEmpty && writing.isEmpty && answers.isEmpty
            && links.allSatisfy { !$0.isUp || $0.isAbandoned || $0.isFree && $0.questions == 0 }
    }

    /// Takes questions in, as many as may wait.
    mutating func take(_ more: [Question]) {
        let room = max(0, Limits.writerQueue - questions.count)
        questions.append(contentsOf: more.prefix(room))
        for question in more.dropFirst(room) { question.resume(.failure(.overloaded)) }
    }

    mutating func put(_ list: ChangeList) {
        if list.writesLedger { writing.append(list) } else { plain.append(list) }
    }

    // MARK: What is sent

    /// Gives everything that waits to a connection, or fails it where there is none.
    mutating func dispatch(at now: Int64) {
        giveUp(at: now)
        ask(at: now)
        begin(at: now)
    }

    /// Fails what has waited so long that its caller has gone: it was never begun, so nothing of it is kept.
    private mutating func giveUp(at now: Int64) {
        let late = now - Self.longestWait
        if let first = questions.first, first.arrived <= late {
            for question in questions where question.arrived <= late { question.resume(.failure(.overloaded)) }
            questions.removeAll { $0.arrived <= late }
        }
        for list in plain + writing where list.arrived <= late { answers.append((list, .failure(.overloaded))) }
        plain.removeAll { $0.arrived <= late }
        writing.removeAll { $0.arrived <= late }
    }

    private mutating func ask(at now: Int64) {
        guard !questions.isEmpty else { return }
        let asking = links.filter { $0.role == .questions && $0.isUp }
        let slow = links.filter { $0.role == .slowQuestions && $0.isUp }
        guard !asking.isEmpty else {
            // Whoever asks is told at once; the client may try again.
            for question in questions { question.resume(.failure(Self.away)) }
            return questions.removeAll()
        }
        var rest: [Question] = []
        for question in questions {
            let isApart = question.isSlow && !slow.isEmpty
            guard let link = (isApart ? slow : asking).min(by: { $0.questions < $1.questions }),
                link.questions < (isApart ? 1 : Self.depth)
            else {
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
            } else {
                let group = Self.group(from: &plain, besides: counting)
                if !group.isEmpty { link.begin(Transaction(group), at: now) }
            }
        }
    }

    /// What is counted at this moment by transactions of ours.
    private var counting: Set<WireText> { links.reduce(into: []) { $0.formUnion($1.counted) } }

    /// The lists that share the next transaction: those that have waited longest.
    ///
    /// Lists that count the same share one as well. Those that count what another transaction of ours counts are left for
    /// later: they would only wait on the server, and others behind them.
    private static func group(from lists: inout [ChangeList], besides busy: Set<WireText> = []) -> [ChangeList] {
        guard let first = lists.firstIndex(where: { $0.counted.isDisjoint(with: busy) }) else { return [] }
        let counted = lists[first].counted
        var group: [Int] = [first]
        if !lists[first].isAlone {
            for place in lists.indices.dropFirst(first + 1) where group.count < longestGroup {
                if !lists[place].isAlone, lists[place].counted == counted { group.append(place) }
            }
        }
        let together = group.map { lists[$0] }
        for place in group.reversed() { lists.remove(at: place) }
        return together
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

    /// Notes that no connection could be made.
    ///
    /// The first attempt is made at once; after one that fails there is a pause, never so long that a server that is
    /// back waits for a second. Where the server has refused us, the pauses are longer.
    ///
    /// - Returns: Whether the reason is to be told, because it was another one before or is old.
    mutating func put(off place: Int, at now: Int64, _ failure: PostgresOpeningFailure?) -> Bool {
        let link = links[place]
        link.isConnecting = false
        link.pause = min(max(50, link.pause * 2), failure?.failure.isLasting == true ? 5_000 : 400)
        link.nextAttempt = now + link.pause
        guard let failure, told?.failure != failure || now - (told?.at ?? 0) >= Self.silence else { return false }
        told = (failure, now)
        return true
    }

    /// Connections with an abandoned transaction on a server that we have left for another.
    var linksLeftBehind: [Int] {
        let current = links.first { $0.role == .questions && $0.isUp }?.wire?.server
        guard let current else { return [] }
        return links.indices.filter { links[$0].isAbandoned && links[$0].wire?.server != current }
    }

    /// How long nothing has to be done, in milliseconds; -1 for as long as one likes.
    func timeout(at now: Int64) -> Int32 {
        var next = Int64.max
        for link in links {
            next = min(next, link.deadline)
            if !link.isUp, !link.isConnecting { next = min(next, link.nextAttempt) }
        }
        for arrived in [questions.first?.arrived, plain.first?.arrived, writing.first?.arrived] {
            if let arrived { next = min(next, arrived + Self.longestWait) }
        }
        return next == .max ? -1 : Int32(clamping: max(0, next - now))
    }

    private static let away = PostgresFailure.disconnected("no connection to the server at this moment")
    /// Longer than a transaction before it may take, and shorter than a caller waits.
    private static let longestWait: Int64 = 10_000
    /// How long the same reason is not told again.
    private static let silence: Int64 = 60_000
    /// Connections of which one can be spared.
    private static let enough = 6
    /// Questions under way on one connection, so that none waits behind a long row of others.
    private static let depth = 64
    /// Lists in one transaction: whoever wants a row of one waits for all.
    private static let longestGroup = 50
}
