internal import Net
internal import Synchronization
package import Text

/// The time, which never goes back: nothing expired comes to life again.
///
/// The machine's time of day may be set back. Our time then goes on by what the machine has run, so that
/// nothing lives any longer for it, until the time of day has caught up.
package final class Clock: Sendable {
    private let source: @Sendable () -> Reading
    private let latest: Mutex<Reading>

    /// What a machine says: the time of day, which may be set, and how long it has run, which may not.
    package struct Reading: Sendable, Hashable {
        package var time: Timestamp
        package var uptimeMilliseconds: Int64

        package init(time: Timestamp, uptimeMilliseconds: Int64) {
            self.time = time
            self.uptimeMilliseconds = uptimeMilliseconds
        }
    }

    package init(source: @escaping @Sendable () -> Reading) {
        self.source = source
        latest = Mutex(source())
    }

    /// The system's clock.
    package static func system() -> Clock {
        Clock { Reading(time: SystemClock.now, uptimeMilliseconds: SystemClock.uptimeMilliseconds) }
    }

    package var now: Timestamp { advance(to: source()) }

    /// How long the machine has run, which nobody can set.
    package var uptimeMilliseconds: Int64 { source().uptimeMilliseconds }

    /// Whether the machine's time of day was set back so far that nobody can say what time it is.
    ///
    /// Nothing new is handed out then; what there is can still be looked at and ended.
    package var isSetBack: Bool { secondsSetBack > Limits.clockSetBackSeconds }

    /// How far the machine's time of day is behind the time that it was.
    package var secondsSetBack: Int64 {
        let reading = source()
        return max(0, advance(to: reading).since(reading.time))
    }

    /// From here on it is later than this: the time that the database has seen.
    package func require(atLeast seen: Timestamp) {
        let reading = source()
        latest.withLock { latest in
            if latest.time < seen {
                latest = Reading(time: seen, uptimeMilliseconds: reading.uptimeMilliseconds)
            }
        }
    }

    private func advance(to reading: Reading) -> Timestamp {
        latest.withLock { latest in
            let seconds = max(0, reading.uptimeMilliseconds - latest.uptimeMilliseconds) / 1_000
            latest.time = latest.time + Int(clamping: seconds)
            latest.uptimeMilliseconds += seconds * 1_000
            if reading.time > latest.time { latest = reading }
            return latest.time
        }
    }
}
