package import Consents
package import HTTP
package import Text

/// A request for account data, and all that its answer depends on.
package struct AccountRequest: Sendable {
    /// In force, and the one that the access token stands on.
    package let consent: Consent
    /// The accounts of the person who gave the consent; which of them are open is for the answer to say.
    package let accounts: [AccountData]
    package let request: Request
    package let parts: PathParts
    /// The scheme and authority of the server.
    package let base: WireText
    package let now: Timestamp
    /// The login behind the access token.
    package let login: StepUp.Login?
    /// What the bank demands of it before transactions are shown.
    package let stepUp: StepUp

    package init(
        consent: Consent,
        accounts: [AccountData],
        request: Request,
        parts: PathParts,
        base: WireText,
        now: Timestamp,
        login: StepUp.Login? = nil,
        stepUp: StepUp = StepUp()
    ) {
        self.consent = consent
        self.accounts = accounts
        self.request = request
        self.parts = parts
        self.base = base
        self.now = now
        self.login = login
        self.stepUp = stepUp
    }
}
