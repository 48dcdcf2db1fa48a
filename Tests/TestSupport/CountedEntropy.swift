package import Crypto
internal import Synchronization

extension Entropy {
    /// Random bytes that are the same in every run, and never the same twice in one.
    package static func counted(from start: UInt64 = 1) -> Entropy {
        let counter = Counter(start)
        return Entropy { count throws(EntropyFailure) in
            let number = counter.next()
            var bytes = [UInt8](repeating: 0, count: count)
            for index in 0..<min(count, 8) {
                bytes[count - 1 - index] = UInt8(truncatingIfNeeded: number >> UInt64(index * 8))
            }
            return bytes
        }
    }

    /// A generator that gives nothing, as one without a seed.
    package static let exhausted = Entropy { _ throws(EntropyFailure) in
        throw EntropyFailure(reason: OpenSSLFailure())
    }
}

private final class Counter: Sendable {
    private let number: Atomic<UInt64>

    init(_ start: UInt64) {
        number = Atomic(start)
    }

    func next() -> UInt64 {
        number.wrappingAdd(1, ordering: .relaxed).oldValue
    }
}
