internal import Synchronization
package import Text

/// How often each event is written.
///
/// Events have names of our own, so there are as many as stand in the code.
final class EventLimit: Sendable {
    private struct Event {
        var use = RateLimit.Use()
        /// Lines left out since the last that was written.
        var suppressed: UInt64 = 0
    }

    private let limit: RateLimit
    private let events = Mutex<[WireText: Event]>([:])
    private let all = Atomic<UInt64>(0)

    init(_ limit: RateLimit) {
        self.limit = limit
    }

    /// Lines left out since the start.
    var suppressedLines: UInt64 { all.load(ordering: .relaxed) }

    /// How many lines of the event were left out before this one; `nil` where this one is left out as well.
    func suppressed(before event: WireText, at now: Int64) -> UInt64? {
        events.withLock { events in
            let isTaken = limit.take(&events[event, default: Event()].use, at: now)
            guard isTaken else {
                events[event]?.suppressed += 1
                all.add(1, ordering: .relaxed)
                return nil
            }
            defer { events[event]?.suppressed = 0 }
            return events[event]?.suppressed
        }
    }

    /// The events of which lines were left out that nobody has heard of yet.
    func takeSuppressed() -> [(event: WireText, lines: UInt64)] {
        events.withLock { events in
            let left = events.filter { $0.value.suppressed > 0 }
            for name in left.keys { events[name]?.suppressed = 0 }
            return left.map { ($0.key, $0.value.suppressed) }.sorted { $0.0 < $1.0 }
        }
    }
}

extension RateLimit {
    /// As many lines of one event as somebody can still look through.
    package static let ofEvent = RateLimit(perSecond: 50, burst: 500)
}
