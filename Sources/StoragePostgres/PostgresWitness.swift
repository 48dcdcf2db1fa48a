import Glibc
import Synchronization
import Text

/// What a node remembers of the database: how far it had come.
///
/// A recovery to an earlier time, a dump, a standby that had not everything, a former primary that came back: each is a
/// good database that lies about the past. Codes it shows as unspent were spent. A file keeps the memory over a restart.
final class PostgresWitness: Sendable {
    private let path: String?
    private let state: Mutex<State>

    private struct State {
        var known: PostgresEpoch?
        /// Whether somebody has heard that the database is older.
        var isTold = false
    }

    /// - Parameter path: The file that is read now and written at each round; without one, a restart forgets.
    init(_ path: String?) throws(PostgresOpeningFailure) {
        self.path = path
        state = Mutex(State(known: try path.map { file throws(PostgresOpeningFailure) in try Self.read(file) } ?? nil))
    }

    /// Refuses a database that is not as late as it was, unless somebody has begun a new life of it knowingly.
    func require(_ epoch: PostgresEpoch) throws(PostgresOpeningFailure) {
        let isKnown = state.withLock { state in
            guard let known = state.known else { return true }
            if epoch.name == known.name { return epoch.round >= known.round }
            guard epoch.previous == known.name else { return false }
            state.known = epoch
            return true
        }
        guard isKnown else { throw .setBack(witness: path) }
        state.withLock { $0.isTold = false }
    }

    /// Whether nobody has heard yet of what was refused.
    var isNews: Bool {
        state.withLock { state in
            defer { state.isTold = true }
            return !state.isTold
        }
    }

    /// Remembers what was committed before it was asked for, so that it is never ahead of the truth.
    func note(_ epoch: PostgresEpoch) {
        let isLater = state.withLock { state in
            if let known = state.known, known.name == epoch.name, known.round >= epoch.round { return false }
            state.known = epoch
            return true
        }
        guard isLater, let path else { return }
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let line = Array(epoch.line.utf8)
        // Of one length, shorter than a sector, and written in one call: it is there whole or not at all.
        _ = unsafe line.withUnsafeBytes { bytes in unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, 0) }
    }

    /// What the file says, or `nil` where there is nothing yet of ours.
    private static func read(_ path: String) throws(PostgresOpeningFailure) -> PostgresEpoch? {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .witnessNotWritable(path) }
        defer { close(descriptor) }
        let bytes = [UInt8](capacity: 128) { output in
            unsafe output.withUnsafeMutableBufferPointer { buffer, count in
                count = max(0, unsafe Glibc.read(descriptor, buffer.baseAddress, 128))
            }
        }
        return WireText(bytes).flatMap { PostgresEpoch(line: $0) }
    }
}

/// Which life of the database this is, and how far it has come.
struct PostgresEpoch: Sendable, Hashable {
    /// Random, and new in every life.
    let name: WireText
    /// The life before this one, which somebody has ended knowingly.
    let previous: WireText
    /// Counts the rounds of housekeeping of all nodes.
    let round: Int64

    static let question = Statement("SELECT name, previous, round FROM epoch")

    init(_ rows: Rows) throws(PostgresFailure) {
        guard rows.count == 1 else { throw .corrupt("the database has no epoch") }
        name = try rows[0].text(0)
        previous = try rows[0].text(1)
        round = try rows[0].integer(2)
    }

    /// What a witness says.
    init?(line: WireText) {
        let words = line.split(at: .newline).first?.split(at: .space) ?? []
        guard words.count == 3, words[0] == "assent", words[1].byteCount == 36, let number = Hex.decode(words[2]),
            number.count == 8
        else { return nil }
        name = words[1]
        previous = ""
        round = Int64(bitPattern: number.reduce(0) { $0 << 8 | UInt64($1) })
    }

    var line: String {
        let number = UInt64(bitPattern: round)
        let bytes = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
        return "assent \(name) \(Hex.encode(bytes))\n"
    }
}

extension Wire {
    /// Which life of the database the server shows.
    func epoch() throws(PostgresOpeningFailure) -> PostgresEpoch {
        try attempt { () throws(PostgresFailure) in try PostgresEpoch(try run(PostgresEpoch.question)) }
    }
}
