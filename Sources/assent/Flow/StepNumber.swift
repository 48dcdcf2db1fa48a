import Synchronization

/// Counts the steps of one journey.
final class StepNumber: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
