internal import Consents
internal import Mustache
internal import Surfaces
internal import Text

/// What a consent is about, in the same words wherever a person reads it.
extension PageWords {
    /// A data cluster and its lines, closed.
    func cluster(_ group: PermissionGroup) -> View {
        [
            "title": .text(cluster(group.cluster)),
            "items": .list(group.lines.map { .text(phrase($0)) }),
            "note": note(group.cluster).map { .text($0) } ?? .missing,
            "is_open": false,
        ]
    }

    /// The days whose transactions are open; missing where no transactions are.
    func period(_ period: TransactionPeriod, of permissions: [Permission]) -> View {
        guard PermissionGroup.groups(of: permissions).contains(where: { $0.cluster == .transactions }) else {
            return .missing
        }
        return switch (period.from, period.to) {
        case (let from?, let to?): moments(.period, ["from": from, "to": to], asDates: true)
        case (let from?, nil): moments(.periodFrom, ["from": from], asDates: true)
        case (nil, let to?): moments(.periodTo, ["to": to], asDates: true)
        case (nil, nil): moments(.periodAll, [:])
        }
    }

    /// How a person knows an account: what it is called, what it is, and its last digits.
    func account(_ account: AccountData) -> [View.Member] {
        [
            View.Member("label", .text(account.nickname ?? account.id.text)),
            View.Member("type", product(account.product).map { .text($0) } ?? .missing),
            View.Member("ending", .text(account.ending)),
        ]
    }
}

extension AccountData {
    /// The last four characters of its usual number.
    var ending: WireText {
        WireText(String((identifications.first?.number ?? "").string.suffix(4)))
    }
}
