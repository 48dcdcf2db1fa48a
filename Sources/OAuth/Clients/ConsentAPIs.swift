package import Crypto
package import JOSE
package import Text

/// How a client is known to consent APIs that do not speak OAuth, and what it does there.
package struct ConsentAPIs: Sendable, Hashable {
    /// `merchant_id`: the number of a merchant.
    package let merchant: Int?
    /// `portal_token_sha256`: of the static token that it was given in the portal.
    package let portalToken: Fingerprint?
    /// `fi_reference_id`: the bank whose back end this is.
    package let institution: WireText?
    /// `bank_roles`: what one of the bank's own systems may do, by name.
    package let bankRoles: Set<WireText>
    /// `jwks`: what one of the bank's own systems signs questions with; only of those that ask.
    package let keys: JWKSet?

    /// By default a client knows OAuth only.
    package init(
        merchant: Int? = nil,
        portalToken: Fingerprint? = nil,
        institution: WireText? = nil,
        bankRoles: Set<WireText> = [],
        keys: JWKSet? = nil
    ) {
        self.merchant = merchant
        self.portalToken = portalToken
        self.institution = institution
        self.bankRoles = bankRoles
        self.keys = keys
    }

    /// What `bank_roles` may hold.
    package static let knownRoles: [WireText] = ["consent-page", "manage", "validate", "admin"]
}
