import RelyingParty
import Text

extension FlowChoices {
    /// A public app has no token of its own to register a consent with, and asks in the request itself: RFC 9396 §2.
    var asksInRequest: Bool { method == .none }

    var scope: WireText { asksInRequest ? "openid profile offline_access" : "openid accounts" }

    /// OBReadConsent1 of the UK Read/Write API.
    var consentDocument: JSON {
        var data: [JSON.Member] = [.init("Permissions", .array(permissions.map { .text($0) }))]
        for (name, day) in [
            ("ExpirationDateTime", expires), ("TransactionFromDateTime", from), ("TransactionToDateTime", to),
        ] where !day.isEmpty {
            data.append(.init(WireText(name), .text(Self.moment(day))))
        }
        return ["Data": .object(data), "Risk": [:]]
    }

    /// The same in the words of `authorization_details`, which knows no dates of transactions.
    var authorizationDetails: JSON {
        func asks(_ part: String) -> Bool { permissions.contains { $0.string.contains(part) } }
        var actions: [JSON] = ["list_accounts"]
        var types: [JSON] = []
        if asks("ReadBalances") { actions.append("read_balances") }
        if asks("ReadTransactions") { actions.append("read_transactions") }
        if asks("ReadAccountsDetail") { types.append("account_numbers") }
        if asks("ReadTransactionsDetail") { types.append("transaction_details") }
        var detail: [JSON.Member] = [.init("type", "account_information"), .init("actions", .array(actions))]
        if !types.isEmpty { detail.append(.init("datatypes", .array(types))) }
        if !expires.isEmpty { detail.append(.init("valid_until", .text(Self.moment(expires)))) }
        return [.object(detail)]
    }

    /// A day begins at midnight; whatever else was typed is for the bank to judge.
    private static func moment(_ day: WireText) -> WireText {
        day.byteCount == 10 ? WireText("\(day)T00:00:00Z") : day
    }
}
