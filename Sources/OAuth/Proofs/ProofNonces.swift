package import Crypto
package import Text

/// Nonces that proofs of possession must repeat: RFC 9449 §8.
///
/// Nothing is stored. A nonce says when it was made, under a MAC, and so outlives a restart but not its key.
package struct ProofNonces: Sendable {
    private let key: HMACKey

    package init(key: HMACKey) {
        self.key = key
    }

    /// The nonce of this minute.
    package func fresh(at now: Timestamp) -> WireText { nonce(of: Self.minute(now)) }

    /// Whether we made it, at most five minutes ago.
    package func accept(_ nonce: WireText, at now: Timestamp) -> Bool {
        let minute = Self.minute(now)
        // All are compared, so that the time tells nothing.
        var isKnown = false
        for known in (minute - Self.minutes + 1)...minute where ConstantTime.equal(nonce, self.nonce(of: known)) {
            isKnown = true
        }
        return isKnown
    }

    private func nonce(of minute: Int64) -> WireText {
        WireText(Base64URL.encode(key.sha256(WireText("dpop nonce \(minute)"))))
    }

    private static func minute(_ now: Timestamp) -> Int64 { now.seconds / 60 }

    private static let minutes: Int64 = 5
}
