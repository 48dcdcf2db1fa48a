internal import Crypto
internal import OAuth
internal import Synchronization
internal import Text

/// Access tokens whose signatures have been verified, so that each is verified once.
///
/// The key is the SHA-256 of the whole token (security.md JO-23), so that no other token can meet its
/// entry. Only the signature is remembered: expiry, revocation and consent are looked at each time.
final class AccessTokenCache: Sendable {
    private struct Entry {
        let fingerprint: Fingerprint
        /// Of the keys that it was verified with.
        let generation: Int
        let token: AccessToken
    }

    private let entries: Mutex<[Entry?]>

    init(count: Int) {
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
        let known = entries.withLock { entries in entries[Self.place(of: fingerprint, in: entries.count)] }
        if let known, known.fingerprint == fingerprint, known.generation == generation { return known.token }
        guard let token = verify(text) else { return nil }
        let entry = Entry(fingerprint: fingerprint, generation: generation, token: token)
        entries.withLock { entries in
            entries[Self.place(of: fingerprint, in: entries.count)] = entry
        }
        return token
    }

    private static func place(of fingerprint: Fingerprint, in count: Int) -> Int {
        Int(UInt(bitPattern: fingerprint.hashValue) % UInt(count))
    }
}
