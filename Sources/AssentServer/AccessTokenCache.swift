internal import Crypto
internal import OAuth
internal import Synchronization
internal import Text

/// Access tokens whose signatures have been verified, so that each is verified once.
///
/// The key is the SHA-256 of the whole token (security.md JO-23), so that no other token can meet its
/// entry. Only the signature is remembered: expiry, revocation and consent are looked at each time.
final class AccessTokenCache: Sendable {
    private final class Entry: Sendable {
        let fingerprint: Fingerprint
        /// Of the keys that it was verified with.
        let generation: Int
        let token: AccessToken

        init(fingerprint: Fingerprint, generation: Int, token: AccessToken) {
            self.fingerprint = fingerprint
            self.generation = generation
            self.token = token
        }
    }

    /// A token can stand at one of so many places: with one alone, a fifth of a thousand tokens put each other out.
    private static let neighbours = 4

    private let entries: Mutex<[Entry?]>

    init(count: Int) {
        let count = max(count / Self.neighbours, 1) * Self.neighbours
        entries = Mutex([Entry?](repeating: nil, count: count))
    }

    /// The token's claims, verified now or before; `nil` for what we did not sign.
    ///
    /// - Parameter generation: Of the keys, read before they are used: what other keys once verified is
    ///   verified anew, even where that ended after the keys had changed.
    func read(
        _ text: WireText,
        generation: Int,
        verifiedBy verify: (WireText) -> AccessToken?
    ) -> AccessToken? {
        guard text.byteCount <= Limits.tokenBytes else { return nil }
        let fingerprint = Fingerprint(of: text)
        let known = entries.withLock { entries in
            Self.places(of: fingerprint, in: entries.count).first { entries[$0]?.fingerprint == fingerprint }
                .flatMap { entries[$0] }
        }
        if let known, known.generation == generation { return known.token }
        guard let token = verify(text) else { return nil }
        let entry = Entry(fingerprint: fingerprint, generation: generation, token: token)
        entries.withLock { entries in
            let places = Self.places(of: fingerprint, in: entries.count)
            // Itself, as other keys verified it, or else the one that came first makes room.
            let room = places.first { entries[$0]?.fingerprint == fingerprint } ?? places.upperBound - 1
            for index in stride(from: room, to: places.lowerBound, by: -1) { entries[index] = entries[index - 1] }
            entries[places.lowerBound] = entry
        }
        return token
    }

    private static func places(of fingerprint: Fingerprint, in count: Int) -> Range<Int> {
        // What verified was signed by us, so that nobody can look for many that meet.
        let number = fingerprint.bytes.prefix(8).reduce(0) { $0 << 8 | UInt($1) }
        let first = Int(number % UInt(count / neighbours)) * neighbours
        return first..<(first + neighbours)
    }
}
