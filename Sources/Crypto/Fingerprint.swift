package import Text

/// The SHA-256 of a bearer value: all that a store ever sees of it.
///
/// A search for it by an index tells nothing by its time, because nobody can choose the hash of a guess.
package struct Fingerprint: Sendable, Hashable {
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    package init(of text: WireText) {
        self.init(digest: Digest.sha256(text))
    }

    package init(of bytes: [UInt8]) {
        self.init(digest: Digest.sha256(bytes))
    }

    /// Takes back what `bytes` gave; other lengths than 32 are refused.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.init(digest: bytes)
    }

    private init(digest: [UInt8]) {
        first = digest.word(at: 0)
        second = digest.word(at: 8)
        third = digest.word(at: 16)
        fourth = digest.word(at: 24)
    }

    package var bytes: [UInt8] {
        [UInt8](capacity: 32) { output in
            for word in [first, second, third, fourth] {
                for shift in stride(from: 56, through: 0, by: -8) {
                    output.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
                }
            }
        }
    }
}

extension [UInt8] {
    fileprivate func word(at start: Int) -> UInt64 {
        self[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
