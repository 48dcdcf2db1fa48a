package import Text

/// What a journey is to try, and with whom.
package struct JourneyPlan: Sendable {
    package var client: ClientIdentity
    /// Another client of the same server, who must not get what is not its own.
    package var other: ClientIdentity?
    /// A client that signs its requests and its authentication.
    package var signer: ClientIdentity?
    /// Somebody who can log in; without one, pages are for a person to answer.
    package var person: Person?
    package var scope: WireText
    /// Where account access consents are registered: the URL above `/account-access-consents`.
    package var consentAPI: WireText?
    package var permissions: [WireText]
    package var usesPush: Bool?
    package var signsRequest: Bool
    package var responseMode: WireText?
    package var provesKey: Bool
    package var decision: PageDriver.Decision

    /// A user name, a password, and which of the boxes to tick.
    package struct Person: Sendable {
        package var username: WireText
        package var password: WireText
        package var boxes: [Int]

        package init(username: WireText, password: WireText, boxes: [Int] = []) {
            self.username = username
            self.password = password
            self.boxes = boxes
        }
    }

    package init(client: ClientIdentity, scope: WireText) {
        self.client = client
        self.scope = scope
        permissions = Self.everything
        signsRequest = false
        provesKey = false
        decision = .allow
    }

    /// Every permission to read accounts that a consent usually has.
    package static let everything: [WireText] = [
        "ReadAccountsDetail", "ReadBalances", "ReadTransactionsDetail", "ReadTransactionsCredits",
        "ReadTransactionsDebits",
    ]

    package var consentDocument: JSON {
        ["Data": ["Permissions": .array(permissions.map { .text($0) })], "Risk": [:]]
    }

    /// A scope that needs no consent registered before.
    package var loginScope: WireText { loginScope(of: client) }

    package func loginScope(of client: ClientIdentity) -> WireText {
        guard client.mayAsk(for: "openid") ?? true else { return scope }
        let wanted: [WireText] = ["openid", "profile", "offline_access"]
        let kept = wanted.filter { client.mayAsk(for: $0) ?? true }
        return WireText(kept.map(\.string).joined(separator: " "))
    }
}
