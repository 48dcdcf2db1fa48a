import CLinux
import Glibc
import Synchronization
import Text

/// The one thread that writes: it takes all who wait, makes their changes in one transaction, and wakes them.
///
/// Under load the wait for the disk is shared; a lone request pays one wait and no delay.
package final class Writer<Request: Sendable, Outcome: Sendable>: Sendable {
    package typealias Work = @Sendable (Connection, Request) throws(SQLiteFailure) -> Verdict<Outcome>

    private let path: DatabasePath
    private let work: Work
    private let witness: Witness?
    private let queueLimit: Int
    private let queue = Mutex(Queue())
    private let bell: Bell
    /// The file that was checked at the start; no other is ever written to.
    private let file: FileIdentity

    /// Starts the thread with a connection to a file that has been checked.
    package init(
        _ path: DatabasePath,
        witness: Witness? = nil,
        queueLimit: Int = Limits.writerQueue,
        work: @escaping Work
    ) throws(OpeningFailure) {
        guard let file = FileIdentity(of: path) else { throw .missing(path: path.string) }
        guard let bell = Bell() else { throw .failed(path: path.string, .noMemory) }
        self.path = path
        self.work = work
        self.witness = witness
        self.queueLimit = queueLimit
        self.file = file
        self.bell = bell
        guard StoreThread.start({ self.run() }) else { throw .failed(path: path.string, .noMemory) }
    }

    /// Waits until the request's changes are on the disk, or until it is certain that they are not kept.
    package func commit(_ request: Request) async throws(WriterFailure) -> Outcome {
        let answer = await withCheckedContinuation { continuation in
            if let refusal = enqueue(Waiter(request: request, continuation: continuation)) {
                continuation.resume(returning: .failure(refusal))
            }
        }
        return try answer.get()
    }

    /// Commits what waits, moves the log into the file, and ends the thread.
    package func close() async {
        await withCheckedContinuation { continuation in
            let isLast = queue.withLock { queue in
                guard queue.phase != .ended else { return true }
                queue.phase = .ending
                queue.closers.append(continuation)
                return false
            }
            if isLast { continuation.resume() } else { bell.ring() }
        }
    }

    /// How many requests wait, for the metrics.
    package var waiting: Int { queue.withLock { $0.waiters.count } }

    private func enqueue(_ waiter: Waiter) -> WriterFailure? {
        let verdict: Result<Bool, WriterFailure> = queue.withLock { queue in
            guard queue.phase == .running else { return .failure(.ended) }
            guard queue.waiters.count < queueLimit else { return .failure(.overloaded) }
            queue.waiters.append(waiter)
            let isAsleep = queue.isAsleep
            queue.isAsleep = false
            return .success(isAsleep)
        }
        switch verdict {
        case .success(let isAsleep):
            if isAsleep { bell.ring() }
            return nil
        case .failure(let failure): return failure
        }
    }
}

// MARK: The thread

extension Writer {
    private func run() {
        var connection: Connection?
        var checkpoints = CheckpointPlan()
        while let group = nextGroup() {
            answer(group, on: &connection)
            move(&connection, by: &checkpoints)
        }
        _ = try? connection?.checkpoint(emptying: true)
        witness?.synchronize()
        connection = nil
        let closers = queue.withLock { queue in
            queue.phase = .ended
            defer { queue.closers = [] }
            return queue.closers
        }
        for closer in closers { closer.resume() }
    }

    /// Sleeps until somebody waits; `nil` when nobody does and the writer shall end.
    private func nextGroup() -> [Waiter]? {
        while true {
            let step: (group: [Waiter], isEnd: Bool) = queue.withLock { queue in
                guard queue.waiters.isEmpty else { return (queue.takeGroup(), false) }
                queue.isAsleep = queue.phase == .running
                return ([], queue.phase != .running)
            }
            if !step.group.isEmpty { return step.group }
            if step.isEnd { return nil }
            bell.wait()
        }
    }

    private func answer(_ group: [Waiter], on connection: inout Connection?) {
        do throws(SQLiteFailure) {
            try file.require()
            let open: Connection
            if let connection { open = connection } else { open = try Connection(path.string, as: .writer) }
            connection = open
            let requests = group.map(\.request)
            let commit = try Group(requests: requests, work: work, isCounted: witness != nil).commit(on: open)
            // A file that was taken away in the meantime has the commit, and nobody will find it there.
            try file.require()
            if let generation = commit.generation { witness?.note(generation) }
            for (waiter, answer) in zip(group, commit.answers) {
                waiter.continuation.resume(returning: answer.mapError { .failed($0) })
            }
        } catch {
            // What the disk holds is in doubt, so nothing this connection remembers is used again.
            // A lock that somebody else held is no such case.
            if error.kind != .busy { connection = nil }
            for waiter in group { waiter.continuation.resume(returning: .failure(.failed(error))) }
        }
    }

    /// Nobody waits for this, so a failure is only in doubt, and the next group opens the file anew.
    private func move(_ connection: inout Connection?, by plan: inout CheckpointPlan) {
        do throws(SQLiteFailure) {
            if let connection { try plan.checkpoint(connection) }
        } catch {
            connection = nil
        }
    }
}

// MARK: What it keeps

extension Writer {
    private struct Waiter: Sendable {
        let request: Request
        let continuation: CheckedContinuation<Result<Outcome, WriterFailure>, Never>
    }

    private struct Queue {
        var waiters: [Waiter] = []
        var isAsleep = false
        var phase = Phase.running
        var closers: [CheckedContinuation<Void, Never>] = []

        mutating func takeGroup() -> [Waiter] {
            guard waiters.count > Limits.writerGroup else {
                defer { waiters = [] }
                return waiters
            }
            defer { waiters.removeFirst(Limits.writerGroup) }
            return Array(waiters.prefix(Limits.writerGroup))
        }
    }

    private enum Phase {
        case running
        case ending
        case ended
    }
}

/// Why a request was not committed.
package enum WriterFailure: Error, Sendable, Hashable {
    /// More wait than the writer can serve in time; the client may try again.
    case overloaded
    /// The server stops.
    case ended
    case failed(SQLiteFailure)
}
