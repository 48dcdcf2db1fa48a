internal import Consents
internal import Mustache
internal import Surfaces
internal import Text

/// What a consent is about, in the same words wherever a person reads it.
extension PageWords {
    /// The days whose transactions are open; missing where no transactions are.
    func period(_ period: TransactionPeriod, of permissions: [Permission]) -> View {
        guard PermissionGroup.opensTransactions(permissions) else { return .missing }
        return switch (period.from, period.to) {
        case (let from?, let to?): moments(.period, ["from": from, "to": to], asDates: true)
        case (let from?, nil): moments(.periodFrom, ["from": from], asDates: true)
        case (nil, let to?): moments(.periodTo, ["to": to], asDates: true)
        case (nil, nil): moments(.periodAll, [:])
        }
    }

    /// How a person knows an account: what it is called, what it is, and its last digits.
    ///
    /// One without a name is called by what it is: nobody knows an account by the bank's own name for it.
    func account(_ account: AccountData) -> [View.Member] {
        let kind = product(account.product)
        let name = account.nickname.flatMap { $0.isEmpty ? nil : $0 }
        return [
            View.Member("label", .text(name ?? kind ?? title(.accountUnnamed, [:]))),
            View.Member("type", name == nil ? .missing : kind.map { .text($0) } ?? .missing),
            View.Member("ending", account.ending.isEmpty ? .missing : .text(account.ending)),
        ]
    }
}

extension AccountData {
    /// The last four characters of its usual number.
    var ending: WireText {
        WireText(String((identifications.first?.number ?? "").string.suffix(4)))
    }
}
