import CLinux
import Glibc
import Storage
import Synchronization
import Text

/// The thread that has all connections: it sends what callers leave with it, and wakes them with what came back.
///
/// Callers share round trips: questions follow each other on a connection without waiting, and lists that wait while
/// every connection is busy share the next transaction, so that load makes the groups.
final class Driver: Sendable {
    private let inbox = Mutex(Inbox())
    private let bell: Bell
    private let connect: @Sendable () -> Result<Wire, PostgresOpeningFailure>
    private let onFailure: @Sendable (PostgresFailure) -> Void
    private let lists = Atomic<Int>(0)

    fileprivate struct Inbox {
        var questions: [Question] = []
        var lists: [ChangeList] = []
        var connections: [(place: Int, Result<Wire, PostgresOpeningFailure>)] = []
        var isAsleep = false
        var isEnding = false
        var isOver = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    /// Starts the thread with connections that have been checked; `nil` where the system has none to give.
    ///
    /// - Parameter connect: Makes a connection in the place of one that ended, and waits for it.
    init?(
        desk: @escaping @Sendable () -> Desk,
        connect: @escaping @Sendable () -> Result<Wire, PostgresOpeningFailure>,
        onFailure: @escaping @Sendable (PostgresFailure) -> Void
    ) {
        guard let bell = Bell() else { return nil }
        self.bell = bell
        self.connect = connect
        self.onFailure = onFailure
        guard StoreThread.start({ self.run(desk()) }) else { return nil }
    }

    /// Asks, and waits for the answer.
    ///
    /// - Parameters:
    ///   - position: How far the server must have come, where it is a standby.
    ///   - isSlow: Whether nobody else's question should wait behind it.
    func ask(
        _ statement: Statement,
        after position: ReadPosition? = nil,
        isSlow: Bool = false
    ) async -> Question.Answer {
        await withCheckedContinuation { continuation in
            put(Question(statement: statement, isSlow: isSlow, position: position, asker: .task(continuation)))
        }
    }

    /// Asks, and has the driver's thread call with the answer.
    func ask(_ statement: Statement, _ answer: @escaping @Sendable (Question.Answer) -> Void) {
        put(Question(statement: statement, asker: .call(answer)))
    }

    private func put(_ question: Question) {
        let refusal: PostgresFailure?? = inbox.withLock { inbox in
            guard !inbox.isEnding else { return .some(.ended) }
            guard inbox.questions.count < Limits.writerQueue else { return .some(.overloaded) }
            inbox.questions.append(question)
            return inbox.wake() ? .none : .some(nil)
        }
        settle(refusal) { question.resume(.failure($0)) }
    }

    /// Makes a list of changes, or its remedy, and waits until that is durable.
    func commit(_ changes: [Storage.Change]) async -> ChangeList.Answer {
        await withCheckedContinuation { continuation in put(ChangeList(changes, for: continuation)) }
    }

    /// Runs a statement in a transaction, and waits until that is durable.
    func commit(_ statement: Statement) async -> ChangeList.Answer {
        await withCheckedContinuation { continuation in put(ChangeList(statement, for: continuation)) }
    }

    /// Finishes what waits, and ends the connections.
    func close() async {
        await withCheckedContinuation { continuation in
            let isOver = inbox.withLock { inbox in
                guard !inbox.isOver else { return true }
                inbox.isEnding = true
                inbox.closers.append(continuation)
                return false
            }
            if isOver { continuation.resume() } else { bell.ring() }
        }
    }

    /// How many lists wait or are being made.
    var waiting: Int { lists.load(ordering: .relaxed) }

    private func put(_ list: ChangeList) {
        let refusal: PostgresFailure?? = inbox.withLock { inbox in
            guard !inbox.isEnding else { return .some(.ended) }
            guard lists.load(ordering: .relaxed) < Limits.writerQueue else { return .some(.overloaded) }
            inbox.lists.append(list)
            lists.add(1, ordering: .relaxed)
            return inbox.wake() ? .none : .some(nil)
        }
        settle(refusal) { list.resume(.failure($0)) }
    }

    /// Rings where the thread sleeps; refuses where it must.
    private func settle(_ refusal: PostgresFailure??, _ refuse: (PostgresFailure) -> Void) {
        switch refusal {
        case .none: bell.ring()
        case .some(.none): break
        case .some(.some(let failure)): refuse(failure)
        }
    }
}

// MARK: The thread

extension Driver {
    private func run(_ desk: Desk) {
        var desk = desk
        while true {
            let now = StoreThread.milliseconds
            let isEnding = takeIn(&desk, at: now)
            desk.dispatch(at: now)
            for place in desk.links.indices where !desk.links[place].flush() { lose(place, &desk, at: now) }
            // Whoever waits for the answer of an abandoned transaction has been told that nobody knows.
            if isEnding, desk.isEmpty { break }
            reconnect(&desk, at: now)
            answer(&desk)
            wait(for: &desk, at: now)
        }
        desk.links = []
        let closers = inbox.withLock { inbox in
            inbox.isOver = true
            defer { inbox.closers = [] }
            return inbox.closers
        }
        for closer in closers { closer.resume() }
    }

