package import Crypto
package import Text

/// What falls together: everything issued from one decision of a person.
package struct TokenFamily: Sendable, Hashable {
    /// Its name; in access tokens it is `family_id`.
    package let id: Identifier<TokenFamily>
    /// To whom it was granted.
    package let client: Identifier<Client>
    /// Who decided.
    package let person: Identifier<Person>
    /// The consent, where it is about one.
    package let intent: Identifier<Intent>?
    /// What was granted.
    package let scope: Scope
    /// Where the code went: RFC 6749 §4.1.3.
    package let redirectURI: WireText
    /// The nonce of the request, for its ID tokens.
    package let nonce: WireText?
    /// When the person had signed in.
    package let authenticated: Timestamp
    /// At which level.
    package let acr: WireText
    /// Within which login, where a browser was there: `sid` of OpenID Connect Back-Channel Logout §2.1.
    package let sid: WireText?
    /// What was asked for about the person, claim by claim.
    package let claims: GrantedClaims
    /// When it was decided.
    package let created: Timestamp
    /// The end of everything in it: the consent's, or the longest life of a refresh token.
    package let expires: Timestamp
    /// When it was ended before its time, if it was.
    package let revoked: Timestamp?
    /// What was granted in typed objects, with the accounts that the person chose: RFC 9396 §7.
    package let details: AuthorizationDetails
    /// Whom its tokens are for: RFC 8707; none for us alone.
    package let resources: [WireText]
    /// Where it is written whether it has ended; in a family that is to be opened, where a free place is looked for.
    package let place: StatusPlace

    /// A decision, as it was made or as a store has it.
    package init(
        id: Identifier<TokenFamily>,
        client: Identifier<Client>,
        person: Identifier<Person>,
        intent: Identifier<Intent>?,
        scope: Scope,
        redirectURI: WireText,
        nonce: WireText?,
        authenticated: Timestamp,
        acr: WireText,
        sid: WireText? = nil,
        created: Timestamp,
        expires: Timestamp,
        revoked: Timestamp? = nil,
        details: AuthorizationDetails = .none,
        resources: [WireText] = [],
        claims: GrantedClaims = .none,
        place: StatusPlace? = nil
    ) {
        self.id = id
        self.client = client
        self.person = person
        self.intent = intent
        self.scope = scope
        self.redirectURI = redirectURI
        self.nonce = nonce
        self.authenticated = authenticated
        self.acr = acr
        self.sid = sid
        self.claims = claims
        self.created = created
        self.expires = expires
        self.revoked = revoked
        self.details = details
        self.resources = resources
        // A fresh name is as random as can be.
        self.place = place ?? StatusPlace(randomlyBy: Fingerprint(of: id.text))
    }
}

/// An authorization code: RFC 6749 §4.1.2, kept by its fingerprint.
package struct CodeRecord: Sendable, Hashable {
    /// Of the code.
    package let fingerprint: Fingerprint
    /// What it buys.
    package let family: TokenFamily
    /// What its verifier must fit; absent for a code that the bank's own back end asked for.
    package let challenge: Challenge?
    /// The certificate that the request came with, if one did.
    package let certificate: Fingerprint?
    /// The key that its redemption must prove, if the request named one: `dpop_jkt`, RFC 9449 §10.
    package let proofKey: Fingerprint?
    /// The state of the request, for the APIs that repeat it beside the tokens.
    package let state: WireText?
    /// When it is too late: RFC 6749 §4.1.2.
    package let expires: Timestamp
    /// When it was redeemed, if it was.
    package let spent: Timestamp?

    /// A code, issued or as a store has it.
    package init(
        fingerprint: Fingerprint,
        family: TokenFamily,
        challenge: Challenge?,
        certificate: Fingerprint?,
        proofKey: Fingerprint? = nil,
        state: WireText?,
        expires: Timestamp,
        spent: Timestamp? = nil
    ) {
        self.fingerprint = fingerprint
        self.family = family
        self.challenge = challenge
        self.certificate = certificate
        self.proofKey = proofKey
        self.state = state
        self.expires = expires
        self.spent = spent
    }
}

/// A refresh token: one-time, in a family, kept by its fingerprint.
package struct RefreshRecord: Sendable, Hashable {
    /// Of the token.
    package let fingerprint: Fingerprint
    /// What it renews.
    package let family: TokenFamily
    /// To what it is bound, where its client cannot prove who it is: RFC 8705 §4 and RFC 9449 §5.
    package let confirmation: Confirmation?
    /// When it is too late.
    package let expires: Timestamp
    /// When it was used, if it was.
    package let spent: Timestamp?

    /// A refresh token, issued or as a store has it.
    package init(
        fingerprint: Fingerprint,
        family: TokenFamily,
        confirmation: Confirmation? = nil,
        expires: Timestamp,
        spent: Timestamp? = nil
    ) {
        self.fingerprint = fingerprint
        self.family = family
        self.confirmation = confirmation
        self.expires = expires
        self.spent = spent
    }
}
