package import Text

/// What a third party asks for, in canonical words, before the bank's rules have been applied.
package struct ConsentDraft: Sendable, Hashable {
    /// The permissions in the order in which they were sent.
    package let permissions: [Permission]
    /// When it shall end; absent for an open end.
    package let expires: Timestamp?
    /// The days whose transactions are asked for.
    package let period: TransactionPeriod
    /// How long it shall live from its authorisation, where that is how the API counts.
    package let lifetimeDays: Int?
    /// What the third party calls its user.
    package let endUser: WireText?
    /// The accounts that it is about, by IBAN; none where the person shall choose.
    package let namedAccounts: [WireText]

    /// A wish, from whatever words a surface has for it.
    package init(
        permissions: [Permission],
        expires: Timestamp?,
        period: TransactionPeriod,
        lifetimeDays: Int? = nil,
        endUser: WireText? = nil,
        namedAccounts: [WireText] = []
    ) {
        self.permissions = permissions
        self.expires = expires
        self.period = period
        self.lifetimeDays = lifetimeDays
        self.endUser = endUser
        self.namedAccounts = namedAccounts
    }
}