    /// - Returns: Whether nothing more will come.
    private func takeIn(_ desk: inout Desk, at now: Int64) -> Bool {
        let (questions, lists, connections, isEnding) = inbox.withLock { inbox in
            defer {
                inbox.questions.removeAll(keepingCapacity: true)
                inbox.lists.removeAll(keepingCapacity: true)
                inbox.connections.removeAll()
                inbox.isAsleep = false
            }
            return (inbox.questions, inbox.lists, inbox.connections, inbox.isEnding)
        }
        for (place, result) in connections {
            switch result {
            case .success(let wire): desk.links[place].take(wire)
            case .failure(let failure):
                if desk.put(off: place, at: now, failure) { onFailure(failure.failure) }
            }
        }
        desk.take(questions)
        for list in lists { desk.put(list) }
        return isEnding
    }

    /// Waits until a socket is ready, somebody rings, or the time has come for something.
    private func wait(for desk: inout Desk, at now: Int64) {
        let isIdle = inbox.withLock { inbox in
            let isIdle = inbox.questions.isEmpty && inbox.lists.isEmpty && inbox.connections.isEmpty
            inbox.isAsleep = isIdle
            return isIdle
        }
        var descriptors = [pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0)]
        for link in desk.links {
            let events = link.wantsToWrite ? POLLIN | POLLOUT : POLLIN
            descriptors.append(pollfd(fd: link.wire?.descriptor ?? -1, events: Int16(events), revents: 0))
        }
        let timeout = isIdle ? desk.timeout(at: now) : 0
        guard unsafe poll(&descriptors, nfds_t(descriptors.count), timeout) >= 0 else { return }
        if descriptors[0].revents != 0 { bell.silence() }
        let later = StoreThread.milliseconds
        for place in desk.links.indices {
            let link = desk.links[place]
            if descriptors[place + 1].revents != 0 {
                guard let ended = link.receive(at: later) else {
                    lose(place, &desk, at: later)
                    continue
                }
                for (transaction, outcome) in ended { desk.settle(transaction, outcome) }
            }
            guard link.deadline <= later else { continue }
            if let transaction = link.abandon() {
                desk.settle(transaction, .unknown)
                onFailure(.unanswered)
            } else {
                lose(place, &desk, at: later)
            }
        }
        for place in desk.linksLeftBehind { lose(place, &desk, at: later) }
        answer(&desk)
    }

    private func lose(_ place: Int, _ desk: inout Desk, at now: Int64) {
        let link = desk.links[place]
        let failure = link.wire?.failure ?? .disconnected("the connection ended")
        onFailure(failure)
        for (transaction, outcome) in link.drop(failure) { desk.settle(transaction, outcome) }
        link.nextAttempt = now
    }

    /// Begins to connect what is not connected, each on a thread of its own: names are looked up, and hosts waited for.
    private func reconnect(_ desk: inout Desk, at now: Int64) {
        for (place, link) in desk.links.enumerated()
        where !link.isUp && !link.isConnecting && link.nextAttempt <= now {
            link.isConnecting = true
            let isStarted = StoreThread.start { [self] in
                let result = connect()
                inbox.withLock { $0.connections.append((place, result)) }
                bell.ring()
            }
            if !isStarted { _ = desk.put(off: place, at: now, nil) }
        }
    }

    /// Wakes those whose lists are over.
    private func answer(_ desk: inout Desk) {
        for (list, answer) in desk.answers {
            lists.subtract(1, ordering: .relaxed)
            if case .failure(let failure) = answer { onFailure(failure) }
            list.resume(answer)
        }
        desk.answers.removeAll(keepingCapacity: true)
    }
}

extension Driver.Inbox {
    /// - Returns: Whether the thread sleeps and must be woken.
    fileprivate mutating func wake() -> Bool {
        defer { isAsleep = false }
        return isAsleep
    }
}
