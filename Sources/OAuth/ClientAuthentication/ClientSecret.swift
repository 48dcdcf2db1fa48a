package import Text

/// A client's secret in the form it is kept in, and the one before it for as long as both hold.
///
/// Who changes a secret on one side first is locked out until the other side follows, unless two hold for a while.
package struct ClientSecret<Kept: Sendable & Hashable>: Sendable, Hashable {
    /// The newest one.
    package let current: Held
    /// The one before; it always has an end.
    package let previous: Previous?

    /// A secret that holds for ever or until a moment.
    package struct Held: Sendable, Hashable {
        /// Its digest, or the secret under seal.
        package let kept: Kept
        /// From when on it does not hold, if that is ever: RFC 7591 §3.2.1, `client_secret_expires_at`.
        package let expires: Timestamp?
    }

    /// A secret that has a successor.
    package struct Previous: Sendable, Hashable {
        /// Its digest, or the secret under seal.
        package let kept: Kept
        /// From when on it does not hold.
        package let expires: Timestamp

        /// A secret that has a successor.
        package init(_ kept: Kept, expires: Timestamp) {
            self.kept = kept
            self.expires = expires
        }
    }

    /// A secret, and what is known of its end and of the one before.
    package init(_ kept: Kept, expires: Timestamp? = nil, previous: Previous? = nil) {
        current = Held(kept: kept, expires: expires)
        self.previous = previous
    }

    /// The newest one, if it holds at this time.
    package func current(at now: Timestamp) -> Kept? {
        if let end = current.expires, end <= now { return nil }
        return current.kept
    }

    /// The one before, if it still holds at this time.
    package func previous(at now: Timestamp) -> Previous? {
        guard let previous, now < previous.expires else { return nil }
        return previous
    }

    /// Both, whether they hold or not.
    package var all: [Kept] { [current.kept] + (previous.map { [$0.kept] } ?? []) }
}
