import Crypto
import JOSE
package import Text

/// The JWT bearer grant: RFC 7523 §2.1, for clients that hold a partner's word in the place of a refresh token.
///
/// A gateway of the bank, or a company that has signed the person in, says who the person is, and names the consent. The
/// consent is what opens anything: this person has given it to this client, and it is in force.
package struct JWTBearerGrant: Grant {
    /// The name of RFC 7523 §8.1.
    package static let type: GrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    package static let givesRefreshTokens = false

    /// There is nothing to set up.
    package init() {}

    /// What the store knows about the consent.
    package struct Facts: Sendable {
        let family: TokenFamily?
        let standing: Standing?

        /// What was found; nothing of it is believed to be this client's, or this person's.
        package init(family: TokenFamily?, standing: Standing?) {
            self.family = family
            self.standing = standing
        }
    }

    /// Looks up the consent that the assertion names, before anything in it is believed.
    package func load(
        _ request: TokenRequest,
        from store: some GrantReader
    ) async throws(StoreFailure) -> Facts {
        guard let text = request.fields[.assertion], let assertion = try? UnverifiedJWT(text),
            let name = assertion.claims[Self.consent]?.text
        else { return Facts(family: nil, standing: nil) }
        let intent = Identifier<Intent>(name)
        guard let family = try await store.liveFamily(of: intent) else { return Facts(family: nil, standing: nil) }
        return Facts(family: family, standing: try await store.standing(of: intent, at: request.now))
    }

    /// Gives a client an access token of a consent that it holds, and never a refresh token (RFC 7521 §4.1).
    package func decide(_ request: TokenRequest, _ facts: Facts) throws(Refusal) -> Issuance {
        // Who has proved nothing could be anybody who found an assertion.
        guard !request.client.isPublic else { throw .grantTypeNotAllowed }
        let assertion = try GrantAssertion(try request.fields.require(.assertion), request)
        // One answer for all that is not there and all that is another's: nobody finds out which consents there are.
        guard let family = facts.family, let intent = family.intent, intent.text == assertion.consent,
            family.client == request.client.id, family.person.text == assertion.subject
        else { throw .assertionConsentUnknown }
        try FamilyIssuance.requireInForce(family, facts.standing, for: request)
        return try FamilyIssuance.issue(
            family,
            facts.standing,
            for: request,
            scope: try Self.scope(request.fields, of: family, within: assertion.issuer.scope),
            spending: assertion.spending,
            isRenewable: false
        )
    }

    /// The claim that names the consent, as access tokens do.
    static let consent: WireText = "consent_id"

    private static func scope(
        _ fields: TokenFields,
        of family: TokenFamily,
        within limit: Scope
    ) throws(Refusal) -> Scope {
        let open = Scope(family.scope.values.filter { limit.contains($0) })
        guard let text = fields[.scope] else {
            guard !open.isEmpty else { throw .scopeUnsupported }
            return open
        }
        guard let scope = Scope(text), scope.isSubset(of: open) else { throw .scopeUnsupported }
        return scope
    }
}

/// A partner's word, verified: RFC 7523 §3.
struct GrantAssertion: Sendable {
    let issuer: TrustedIssuer
    /// Who the person is, by the bank's own name.
    let subject: WireText
    /// Which consent is meant.
    let consent: WireText
    /// The change that spends it: the same assertion does not come twice.
    let spending: Change

    init(_ text: WireText, _ request: TokenRequest) throws(Refusal) {
        guard let token = try? UnverifiedJWT(text) else { throw .assertionInvalid }
        // Nothing is believed before the keys of that issuer agree, and no others are looked at.
        guard let name = token.claims["iss"]?.text, request.client.granting.assertionIssuers.contains(name),
            let issuer = request.trusted[name]
        else { throw .assertionIssuerUnknown }
        let algorithms = request.client.profile.demands.algorithms.intersection(ClientAssertion.algorithms)
        guard let verified = try? JWT(token, signedBy: issuer.keys, allowing: algorithms),
            Self.isOfType(verified.header)
        else { throw .assertionInvalid }
        let claims = try Self.claims(verified.claims, of: issuer, request)
        guard let subject = claims.subject, let identifier = claims.identifier, let expires = claims.expires else {
            throw .assertionInvalid
        }
        guard issuer.subjects.contains(subject) else { throw .assertionSubjectNotAllowed }
        guard let consent = verified.claims[JWTBearerGrant.consent]?.text else { throw .assertionInvalid }
        self.issuer = issuer
        self.subject = subject
        self.consent = consent
        spending = .spendGrantAssertion(
            issuer: issuer.issuer,
            Fingerprint(of: identifier),
            expires: max(request.now, expires) + Limits.clockSkewSeconds + 1
        )
    }

    /// RFC 8725 §3.11: a token of another kind, signed with the same key, is no assertion.
    private static func isOfType(_ header: Header) -> Bool {
        header.type == nil || header.isOfType("JWT") || header.isOfType("authorization-grant+jwt")
    }

    /// RFC 7523 §3 and draft-ietf-oauth-rfc7523bis: for our issuer and for nobody else, or another server could bring it here.
    private static func claims(
        _ claims: JSON,
        of issuer: TrustedIssuer,
        _ request: TokenRequest
    ) throws(Refusal) -> RegisteredClaims {
        guard let own = request.resources.own else { throw .assertionInvalid }
        let checks = ClaimChecks(
            issuer: issuer.issuer,
            audiences: [own],
            allowsOtherAudiences: false,
            required: [.issuer, .subject, .expires, .identifier],
            longestLifeSeconds: Limits.assertionSeconds
        )
        do { return try checks.decide(claims, at: request.now) } catch { throw .assertionInvalid }
    }
}
