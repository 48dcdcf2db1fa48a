import Consents
import HTTP
package import Text

/// A path of the UK account information API, and what opens it.
package struct GuardedResource: Sendable, Hashable {
    /// The path as the API's documentation writes it.
    package let pattern: WireText
    /// The account that the path names.
    package let account: WireText?
    /// Lists of permissions; of each list the consent has one.
    let needs: [[Permission]]

    /// Reads what a gateway was asked for, or nothing where it is no path of the API.
    ///
    /// - Parameter context: What may stand before the path, such as `/open-banking/v3.1/aisp`.
    package init?(_ resource: WireText, context: WireText?, method: WireText) {
        let path = resource.split(at: UInt8(ascii: "?"))[0]
        // A path that could mean another one to whoever decodes it once more opens nothing.
        guard path.utf8.allSatisfy({ $0.isUnreserved || $0 == UInt8(ascii: "/") }) else { return nil }
        self.init(path: Self.bare(path, context), method: method)
    }

    /// Whether the path that a gateway chose among its own, a name in braces for what varies, is this one.
    package func isElected(_ elected: WireText, context: WireText?) -> Bool {
        guard let other = GuardedResource(path: Self.bare(elected, context), method: "GET") else { return false }
        guard let name = other.account, !name.hasPrefix("{") else { return other.pattern == pattern }
        return other == self
    }

    private init?(path: WireText, method: WireText) {
        // A method has no other case than its own: RFC 9110 §9.1.
        guard method == "GET", case .found(let entry, let parts) = Self.routes.find(.get, path) else { return nil }
        pattern = entry.pattern
        account = parts["AccountId"]
        needs = entry.needs
    }

    private static func bare(_ path: WireText, _ context: WireText?) -> WireText {
        for prefix in [context, "/aisp"] {
            guard let prefix, !prefix.isEmpty, path.hasPrefix(WireText("\(prefix)/")) else { continue }
            return WireText(path.utf8.dropFirst(prefix.byteCount))
        }
        return path
    }

    private struct Entry: Sendable {
        let pattern: WireText
        let needs: [[Permission]]
    }

    /// UK Account and Transaction API 3.1.1, "Endpoints" and "Permissions".
    private static let routes: Router<Entry> = {
        let transactions: [[Permission]] = [
            [.readTransactionsBasic], [.readTransactionsCredits, .readTransactionsDebits],
        ]
        let single: [(String, [[Permission]])] = [
            ("", [[.readAccountsBasic]]), ("/balances", [[.readBalances]]),
            ("/beneficiaries", [[.readBeneficiariesBasic]]), ("/direct-debits", [[.readDirectDebits]]),
            ("/offers", [[.readOffers]]), ("/party", [[.readParty]]), ("/product", [[.readProducts]]),
            ("/scheduled-payments", [[.readScheduledPaymentsBasic]]),
            ("/standing-orders", [[.readStandingOrdersBasic]]), ("/statements", [[.readStatementsBasic]]),
            ("/statements/:StatementId", [[.readStatementsBasic]]),
            ("/statements/:StatementId/file", [[.readStatementsDetail]]),
            ("/statements/:StatementId/transactions", [[.readStatementsBasic]] + transactions),
            ("/transactions", transactions),
        ]
        let bulk: [(String, [[Permission]])] = [
            ("/accounts", [[.readAccountsBasic]]), ("/balances", [[.readBalances]]),
            ("/beneficiaries", [[.readBeneficiariesBasic]]), ("/direct-debits", [[.readDirectDebits]]),
            ("/offers", [[.readOffers]]), ("/party", [[.readPartyPSU]]), ("/products", [[.readProducts]]),
            ("/scheduled-payments", [[.readScheduledPaymentsBasic]]),
            ("/standing-orders", [[.readStandingOrdersBasic]]), ("/statements", [[.readStatementsBasic]]),
            ("/transactions", transactions),
        ]
        let all = bulk + single.map { ("/accounts/:AccountId\($0.0)", $0.1) }
        do {
            return try Router(
                all.map { path, needs in
                    (Route(.get, WireText(path), answersHead: false), Entry(pattern: WireText(path), needs: needs))
                }
            )
        } catch { preconditionFailure("The paths of the API do not meet.") }
    }()
}
