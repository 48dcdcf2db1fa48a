import Crypto
import OAuth
import Surfaces
import Text

/// Writes `people.json`, a line for each entry of an account, so that it can be read and compared.
enum DirectoryWriter {
    static func write(_ entries: [FileDirectory.Entry]) -> [UInt8] {
        JSONWriter.writeIndented(["persons": .array(entries.map(json))])
    }

    private static func json(_ entry: FileDirectory.Entry) -> JSON {
        let person = entry.person
        return object([
            ("id", .text(person.id.text)),
            ("username", .text(person.username)),
            ("name", .text(person.name)),
            ("email", person.email.map { .text($0) }),
            ("claims", claims(of: person)),
            ("passwordHash", .text(person.passwordHash.text)),
            ("locked", .boolean(person.isLocked)),
            ("accounts", .array(entry.accounts.map(json))),
        ])
    }

    private static func claims(of person: Customer) -> JSON? {
        guard !person.claims.isEmpty else { return nil }
        return object(
            PersonClaim.allCases.map { claim in
                guard claim == .updatedAt, let seconds = person.claims[claim]?.integer else {
                    return (claim.claimName, person.claims[claim])
                }
                return (claim.claimName, .text(WireText(Timestamp(seconds).rfc3339)))
            }
        )
    }

    private static func json(_ account: AccountData) -> JSON {
        let reason: WireText? = if case .ineligible(let reason) = account.eligibility { reason } else { nil }
        return object([
            ("id", .text(account.id.text)),
            ("nickname", account.nickname.map { .text($0) }),
            ("type", .text(WireText(account.kind.rawValue))),
            ("subtype", .text(WireText(account.product.rawValue))),
            ("currency", .text(account.currency)),
            ("identifications", .array(account.identifications.map(json))),
            (
                "servicer",
                account.servicer.map { ["scheme": .text($0.scheme), "identification": .text($0.identification)] }
            ),
            ("eligible", .boolean(account.isEligible)),
            ("reason", reason.map { .text($0) }),
            ("balances", .array(account.balances.map(json))),
            ("transactions", .array(account.transactions.map(json))),
        ])
    }

    private static func json(_ identification: AccountIdentification) -> JSON {
        object([
            ("scheme", .text(identification.scheme)),
            ("number", .text(identification.number)),
            ("name", identification.name.map { .text($0) }),
        ])
    }

    private static func json(_ balance: AccountBalance) -> JSON {
        object([
            ("type", .text(WireText(balance.kind.rawValue))),
            ("direction", .text(WireText(balance.direction.rawValue))),
            ("amount", .text(balance.amount.amount)),
            ("at", .text(WireText(balance.at.rfc3339))),
        ])
    }

    private static func json(_ transaction: AccountTransaction) -> JSON {
        object([
            ("id", .text(transaction.id)),
            ("direction", .text(WireText(transaction.direction.rawValue))),
            ("status", .text(WireText(transaction.status.rawValue))),
            ("booked", .text(WireText(transaction.booked.rfc3339))),
            ("amount", .text(transaction.amount.amount)),
            ("reference", transaction.reference.map { .text($0) }),
            ("information", .text(transaction.information)),
            (
                "merchant",
                transaction.merchant.map { merchant in
                    object([("name", .text(merchant.name)), ("category", merchant.category.map { .text($0) })])
                }
            ),
            ("counterparty", transaction.counterparty.map(json)),
            (
                "card",
                transaction.card.map { ["scheme": .text(WireText($0.scheme.rawValue)), "number": .text($0.number)] }
            ),
        ])
    }

    /// The members that have a value.
    private static func object(_ members: [(WireText, JSON?)]) -> JSON {
        .object(members.compactMap { name, value in value.map { JSON.Member(name, $0) } })
    }
}
