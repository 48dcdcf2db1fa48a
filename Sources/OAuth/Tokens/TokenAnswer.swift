package import Text

/// The answer of the token endpoint: RFC 6749 §5.1.
package struct TokenAnswer: Sendable, Hashable {
    /// `access_token`.
    package let accessToken: WireText
    /// To what it is bound, of which the client is told the `token_type`.
    package let confirmation: Confirmation?
    /// `expires_in`, in seconds.
    package let expiresIn: Int64
    /// `scope`, left out where it is empty.
    package let scope: Scope
    /// `authorization_details`: RFC 9396 §7; left out where there are none.
    package let details: AuthorizationDetails
    /// `grant_id`: Grant Management for OAuth 2.0 §5.4, where the client manages its grants.
    package let grant: Identifier<Intent>?
    /// Whether another token was swapped for it, which the answer then says: RFC 8693 §2.2.1.
    package let isExchanged: Bool
    /// `refresh_token`, if there is one.
    package let refreshToken: WireText?
    /// `id_token`: OpenID Connect Core §3.1.3.3.
    package let idToken: WireText?

    /// What is handed out.
    package init(
        accessToken: WireText,
        confirmation: Confirmation? = nil,
        expiresIn: Int64,
        scope: Scope,
        details: AuthorizationDetails = .none,
        grant: Identifier<Intent>? = nil,
        isExchanged: Bool = false,
        refreshToken: WireText?,
        idToken: WireText?
    ) {
        self.accessToken = accessToken
        self.confirmation = confirmation
        self.expiresIn = expiresIn
        self.scope = scope
        self.details = details
        self.grant = grant
        self.isExchanged = isExchanged
        self.refreshToken = refreshToken
        self.idToken = idToken
    }

    /// The body, which must not be stored: RFC 6749 §5.1.
    package var document: [UInt8] {
        var writer = JSONWriter(capacity: 1_024)
        writer.beginObject()
        writer.member("access_token", accessToken)
        if isExchanged { writer.member("issued_token_type", TokenExchangeGrant.tokenType) }
        writer.member("token_type", Confirmation.tokenType(confirmation))
        writer.member("expires_in", expiresIn)
        if let refreshToken { writer.member("refresh_token", refreshToken) }
        if let idToken { writer.member("id_token", idToken) }
        if !scope.isEmpty { writer.member("scope", scope.text) }
        if let grant { writer.member("grant_id", grant.text) }
        if !details.isEmpty { writer.member("authorization_details", json: details.json) }
        writer.endObject()
        return writer.bytes
    }
}
