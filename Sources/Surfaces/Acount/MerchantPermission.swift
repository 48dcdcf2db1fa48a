package import Consents
package import Text

/// What a merchant may ask for: three words in a consent, and three others in a token.
package enum MerchantPermission: String, Sendable, CaseIterable {
    case accounts = "ReadAccountsDetail"
    case balances = "ReadBalances"
    case transactions = "ReadTransactionsDetail"

    /// As consents spell it.
    package var word: WireText { WireText(rawValue) }

    /// As tokens spell it.
    package var scope: WireText {
        switch self {
        case .accounts: "ais:accounts:read"
        case .balances: "ais:balance:read"
        case .transactions: "ais:transactions:read"
        }
    }

    /// The words of a consent that are in what it opens, in the order in which they were sent.
    package static func words(of consent: Consent) -> [MerchantPermission] {
        var words: [MerchantPermission] = []
        for permission in consent.permissions {
            if let word = allCases.first(where: { $0.permission == permission }), !words.contains(word) {
                words.append(word)
            }
        }
        return words
    }

    /// What words open, in canonical words.
    package static func permissions(of words: [MerchantPermission]) -> [Permission] {
        var permissions = words.map(\.permission)
        // The UK rules want a direction beside a depth; a merchant has no word for one, and so means both.
        if words.contains(.transactions) { permissions += [.readTransactionsCredits, .readTransactionsDebits] }
        // Without any accounts there would be no list of them to choose from.
        if !words.contains(.accounts) { permissions.append(.readAccountsBasic) }
        return permissions
    }

    private var permission: Permission {
        switch self {
        case .accounts: .readAccountsDetail
        case .balances: .readBalances
        case .transactions: .readTransactionsDetail
        }
    }
}
