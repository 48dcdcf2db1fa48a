package import Text

/// When a consent ends by itself.
///
/// Expiry is derived from the clock and never stored as a status, so that no job can be late.
package struct Lifetime: Sendable, Hashable {
    /// The first moment at which it has ended; absent for open-ended consents.
    package let expires: Timestamp?

    /// A life that ends at `expires`, or never.
    package init(expires: Timestamp?) {
        self.expires = expires
    }

    /// Whether it is over at this moment.
    package func hasEnded(at now: Timestamp) -> Bool {
        guard let expires else { return false }
        return now >= expires
    }
}

/// The days whose transactions may be read; an absent end is open.
package struct TransactionPeriod: Sendable, Hashable {
    /// The first moment of the period.
    package let from: Timestamp?
    /// The last moment of the period.
    package let to: Timestamp?

    /// A period between two moments, each of which may be left open.
    package init(from: Timestamp?, to: Timestamp?) {
        self.from = from
        self.to = to
    }

    /// Whether a transaction of this moment is in the period; both ends are.
    package func contains(_ moment: Timestamp) -> Bool {
        if let from, moment < from { return false }
        if let to, moment > to { return false }
        return true
    }
}
