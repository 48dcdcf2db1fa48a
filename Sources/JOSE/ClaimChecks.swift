package import Text

/// What the claims of a token must say here.
package struct ClaimChecks: Sendable {
    /// `iss`, where the sender is known.
    package var issuer: WireText?
    /// `sub`, where it is known.
    package var subject: WireText?
    /// Names of ours; one of them must stand in `aud`.
    package var audiences: Set<WireText>
    /// Whether `aud` may name others beside us.
    package var allowsOtherAudiences: Bool
    /// Claims that must be there.
    package var required: Set<Claim>
    /// How long after now a token may still expire, and how long ago it may have been made.
    package var longestLifeSeconds: Int?
    /// How far clocks may differ.
    package var skewSeconds: Int

    /// The registered claims that can be asked for.
    package enum Claim: Sendable, Hashable, CaseIterable {
        case issuer
        case subject
        case expires
        case notBefore
        case issued
        case identifier
    }

    /// Asks for an audience always, and for an end unless it is told otherwise.
    package init(
        issuer: WireText? = nil,
        subject: WireText? = nil,
        audiences: Set<WireText>,
        allowsOtherAudiences: Bool = true,
        required: Set<Claim> = [.expires],
        longestLifeSeconds: Int? = nil,
        skewSeconds: Int = Limits.clockSkewSeconds
    ) {
        self.issuer = issuer
        self.subject = subject
        self.audiences = audiences
        self.allowsOtherAudiences = allowsOtherAudiences
        self.required = required
        self.longestLifeSeconds = longestLifeSeconds
        self.skewSeconds = skewSeconds
    }

    /// The registered claims, where they say what they must.
    package func decide(_ claims: JSON, at now: Timestamp) throws(ClaimRefusal) -> RegisteredClaims {
        let claims = try RegisteredClaims(claims)
        for claim in Claim.allCases where required.contains(claim) && !claims.has(claim) { throw .missing(claim) }
        if let issuer, claims.issuer != issuer { throw .otherIssuer }
        if let subject, claims.subject != subject { throw .otherSubject }
        try decideAudience(claims.audiences)
        try decideTime(claims, at: now)
        return claims
    }

    private func decideAudience(_ named: [WireText]) throws(ClaimRefusal) {
        guard !audiences.isDisjoint(with: named) else { throw .otherAudience }
        guard allowsOtherAudiences || audiences.isSuperset(of: named) else { throw .otherAudience }
    }

    /// RFC 7519 §4.1.4 to §4.1.6, with clocks that differ by some seconds.
    private func decideTime(_ claims: RegisteredClaims, at now: Timestamp) throws(ClaimRefusal) {
        if let expires = claims.expires {
            guard now - skewSeconds < expires else { throw .expired }
            if let longestLifeSeconds, expires > now + longestLifeSeconds + skewSeconds { throw .livesTooLong }
        }
        if let notBefore = claims.notBefore {
            guard notBefore <= now + skewSeconds else { throw .notYetValid }
            if let expires = claims.expires, notBefore > expires { throw .contradictoryTimes }
        }
        if let issued = claims.issued {
            guard issued <= now + skewSeconds else { throw .issuedInFuture }
            if let longestLifeSeconds, issued < now - longestLifeSeconds - skewSeconds { throw .tooOld }
        }
    }
}

/// Why claims were not taken.
package enum ClaimRefusal: Error, Sendable, Hashable {
    /// Of the wrong type, empty, or outside its bounds.
    case malformed(WireText)
    case missing(ClaimChecks.Claim)
    case otherIssuer
    case otherSubject
    /// `aud` does not name us, or names others where it must not.
    case otherAudience
    case expired
    case notYetValid
    case issuedInFuture
    /// `nbf` after `exp`.
    case contradictoryTimes
    /// `exp` further ahead than is allowed here.
    case livesTooLong
    /// `iat` longer ago than is allowed here.
    case tooOld
}

extension RegisteredClaims {
    fileprivate func has(_ claim: ClaimChecks.Claim) -> Bool {
        switch claim {
        case .issuer: issuer != nil
        case .subject: subject != nil
        case .expires: expires != nil
        case .notBefore: notBefore != nil
        case .issued: issued != nil
        case .identifier: identifier != nil
        }
    }
}
