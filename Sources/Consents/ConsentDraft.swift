package import Text

/// What a third party asks for, in canonical words, before the bank's rules have been applied.
package struct ConsentDraft: Sendable, Hashable {
    /// The permissions in the order in which they were sent.
    package let permissions: [Permission]
    /// When it shall end; absent for an open end.
    package let expires: Timestamp?
    /// The days whose transactions are asked for.
    package let period: TransactionPeriod

    /// A wish, from whatever words a surface has for it.
    package init(permissions: [Permission], expires: Timestamp?, period: TransactionPeriod) {
        self.permissions = permissions
        self.expires = expires
        self.period = period
    }
}
