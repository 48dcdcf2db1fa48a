package import Text

/// A signed token whose signature was checked, and its claims: RFC 7519 §7.2.
///
/// What the claims say is still to be checked, with `ClaimChecks`.
package struct JWT: Sendable {
    package let header: Header
    /// An object.
    package let claims: JSON

    /// Verifies by the one key of the set that the header means, with an algorithm that the caller allows.
    package init(_ token: JWS, signedBy keys: JWKSet, allowing algorithms: Set<Algorithm>) throws(JOSEFailure) {
        claims = try JSON.object(try token.payload(signedBy: keys, allowing: algorithms))
        header = token.header
    }

    /// Verifies by HS256 with the key shared with the sender, and by nothing else.
    package init(_ token: JWS, signedBy key: SharedKey) throws(JOSEFailure) {
        claims = try JSON.object(try token.payload(signedBy: key))
        header = token.header
    }

    package init(
        _ token: UnverifiedJWT,
        signedBy keys: JWKSet,
        allowing algorithms: Set<Algorithm>
    ) throws(JOSEFailure) {
        _ = try token.token.payload(signedBy: keys, allowing: algorithms)
        claims = token.claims
        header = token.token.header
    }

    /// The same, of a token that was taken apart before.
    package init(_ token: UnverifiedJWT, signedBy key: SharedKey) throws(JOSEFailure) {
        try self.init(token.token, signedBy: key)
    }

    package init(_ token: WireText, signedBy keys: JWKSet, allowing algorithms: Set<Algorithm>) throws(JOSEFailure) {
        try self.init(try JWS(token), signedBy: keys, allowing: algorithms)
    }
}
