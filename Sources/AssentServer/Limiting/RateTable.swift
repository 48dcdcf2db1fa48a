internal import Synchronization
internal import Text

/// What has been used of a limit by whom, in memory and for so many.
///
/// Whoever comes new takes the place of one who may come again since longest, and who then has all of it again: to be
/// forgotten is never to be refused.
final class RateTable: Sendable {
    /// Few neighbours are looked through, whoever is in the table.
    private static let neighbours = 4

    private struct Place {
        var key: UInt64 = 0
        var use = RateLimit.Use()
        /// Refused since somebody was told.
        var refused: Int64 = 0
        /// When somebody was told last, in nanoseconds.
        var told = Int64.min
    }

    private let count: Int
    /// Made with the first use: where nobody is limited nothing is kept.
    private let places = Mutex<[Place]>([])

    init(count: Int) {
        self.count = max(count / Self.neighbours, 1) * Self.neighbours
    }

    /// Whole seconds until they may come, without taking anything; `nil` where they may come now.
    func secondsToWait(_ key: @autoclosure () -> UInt64, at now: @autoclosure () -> Int64) -> Int? {
        places.withLock { places in
            guard !places.isEmpty, let index = Self.find(key(), in: places) else { return nil }
            return places[index].use.secondsToWait(at: now())
        }
    }

    /// Takes one where it may come now.
    ///
    /// - Returns: Whole seconds until it may; `nil` where it was taken.
    func take(_ key: UInt64, of limit: RateLimit, at now: Int64) -> Int? {
        places.withLock { places in
            if places.isEmpty { places = [Place](repeating: Place(), count: count) }
            let index = Self.find(key, in: places) ?? Self.makeRoom(for: key, in: &places)
            return limit.take(&places[index].use, at: now) ? nil : places[index].use.secondsToWait(at: now)
        }
    }

    /// Gives back what was taken, unless it is forgotten.
    func giveBack(_ key: UInt64, of limit: RateLimit) {
        places.withLock { places in
            if let index = Self.find(key, in: places) { limit.giveBack(&places[index].use) }
        }
    }

    /// Counts one who was refused.
    ///
    /// - Returns: How many were since somebody was told, once in so long; `nil` where nobody need be told now.
    func countRefusal(_ key: UInt64, at now: Int64) -> Int64? {
        places.withLock { places in
            guard let index = Self.find(key, in: places) else { return nil }
            places[index].refused += 1
            // Compared by sums, for the first time is as far away as can be.
            guard places[index].told < now - Int64(Limits.refusalLogSeconds) * 1_000_000_000 else { return nil }
            defer { places[index].refused = 0 }
            places[index].told = now
            return places[index].refused
        }
    }

    private static func find(_ key: UInt64, in places: [Place]) -> Int? {
        guard !places.isEmpty else { return nil }
        let first = first(of: key, in: places.count)
        for index in first..<(first + neighbours) where places[index].key == key { return index }
        return nil
    }

    private static func makeRoom(for key: UInt64, in places: inout [Place]) -> Int {
        let first = first(of: key, in: places.count)
        var oldest = first
        for index in first..<(first + neighbours) where places[index].use.isEarlier(than: places[oldest].use) {
            oldest = index
        }
        places[oldest] = Place(key: key)
        return oldest
    }

    /// Multiplied, so that neighbours in a network are not neighbours here.
    private static func first(of key: UInt64, in count: Int) -> Int {
        let mixed = (key &* 0x9E37_79B9_7F4A_7C15) >> 32
        return Int(mixed % UInt64(count / neighbours)) * neighbours
    }
}
