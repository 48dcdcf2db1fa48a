package import Text

/// A data cluster as a person reads it, and its lines in their fixed order.
///
/// The phrases themselves are data (`templates/wording`); a line here is the key of a phrase.
package struct PermissionGroup: Sendable, Hashable {
    /// The clusters of the UK Customer Experience Guidelines, in their order.
    package enum Cluster: String, Sendable, CaseIterable {
        case accountDetails = "account-details"
        case regularPayments = "regular-payments"
        case transactions
        case statements
        case features
        case contact
    }

    /// Which cluster it is.
    package let cluster: Cluster
    /// Keys of its phrases, in their fixed order.
    package let lines: [WireText]

    /// The clusters of a list of permissions, whatever its order.
    ///
    /// A Basic code is dropped where its Detail is there, and direction and depth of transactions make one line.
    package static func groups(of permissions: [Permission]) -> [PermissionGroup] {
        let asked = Set(permissions)
        let detailed = asked.subtracting(asked.compactMap(\.implied))
        return Cluster.allCases.compactMap { cluster in
            var lines = cluster.permissions.filter(detailed.contains).map(\.spelling)
            if cluster == .transactions, let line = transactionLine(of: asked) { lines.append(line) }
            return lines.isEmpty ? nil : PermissionGroup(cluster: cluster, lines: lines)
        }
    }

    /// Whether transactions are among what these permissions open.
    package static func opensTransactions(_ permissions: [Permission]) -> Bool {
        transactionLine(of: Set(permissions)) != nil
    }

    /// Every line that there can be, so that wording can be held to it.
    package static let everyLine: [WireText] =
        Cluster.allCases.flatMap { $0.permissions.map(\.spelling) }
        + ["Basic", "Detail"].flatMap { depth in
            ["Credits", "Debits", "Both"].map { WireText("Transactions\(depth)\($0)") }
        }

    private static func transactionLine(of permissions: Set<Permission>) -> WireText? {
        let isDetailed = permissions.contains(.readTransactionsDetail)
        guard isDetailed || permissions.contains(.readTransactionsBasic) else { return nil }
        let depth = isDetailed ? "Detail" : "Basic"
        switch (permissions.contains(.readTransactionsCredits), permissions.contains(.readTransactionsDebits)) {
        case (true, true): return WireText("Transactions\(depth)Both")
        case (true, false): return WireText("Transactions\(depth)Credits")
        case (false, true): return WireText("Transactions\(depth)Debits")
        case (false, false): return nil
        }
    }
}

extension PermissionGroup.Cluster {
    /// The codes with a line of their own, in the order in which the UK guidance lists them.
    fileprivate var permissions: [Permission] {
        switch self {
        case .accountDetails: [.readAccountsDetail, .readAccountsBasic, .readBalances, .readPAN]
        case .regularPayments:
            [
                .readBeneficiariesDetail, .readBeneficiariesBasic, .readStandingOrdersDetail,
                .readStandingOrdersBasic, .readDirectDebits, .readScheduledPaymentsDetail,
                .readScheduledPaymentsBasic,
            ]
        case .transactions: []
        case .statements: [.readStatementsDetail, .readStatementsBasic]
        case .features: [.readProducts, .readOffers]
        case .contact: [.readParty, .readPartyPSU]
        }
    }
}
