import Synchronization
import Text

/// A standby that answers questions in the place of the primary, where it has come as far.
final class Replica: Sendable {
    private let driver: Driver
    private let news: @Sendable (ReplicaNews) -> Void
    private let name: String
    private let state = Mutex(State())
    private let refusal: Refusal

    /// Why no connection could be made the last time.
    private final class Refusal: Sendable {
        let failure = Mutex<PostgresFailure?>(nil)

        func note(_ result: Result<Wire, PostgresOpeningFailure>) {
            failure.withLock { known in
                if case .failure(let reason) = result { known = reason.failure } else { known = nil }
            }
        }
    }

    private struct State {
        /// Until when it is left alone, in milliseconds.
        var restsUntil: Int64 = 0
        /// What was told of it last, and when.
        var told: PostgresFailure?
        var toldAt: Int64?
    }

    /// Starts with what was found when the store was opened.
    init?(
        _ address: PostgresAddress,
        of database: DatabaseIdentity,
        _ found: Result<Wire, PostgresOpeningFailure>,
        news: @escaping @Sendable (ReplicaNews) -> Void
    ) {
        name = address.serverName
        self.news = news
        let refusal = Refusal()
        refusal.note(found)
        self.refusal = refusal
        let wire = try? found.get()
        let wires = [wire] + [Wire?](repeating: nil, count: address.askingConnections - 1)
        let driver = Driver(
            desk: { Desk(asking: wires, patience: Self.patience) },
            connect: {
                let result = Wire.open(address, asReplicaOf: database)
                refusal.note(result)
                return result
            },
            onFailure: { _ in }
        )
        guard let driver else { return nil }
        self.driver = driver
        if case .failure(let failure) = found { rest(failure.failure) }
    }

    /// Whether it may be asked at this moment.
    var isWilling: Bool { state.withLock { $0.restsUntil } <= StoreThread.milliseconds }

    /// What it answers, as soon as it has come so far; a failure where it does not within a moment.
    ///
    /// Then it is left alone for a second, so that it costs a few questions that moment and not all of them.
    func ask(_ statement: Statement, after position: ReadPosition) async -> Result<Rows, PostgresFailure> {
        let end = StoreThread.milliseconds + Self.wait
        var pause: Int64 = 1
        while true {
            let answer = await driver.ask(statement, after: position)
            guard case .failure(let failure) = answer else {
                noteAnswer()
                return answer
            }
            guard failure.isBehind, StoreThread.milliseconds + pause <= end else {
                rest(failure)
                return answer
            }
            try? await Task.sleep(for: .milliseconds(pause))
            pause = min(pause * 2, 8)
        }
    }

    func close() async { await driver.close() }

    private func noteAnswer() {
        let isNews = state.withLock { state in
            defer { state.told = nil }
            return state.told != nil
        }
        if isNews { news(.answers(name)) }
    }

    /// Leaves it alone for a while; whoever reads the log hears of it once a minute at the most.
    private func rest(_ failure: PostgresFailure) {
        let now = StoreThread.milliseconds
        let failure = failure.isBehind ? failure : refusal.failure.withLock { $0 } ?? failure
        let isNews = state.withLock { state in
            state.restsUntil = now + Self.rest
            guard state.told != failure, now - (state.toldAt ?? -Self.silence) >= Self.silence else { return false }
            state.told = failure
            state.toldAt = now
            return true
        }
        if isNews { news(.isLeftOut(name, failure)) }
    }

    /// How long a question waits for a standby that is behind, in milliseconds.
    private static let wait: Int64 = 50
    /// How long one that does not answer holds a question.
    private static let patience: Int64 = 250
    private static let rest: Int64 = 1_000
    private static let silence: Int64 = 60_000
}

/// What becomes of a replica while nodes work.
package enum ReplicaNews: Sendable {
    /// It is asked again.
    case answers(String)
    /// The primary is asked in its place.
    case isLeftOut(String, PostgresFailure)
}
