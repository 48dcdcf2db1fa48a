import Crypto
package import JOSE
package import Text

/// A client's signed statement of who it is: `private_key_jwt` and `client_secret_jwt`, RFC 7523 §3.
package struct ClientAssertion: Sendable {
    /// The change that spends it: the same assertion does not come twice.
    package let spending: Change

    /// What may be used to sign one; discovery lists it.
    package static let algorithms: [Algorithm] = [.es256, .ps256, .rs256, .edDSA]

    /// - Parameters:
    ///   - keys: The keys that this client registered; no other key is looked at.
    ///   - demands: Of the client's profile: what may sign it, and whom it may be addressed to.
    ///   - audiences: Our own names, the issuer first.
    package init(
        _ assertion: UnverifiedJWT,
        of client: Identifier<Client>,
        keys: JWKSet,
        heldTo demands: Profile.Demands,
        audiences: [WireText],
        at now: Timestamp
    ) throws(Refusal) {
        let token: JWT
        let algorithms = demands.algorithms.intersection(Self.algorithms)
        do { token = try JWT(assertion, signedBy: keys, allowing: algorithms) } catch {
            throw .clientCredentialsWrong
        }
        try self.init(token, of: client, heldTo: demands, audiences: audiences, at: now)
    }

    /// - Parameters:
    ///   - secret: What the client and we share; its assertions are signed with HS256 and nothing else.
    ///   - demands: Of the client's profile: whom it may be addressed to.
    ///   - audiences: Our own names, the issuer first.
    package init(
        _ assertion: UnverifiedJWT,
        of client: Identifier<Client>,
        secret: SharedKey,
        heldTo demands: Profile.Demands,
        audiences: [WireText],
        at now: Timestamp
    ) throws(Refusal) {
        let token: JWT
        do { token = try JWT(assertion, signedBy: secret) } catch { throw .clientCredentialsWrong }
        try self.init(token, of: client, heldTo: demands, audiences: audiences, at: now)
    }

    /// A token whose signature is the client's.
    private init(
        _ token: JWT,
        of client: Identifier<Client>,
        heldTo demands: Profile.Demands,
        audiences: [WireText],
        at now: Timestamp
    ) throws(Refusal) {
        // RFC 8725 §3.11: a token of another kind, signed with the same key, is not an assertion.
        guard
            token.header.type == nil || token.header.isOfType("JWT")
                || token.header.isOfType("client-authentication+jwt")
        else { throw .clientCredentialsWrong }
        // FAPI 2.0 Security Profile §5.3.2.1: a string, and no array even of one.
        if demands.assertionAudience == .issuerAlone {
            guard let issuer = audiences.first, token.claims["aud"]?.text == issuer else {
                throw .clientCredentialsWrong
            }
        }
        let checks = ClaimChecks(
            issuer: client.text,
            subject: client.text,
            audiences: Set(audiences),
            // Whoever else it is for could bring it here: draft-ietf-oauth-rfc7523bis. FAPI 1.0 is older than that.
            allowsOtherAudiences: demands.assertionAudience == .oursAmongOthers,
            required: [.issuer, .subject, .expires, .identifier],
            longestLifeSeconds: Limits.assertionSeconds
        )
        let claims: RegisteredClaims
        do { claims = try checks.decide(token.claims, at: now) } catch { throw .clientCredentialsWrong }
        guard let identifier = claims.identifier, let expires = claims.expires else { throw .clientCredentialsWrong }
        // By its name and not by its bytes: a signature can be changed and stay valid. Kept past the last
        // moment at which the assertion could be taken.
        spending = .spendAssertion(
            client,
            Fingerprint(of: identifier),
            expires: max(now, expires) + Limits.clockSkewSeconds + 1
        )
    }
}
