/// A moment at which a wait ends, counted in ticks of its loop.
package struct Deadline: Comparable, Sendable {
    let tick: UInt64

    package static let never = Deadline(tick: .max)

    package static func < (left: Self, right: Self) -> Bool { left.tick < right.tick }

    func isLater(than earlier: Deadline, by ticks: Ticks) -> Bool { tick >= earlier.tick + ticks.count }
}

/// A length of time in ticks, worked out once so that a busy connection only adds.
package struct Ticks: Hashable, Sendable {
    package let count: UInt64

    /// How finely deadlines are kept: nobody minds if a slow client lives a sixteenth of a second longer.
    package static let perSecond: Int64 = 16

    static let nanoseconds: UInt64 = 1_000_000_000 / 16

    /// Rounds up, because no wait may end too early; no length is longer than a year.
    package init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let whole = min(max(seconds, 0), 31_536_000) * Self.perSecond
        let attosecondsPerTick = 1_000_000_000_000_000_000 / Self.perSecond
        let part = (max(attoseconds, 0) + attosecondsPerTick - 1) / attosecondsPerTick
        count = UInt64(whole + part)
    }

    package init(seconds: Int) {
        self.init(.seconds(seconds))
    }
}

/// Deadlines of many waits, sorted into slots by their last bits.
///
/// An entry is a promise to look, not to act: its owner decides whether the time has come and
/// puts it in again where it has not. Moving a deadline later is therefore free, and that is what
/// a busy connection does with every request.
package struct TimerWheel {
    /// A power of two; 64 seconds, so that an idle connection is looked at about once.
    private static let size: UInt64 = 1_024

    private var slots: [[WatchToken]]
    /// One bit a slot, so that finding the next deadline reads sixteen words and not a thousand arrays.
    private var occupied: [UInt64]
    package private(set) var now: UInt64

    package init(now: UInt64) {
        self.now = now
        slots = Array(repeating: [], count: Int(Self.size))
        occupied = Array(repeating: 0, count: Int(Self.size / 64))
    }

    /// Puts an entry in and says at which tick it will come out, which is earlier than asked where
    /// the wheel is too small.
    package mutating func insert(_ token: WatchToken, at tick: UInt64) -> UInt64 {
        let due = min(max(tick, now + 1), now + Self.size - 1)
        let slot = due % Self.size
        slots[Int(slot)].append(token)
        occupied[Int(slot / 64)] |= 1 << (slot % 64)
        return due
    }

    /// Moves on to `tick` and adds every entry passed on the way to `due`.
    package mutating func advance(to tick: UInt64, into due: inout [WatchToken]) {
        // After a long sleep of the machine one turn of the wheel meets every slot.
        let steps = min(tick > now ? tick - now : 0, Self.size)
        let first = now + 1
        now = max(now, tick)
        for step in 0..<steps {
            let slot = (first + step) % Self.size
            guard occupied[Int(slot / 64)] & (1 << (slot % 64)) != 0 else { continue }
            due.append(contentsOf: slots[Int(slot)])
            // Entries are few in a slot that is used again and again; a crowd gives its memory back.
            slots[Int(slot)].removeAll(keepingCapacity: slots[Int(slot)].count <= 64)
            occupied[Int(slot / 64)] &= ~(1 << (slot % 64))
        }
    }

    /// The tick of the next entry, or `nil` where there is none.
    package var next: UInt64? {
        let start = (now + 1) % Self.size
        let words = Self.size / 64
        // The word in which the search begins is read twice: first its upper bits, at the end its lower ones.
        for step in 0...words {
            let index = (start / 64 + step) % words
            var word = occupied[Int(index)]
            if step == 0 { word &= ~0 << (start % 64) }
            if step == words { word &= ~(~0 << (start % 64)) }
            guard word == 0 else {
                let slot = index * 64 + UInt64(word.trailingZeroBitCount)
                return now + 1 + (slot + Self.size - start) % Self.size
            }
        }
        return nil
    }
}
