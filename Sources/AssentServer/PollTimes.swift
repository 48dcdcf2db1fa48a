internal import Crypto
internal import Synchronization
internal import Text

/// When codes were last polled with, in memory and for so many: a poll writes nothing.
///
/// Who is forgotten, by a restart or by others, is only not told to slow down.
final class PollTimes: Sendable {
    private final class Entry: Sendable {
        let code: Fingerprint
        let time: Timestamp

        init(code: Fingerprint, time: Timestamp) {
            self.code = code
            self.time = time
        }
    }

    private let entries: Mutex<[Entry?]>

    init(count: Int) {
        entries = Mutex([Entry?](repeating: nil, count: count))
    }

    /// Notes a poll, and says when the one before it was.
    func note(_ code: Fingerprint, at now: Timestamp) -> Timestamp? {
        entries.withLock { entries in
            let place = Int(UInt(bitPattern: code.hashValue) % UInt(entries.count))
            let last = entries[place]
            entries[place] = Entry(code: code, time: now)
            return last?.code == code ? last?.time : nil
        }
    }
}
