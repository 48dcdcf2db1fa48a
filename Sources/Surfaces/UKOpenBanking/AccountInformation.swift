import Consents
import HTTP
package import Text

/// Accounts, balances and transactions, as the UK Read/Write API 3.1.1 spells them: what a consent opens.
///
/// The bank's own systems serve these in production. The sandbox has them so that it can be seen that a
/// token opens what was allowed, and nothing beside it.
package struct AccountInformation: UKOpenBankingSurface {
    package let name: WireText = "account-information"

    package init() {}

    package var routes: [SurfaceRoute] {
        [
            route("", Self.readAccounts),
            route("/:account", Self.readAccount),
            route("/:account/balances", Self.readBalances),
            route("/:account/transactions", Self.readTransactions),
        ]
    }

    private func route(_ path: String, _ reading: @escaping SurfaceAct.Reading) -> SurfaceRoute {
        let path = WireText("\(Spelling.prefix)/accounts\(path)")
        return SurfaceRoute(.get, path, with: .consent(scope: "accounts"), .read(reading))
    }

    @Sendable static func readAccounts(_ request: AccountRequest) throws(SurfaceRefusal) -> JSON {
        let spelling = try request.spelling(for: .readAccountsBasic)
        return request.document("Account", request.openAccounts.map(spelling.account))
    }

    @Sendable static func readAccount(_ request: AccountRequest) throws(SurfaceRefusal) -> JSON {
        let spelling = try request.spelling(for: .readAccountsBasic)
        return request.document("Account", [spelling.account(try request.namedAccount())])
    }

    @Sendable static func readBalances(_ request: AccountRequest) throws(SurfaceRefusal) -> JSON {
        let spelling = try request.spelling(for: .readBalances)
        let account = try request.namedAccount()
        return request.document("Balance", account.balances.map { spelling.balance($0, of: account) })
    }

    @Sendable static func readTransactions(_ request: AccountRequest) throws(SurfaceRefusal) -> JSON {
        let spelling = try request.spelling(for: .readTransactionsBasic)
        try request.stepUp.require(request.login, at: request.now)
        let account = try request.namedAccount()
        let asked = try request.bookingPeriod()
        let transactions = account.transactions.filter { transaction in
            spelling.shows(transaction.direction) && request.consent.period.contains(transaction.booked)
                && asked.contains(transaction.booked)
        }
        return request.document("Transaction", transactions.map { spelling.transaction($0, of: account) })
    }
}

extension AccountRequest {
    /// How the answer is spelled, where the consent has the permission without which there is none.
    fileprivate func spelling(for permission: Permission) throws(SurfaceRefusal) -> AccountSpelling {
        let permissions = consent.effectivePermissions
        guard permissions.contains(permission) else { throw .permissionLacking }
        return AccountSpelling(permissions: permissions)
    }

    /// The accounts that the person chose, as far as they still have them.
    fileprivate var openAccounts: [AccountData] {
        let chosen = consent.authorisation?.accounts ?? []
        return chosen.compactMap { id in accounts.first { $0.id == id } }
    }

    /// The account of the path; one that is not open and one that is nowhere are refused alike.
    fileprivate func namedAccount() throws(SurfaceRefusal) -> AccountData {
        let name = parts["account"]
        guard let account = openAccounts.first(where: { $0.id.text == name }) else { throw .accountNotOpen }
        return account
    }

    fileprivate func bookingPeriod() throws(SurfaceRefusal) -> TransactionPeriod {
        let fields: FormFields
        do { fields = try FormFields(request.query ?? "") } catch { throw .fieldInvalid(path: "fromBookingDateTime") }
        return TransactionPeriod(
            from: try Self.bound("fromBookingDateTime", fields),
            to: try Self.bound("toBookingDateTime", fields)
        )
    }

    private static func bound(_ name: WireText, _ fields: FormFields) throws(SurfaceRefusal) -> Timestamp? {
        let values = fields.all(name)
        guard let value = values.first else { return nil }
        guard values.count == 1, let moment = ISODateTime.readBound(value) else { throw .dateInvalid(path: name) }
        return moment
    }

    /// The envelope of every answer; all there is fits one page.
    fileprivate func document(_ name: WireText, _ elements: [JSON]) -> JSON {
        let query = request.query.map { "?\($0)" } ?? ""
        return [
            "Data": .object([JSON.Member(name, .array(elements))]),
            "Links": ["Self": .text(WireText("\(base)\(request.path)\(query)"))],
            "Meta": ["TotalPages": 1],
        ]
    }
}
