package import Text

extension BankSpelling {
    /// An account as the page lists it: its identifier, and what its holder calls it.
    package static func named(_ account: AccountData) -> [JSON.Member] {
        [
            JSON.Member("accountId", .text(account.id.text)),
            JSON.Member("displayName", .text(displayName(of: account))),
        ]
    }

    /// What its holder calls it.
    package static func displayName(of account: AccountData) -> WireText { account.nickname ?? account.id.text }
}
