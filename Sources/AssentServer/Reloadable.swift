internal import Synchronization

/// A value that a reload replaces as a whole; whoever has read it goes on with what was read.
package final class Reloadable<Value: Sendable>: Sendable {
    private let edition: Mutex<(value: Value, generation: Int)>

    package init(_ value: Value) {
        edition = Mutex((value, 0))
    }

    package var current: Value { edition.withLock { $0.value } }

    /// How often it has been replaced.
    package var generation: Int { edition.withLock { $0.generation } }

    package func replace(with value: Value) {
        edition.withLock { $0 = (value, $0.generation + 1) }
    }
}
