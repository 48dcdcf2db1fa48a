import Synchronization
import Text

/// The standbys of a database, and the way to them.
///
/// The primary is asked for its position once for everybody who wants to know it at the same moment: one small question
/// in the place of many. What a standby answers then is no older than the request.
final class Replicas: Sendable {
    private let primary: Driver
    private let all: [Replica]
    private let next = Atomic<Int>(0)
    private let asking = Mutex(Asking())
    private let answered = Atomic<UInt64>(0)
    private let passedOn = Atomic<UInt64>(0)

    private struct Asking {
        var waiting: [CheckedContinuation<ReadPosition?, Never>] = []
        var isUnderWay = false
    }

    init(_ primary: Driver, _ all: [Replica]) {
        self.primary = primary
        self.all = all
    }

    /// What was asked of standbys, for the metrics: answered by one, and left to the primary.
    var figures: ReplicaFigures {
        ReplicaFigures(answered: answered.load(ordering: .relaxed), passedOn: passedOn.load(ordering: .relaxed))
    }

    /// Asks a standby that has come as far as the reading demands, or else the primary.
    func ask(_ statement: Statement, in reading: Reading) async -> Result<Rows, PostgresFailure> {
        if let replica = willing(), let position = await reading.position(from: self),
            case .success(let rows) = await replica.ask(statement, after: position)
        {
            answered.add(1, ordering: .relaxed)
            return .success(rows)
        }
        passedOn.add(1, ordering: .relaxed)
        return await primary.ask(statement)
    }

    func close() async {
        for replica in all { await replica.close() }
    }

    /// One after the other, without those that are left alone at this moment.
    private func willing() -> Replica? {
        let first = next.add(1, ordering: .relaxed).newValue
        for step in 0..<all.count {
            let replica = all[(first &+ step) & Int.max % all.count]
            if replica.isWilling { return replica }
        }
        return nil
    }

    /// Where the primary stands now, or later than now; `nil` where it does not say.
    func position() async -> ReadPosition? {
        await withCheckedContinuation { continuation in
            let isFirst = asking.withLock { asking in
                asking.waiting.append(continuation)
                defer { asking.isUnderWay = true }
                return !asking.isUnderWay
            }
            if isFirst { askPosition() }
        }
    }

    /// Asks for all who wait at this moment; who comes while it is under way is told the next answer.
    private func askPosition() {
        let waiting = asking.withLock { asking in
            defer { asking.waiting = [] }
            return asking.waiting
        }
        primary.ask(ReadPosition.question) { [self] answer in
            let position = read(answer)
            for continuation in waiting { continuation.resume(returning: position) }
            let goesOn = asking.withLock { asking in
                asking.isUnderWay = !asking.waiting.isEmpty
                return asking.isUnderWay
            }
            if goesOn { askPosition() }
        }
    }

    private func read(_ answer: Result<Rows, PostgresFailure>) -> ReadPosition? {
        guard case .success(let rows) = answer else { return nil }
        guard rows.count == 1 else {
            // A primary that was promoted: its history gets a name, and the primary is asked until then.
            Task { [primary] in _ = await primary.commit(ReadPosition.naming) }
            return nil
        }
        return try? ReadPosition(rows[0])
    }
}

/// One request's questions, which commits nothing on what it hears.
///
/// The position is asked for once, with the first question, and holds for all of them.
final class Reading: Sendable {
    private let known = Mutex<ReadPosition?>(nil)

    func position(from replicas: Replicas) async -> ReadPosition? {
        if let position = known.withLock({ $0 }) { return position }
        let position = await replicas.position()
        known.withLock { $0 = position }
        return position
    }
}

/// How often standbys were asked.
package struct ReplicaFigures: Sendable, Hashable {
    package let answered: UInt64
    package let passedOn: UInt64
}
