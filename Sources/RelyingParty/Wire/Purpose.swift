package import Text

/// What a request is for, and the clause that rules it.
package struct Purpose: Sendable, Hashable {
    package let name: WireText
    package let clause: WireText

    package init(_ name: WireText, _ clause: WireText) {
        self.name = name
        self.clause = clause
    }

    package static let discovery = Purpose("discovery", "RFC 8414 §3, OpenID Connect Discovery §4")
    package static let keys = Purpose("keys", "RFC 7517 §5")
    package static let registration = Purpose("client registration", "RFC 7591 §3")
    package static let clientToken = Purpose("token for the client", "RFC 6749 §4.4")
    package static let consent = Purpose("consent registered", "UK Open Banking: POST /account-access-consents")
    package static let consentRead = Purpose("consent read", "UK Open Banking: GET /account-access-consents")
    package static let consentDeleted = Purpose("consent deleted", "UK Open Banking: DELETE /account-access-consents")
    package static let push = Purpose("pushed request", "RFC 9126 §2")
    package static let authorization = Purpose("authorization request", "RFC 6749 §4.1.1")
    package static let page = Purpose("page", "RFC 6749 §3.1")
    package static let form = Purpose("form sent", "RFC 6749 §3.1, RFC 9700 §4.12")
    package static let redemption = Purpose("code redeemed", "RFC 6749 §4.1.3, RFC 7636 §4.5")
    package static let refresh = Purpose("tokens refreshed", "RFC 6749 §6")
    package static let introspection = Purpose("token introspected", "RFC 7662 §2")
    package static let revocation = Purpose("token revoked", "RFC 7009 §2")
    package static let userInfo = Purpose("claims of the person", "OpenID Connect Core §5.3")
    package static let resource = Purpose("resource", "RFC 6750 §2.1")
}
