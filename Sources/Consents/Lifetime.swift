package import Text

/// When a consent ends by itself.
///
/// Expiry is derived from the clock and never stored as a status, so that no job can be late.
package struct Lifetime: Sendable, Hashable {
    /// The first moment at which it has ended; absent for open-ended consents.
    package let expires: Timestamp?
    /// How many days it lives from the moment at which it is authorised; absent where `expires` is all.
    ///
    /// None at all means that it lives no longer than what it was registered in, and is never handed out.
    package let days: Int?

    /// A life that ends at `expires`, or never.
    ///
    /// - Parameter days: Where they are given, `expires` is the end of the wait for the person.
    package init(expires: Timestamp?, days: Int? = nil) {
        self.expires = expires
        self.days = days
    }

    /// The life of a consent that a person has just allowed for the first time.
    func begun(at now: Timestamp) -> Lifetime {
        guard let days, days > 0 else { return self }
        return Lifetime(expires: now + days * Self.secondsADay, days: days)
    }

    private static let secondsADay = 86_400

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
