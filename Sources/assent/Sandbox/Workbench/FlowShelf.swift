import RelyingParty
import Synchronization
import Text

/// The newest journeys; one whose step is under way is not there until the step is done.
final class FlowShelf: Sendable {
    private let kept = Mutex<(flows: [Flow], away: Set<WireText>)>(([], []))

    /// Why a journey cannot be had.
    enum Absence: Error {
        case unknown
        /// Another step of it is under way.
        case busy
    }

    /// Puts a journey where all can see it, and forgets the oldest beyond the bounds.
    func put(_ flow: Flow) {
        kept.withLock { kept in
            kept.away.remove(flow.id)
            if let index = kept.flows.firstIndex(where: { $0.id == flow.id }) {
                kept.flows[index] = flow
            } else {
                kept.flows.append(flow)
            }
            if kept.flows.count > Limits.flowsKept {
                let forgotten = kept.flows.removeFirst()
                kept.away.remove(forgotten.id)
            }
        }
    }

    /// As it is now, to be looked at.
    func look(_ id: WireText) -> Flow? {
        kept.withLock { kept in kept.flows.first { $0.id == id } }
    }

    /// Takes it for a step, so that two presses of a button are two steps after each other or none.
    func take(where matches: (Flow) -> Bool) throws(Absence) -> Flow {
        let found = kept.withLock { kept -> Result<Flow, Absence> in
            guard let flow = kept.flows.first(where: matches) else { return .failure(.unknown) }
            guard kept.away.insert(flow.id).inserted else { return .failure(.busy) }
            return .success(flow)
        }
        return try found.get()
    }

    /// The newest first.
    var all: [Flow] { kept.withLock { $0.flows.reversed() } }
}
