package import Text

/// The client credentials grant: RFC 6749 §4.4.
///
/// It speaks for the client alone: no person, no refresh token, no ID token, and nothing to be kept.
package struct ClientCredentialsGrant: Grant {
    /// The name of RFC 6749 §4.4.2.
    package static let type: GrantType = "client_credentials"
    package static let givesRefreshTokens = false

    /// There is nothing to set up.
    package init() {}

    /// There is nothing to know.
    package func load(
        _ request: TokenRequest,
        from store: some GrantReader
    ) async throws(StoreFailure) {}

    /// Gives a client what it may have for itself.
    package func decide(_ request: TokenRequest, _ facts: Void) throws(Refusal) -> Issuance {
        // A public client has proved nothing (RFC 6749 §4.4).
        guard !request.client.isPublic else { throw .grantTypeNotAllowed }
        let asked: Scope
        if let text = request.fields[.scope] {
            guard let scope = Scope(text) else { throw .scopeUnsupported }
            asked = scope
        } else {
            asked = Scope(request.client.scope.values.filter { !Self.personal.contains($0) })
        }
        // Scopes that speak of a person mean nothing without one.
        guard asked.isSubset(of: request.client.scope), !asked.values.contains(where: Self.personal.contains) else {
            throw .scopeUnsupported
        }
        // What can be said in details is a person's to grant.
        guard request.fields[.authorizationDetails] == nil else { throw .detailsInvalid }
        return Issuance(
            subject: .client(request.client.id),
            scope: asked,
            resources: try request.resources.read(request.fields.resources),
            confirmation: try request.confirmation(),
            accessTokenExpires: request.now + request.lifetimes.accessToken,
            refreshToken: nil,
            changes: []
        )
    }

    /// OpenID Connect Core §5.4 and §11.
    private static let personal: Set<WireText> = [
        Scope.openID, Scope.offlineAccess, "profile", "email", "address", "phone",
    ]
}
