import Consents
import Text

/// How account data is spelled for a set of permissions: what is left out where only Basic was allowed.
struct AccountSpelling {
    let permissions: Set<Permission>

    func account(_ account: AccountData) -> JSON {
        var members = [
            JSON.Member("AccountId", .text(account.id.text)),
            JSON.Member("Currency", .text(account.currency)),
            JSON.Member("AccountType", .text(WireText(account.kind.rawValue))),
            JSON.Member("AccountSubType", .text(WireText(account.product.rawValue))),
        ]
        if let nickname = account.nickname { members.append(JSON.Member("Nickname", .text(nickname))) }
        guard permissions.contains(.readAccountsDetail) else { return .object(members) }
        members.append(JSON.Member("Account", .array(account.identifications.map(identification))))
        if let servicer = account.servicer {
            members.append(
                JSON.Member(
                    "Servicer",
                    ["SchemeName": .text(servicer.scheme), "Identification": .text(servicer.identification)]
                )
            )
        }
        return .object(members)
    }

    func balance(_ balance: AccountBalance, of account: AccountData) -> JSON {
        [
            "AccountId": .text(account.id.text),
            "CreditDebitIndicator": .text(WireText(balance.direction.rawValue)),
            "Type": .text(WireText(balance.kind.rawValue)),
            "DateTime": .text(WireText(balance.at.rfc3339)),
            "Amount": money(balance.amount),
        ]
    }

    /// Whether entries of this direction were allowed; a reversal counts by the way in which its money goes.
    func shows(_ direction: Direction) -> Bool {
        switch direction {
        case .credit: permissions.contains(.readTransactionsCredits)
        case .debit: permissions.contains(.readTransactionsDebits)
        }
    }

    func transaction(_ transaction: AccountTransaction, of account: AccountData) -> JSON {
        var members = [
            JSON.Member("AccountId", .text(account.id.text)),
            JSON.Member("TransactionId", .text(transaction.id)),
            JSON.Member("CreditDebitIndicator", .text(WireText(transaction.direction.rawValue))),
            JSON.Member("Status", .text(WireText(transaction.status.rawValue))),
            JSON.Member("BookingDateTime", .text(WireText(transaction.booked.rfc3339))),
            JSON.Member("Amount", money(transaction.amount)),
        ]
        if let reference = transaction.reference {
            members.append(JSON.Member("TransactionReference", .text(reference)))
        }
        if let card = transaction.card {
            members.append(
                JSON.Member(
                    "CardInstrument",
                    [
                        "CardSchemeName": .text(WireText(card.scheme.rawValue)),
                        "Identification": .text(shown(card.number)),
                    ]
                )
            )
        }
        if permissions.contains(.readTransactionsDetail) { members += details(transaction) }
        return .object(members)
    }

    private func details(_ transaction: AccountTransaction) -> [JSON.Member] {
        var members = [JSON.Member("TransactionInformation", .text(transaction.information))]
        if let merchant = transaction.merchant {
            var details = [JSON.Member("MerchantName", .text(merchant.name))]
            if let category = merchant.category {
                details.append(JSON.Member("MerchantCategoryCode", .text(category)))
            }
            members.append(JSON.Member("MerchantDetails", .object(details)))
        }
        if let counterparty = transaction.counterparty {
            let name: WireText = transaction.direction == .debit ? "CreditorAccount" : "DebtorAccount"
            members.append(JSON.Member(name, identification(counterparty)))
        }
        return members
    }

    private func identification(_ identification: AccountIdentification) -> JSON {
        let isCard = identification.scheme == AccountIdentification.cardScheme
        var members = [
            JSON.Member("SchemeName", .text(identification.scheme)),
            JSON.Member("Identification", .text(isCard ? shown(identification.number) : identification.number)),
        ]
        if let name = identification.name { members.append(JSON.Member("Name", .text(name))) }
        return .object(members)
    }

    /// The number of a card; without ReadPAN all but its last four digits are masked.
    private func shown(_ cardNumber: WireText) -> WireText {
        guard !permissions.contains(.readPAN) else { return cardNumber }
        let letters = cardNumber.string
        let mask = String(repeating: "x", count: max(letters.count - 4, 0))
        return WireText("\(mask)\(letters.dropFirst(mask.utf8.count))")
    }

    private func money(_ money: Money) -> JSON {
        ["Amount": .text(money.amount), "Currency": .text(money.currency)]
    }
}
