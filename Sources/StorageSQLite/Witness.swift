import Glibc
import Text

/// A small file beside the database that remembers how far the database had come.
///
/// A restored backup is a good database that lies about the past: codes it shows as unspent were spent. The
/// file stays behind when a backup takes the database's place, and what it says is then ahead of it.
package final class Witness: Sendable {
    private let descriptor: Int32
    private let epoch: [UInt8]

    /// Opens the file beside `path` for writing, and makes it where it is not there.
    init(for path: DatabasePath, epoch: [UInt8]) throws(OpeningFailure) {
        descriptor = unsafe open(path.witness, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .directoryNotWritable(path: path.string) }
        self.epoch = epoch
    }

    deinit {
        close(descriptor)
    }

    /// Remembers that the database has come so far.
    ///
    /// Called after the commit, so it is never ahead of the truth.
    ///
    /// It is not synchronised: after a power cut it may say less than was, and then it only notices less.
    func note(_ generation: Int64) {
        let line = Testimony(epoch: epoch, generation: generation).line
        // Shorter than a sector, of one length, and written in one call: it is there whole or not at all.
        _ = unsafe line.withUnsafeBytes { bytes in unsafe pwrite(descriptor, bytes.baseAddress, bytes.count, 0) }
    }

    func synchronize() {
        fsync(descriptor)
    }
}

/// What a witness says.
struct Testimony: Sendable, Hashable {
    let epoch: [UInt8]
    let generation: Int64

    /// What the file beside `path` says, or `nil` where it is not there or not ours.
    static func read(for path: DatabasePath) -> Testimony? {
        let descriptor = unsafe open(path.witness, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let bytes = [UInt8](capacity: 128) { output in
            unsafe output.withUnsafeMutableBufferPointer { buffer, count in
                count = max(0, unsafe Glibc.read(descriptor, buffer.baseAddress, 128))
            }
        }
        guard let text = WireText(bytes) else { return nil }
        return Testimony(text)
    }

    init(epoch: [UInt8], generation: Int64) {
        self.epoch = epoch
        self.generation = generation
    }

    private init?(_ line: WireText) {
        let words = line.split(at: .newline).first?.split(at: .space) ?? []
        guard words.count == 3, words[0] == "assent", let epoch = Hex.decode(words[1]), epoch.count == 16,
            let number = Hex.decode(words[2]), number.count == 8
        else { return nil }
        self.epoch = epoch
        generation = Int64(bitPattern: number.reduce(0) { $0 << 8 | UInt64($1) })
    }

    var line: [UInt8] {
        let number = UInt64(bitPattern: generation)
        let bytes = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
        return Array("assent \(Hex.encode(epoch)) \(Hex.encode(bytes))\n".utf8)
    }
}
