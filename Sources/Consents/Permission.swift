package import Text

/// The canonical vocabulary: the 21 codes of the UK Read/Write API, the largest of the five systems'.
package enum Permission: String, Sendable, Hashable, CaseIterable {
    case readAccountsBasic = "ReadAccountsBasic"
    case readAccountsDetail = "ReadAccountsDetail"
    case readBalances = "ReadBalances"
    case readBeneficiariesBasic = "ReadBeneficiariesBasic"
    case readBeneficiariesDetail = "ReadBeneficiariesDetail"
    case readDirectDebits = "ReadDirectDebits"
    case readOffers = "ReadOffers"
    case readPAN = "ReadPAN"
    case readParty = "ReadParty"
    case readPartyPSU = "ReadPartyPSU"
    case readProducts = "ReadProducts"
    case readScheduledPaymentsBasic = "ReadScheduledPaymentsBasic"
    case readScheduledPaymentsDetail = "ReadScheduledPaymentsDetail"
    case readStandingOrdersBasic = "ReadStandingOrdersBasic"
    case readStandingOrdersDetail = "ReadStandingOrdersDetail"
    case readStatementsBasic = "ReadStatementsBasic"
    case readStatementsDetail = "ReadStatementsDetail"
    case readTransactionsBasic = "ReadTransactionsBasic"
    case readTransactionsCredits = "ReadTransactionsCredits"
    case readTransactionsDebits = "ReadTransactionsDebits"
    case readTransactionsDetail = "ReadTransactionsDetail"
}

extension Permission {
    /// The code as it is spelled on the wire, compared byte by byte.
    package init?(spelled text: WireText) {
        guard let permission = Self.bySpelling[text] else { return nil }
        self = permission
    }

    /// The code as the UK API spells it.
    package var spelling: WireText { WireText(rawValue) }

    /// The narrower permission that this one implies, if there is one.
    package var implied: Permission? {
        switch self {
        case .readAccountsDetail: .readAccountsBasic
        case .readBeneficiariesDetail: .readBeneficiariesBasic
        case .readScheduledPaymentsDetail: .readScheduledPaymentsBasic
        case .readStandingOrdersDetail: .readStandingOrdersBasic
        case .readStatementsDetail: .readStatementsBasic
        case .readTransactionsDetail: .readTransactionsBasic
        case .readAccountsBasic, .readBalances, .readBeneficiariesBasic, .readDirectDebits, .readOffers, .readPAN,
            .readParty, .readPartyPSU, .readProducts, .readScheduledPaymentsBasic, .readStandingOrdersBasic,
            .readStatementsBasic, .readTransactionsBasic, .readTransactionsCredits, .readTransactionsDebits:
            nil
        }
    }

    /// The permissions and all that they imply.
    package static func closure(of permissions: some Sequence<Permission>) -> Set<Permission> {
        var closure: Set<Permission> = []
        for permission in permissions {
            closure.insert(permission)
            if let implied = permission.implied { closure.insert(implied) }
        }
        return closure
    }

    private static let bySpelling = Dictionary(uniqueKeysWithValues: allCases.map { ($0.spelling, $0) })
}
