/// Which entry of a loop's table an event is about, and which of those that stood there in turn.
///
/// A late event for a descriptor that is closed already names an old generation and finds nobody.
package struct WatchToken: Hashable, Sendable {
    package let slot: UInt32
    package let generation: UInt32

    package init(slot: UInt32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }

    init(_ word: UInt64) {
        slot = UInt32(truncatingIfNeeded: word)
        generation = UInt32(truncatingIfNeeded: word >> 32)
    }

    var word: UInt64 { UInt64(generation) << 32 | UInt64(slot) }
}

/// What a descriptor can be ready for.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let readable = Readiness(rawValue: 1)
    package static let writable = Readiness(rawValue: 2)
    /// The peer has closed its side, or the whole connection is gone.
    package static let hungUp = Readiness(rawValue: 4)
}

/// Why a wait ended.
package enum Wake: Sendable {
    case ready
    case expired
    case interrupted
}

/// What a loop knows of one descriptor: for what it is ready, and who waits for it until when.
///
/// Belongs to its loop and is used there only; not being `Sendable`, it cannot be used elsewhere.
/// epoll tells of a change once, so whoever reads or writes until there is no more must say so with
/// `isDrained` and `isFull`.
@safe
package final class Watch {
    let descriptor: Int32
    let token: WatchToken
    var readiness: Readiness
    var isInterrupted = false
    /// Set and taken by the loop alone, so that it is resumed once.
    var waiter: UnsafeContinuation<Wake, Never>?
    var interest: Readiness = []
    var deadline = Deadline.never
    /// The tick at which the wheel will look at this watch; later than every tick where it will not.
    var scheduled = UInt64.max

    init(descriptor: Int32, token: WatchToken, readiness: Readiness) {
        self.descriptor = descriptor
        self.token = token
        self.readiness = readiness
    }

    var isWaitedFor: Bool { unsafe waiter != nil }

    /// Everything that had arrived has been read.
    ///
    /// Not so once the peer has hung up: the end has been told already and will not be told again.
    package func isDrained() {
        if !readiness.contains(.hungUp) { readiness.remove(.readable) }
    }

    /// Nothing more can be written for now.
    package func isFull() {
        readiness.remove(.writable)
    }
}
