internal import Synchronization
internal import Text

/// Every exchange of one client in its order, the newest of them.
package final class Journal: Sendable {
    private let kept = Mutex<(exchanges: [Exchange], count: Int)>(([], 0))

    package init() {}

    package var exchanges: [Exchange] { kept.withLock { $0.exchanges } }

    /// How many there were in all.
    package var count: Int { kept.withLock { $0.count } }

    /// - Returns: The exchange with its number.
    func add(_ exchange: Exchange) -> Exchange {
        kept.withLock { kept in
            kept.count += 1
            var numbered = exchange
            numbered.number = kept.count
            kept.exchanges.append(numbered)
            if kept.exchanges.count > Limits.exchangesKept { kept.exchanges.removeFirst() }
            return numbered
        }
    }
}
