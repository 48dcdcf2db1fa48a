internal import Synchronization
package import Text

/// How long things took, in fixed buckets.
package struct Histogram: Sendable {
    let name: WireText
    let help: WireText
    /// The last one has no upper end.
    private let buckets: [Bucket]
    private let nanoseconds = Bucket()

    /// Upper ends, in nanoseconds: from a token without signature to a request that met its deadline.
    static let upperEnds: [Int64] = [
        100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000,
        250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 10_000_000_000,
    ]

    package init(_ name: WireText, _ help: WireText) {
        self.name = name
        self.help = help
        buckets = (0...Self.upperEnds.count).map { _ in Bucket() }
    }

    package func observe(nanoseconds length: Int64) {
        let index = Self.upperEnds.firstIndex { length <= $0 } ?? Self.upperEnds.count
        buckets[index].value.wrappingAdd(1, ordering: .relaxed)
        nanoseconds.value.wrappingAdd(UInt64(clamping: length), ordering: .relaxed)
    }

    /// How many were at most as long as each upper end, and how many there were in all.
    var cumulativeCounts: [UInt64] {
        var sum: UInt64 = 0
        return buckets.map { bucket in
            sum &+= bucket.value.load(ordering: .relaxed)
            return sum
        }
    }

    var sumNanoseconds: Int64 {
        Int64(clamping: nanoseconds.value.load(ordering: .relaxed))
    }

    private final class Bucket: Sendable {
        let value = Atomic<UInt64>(0)
    }
}
