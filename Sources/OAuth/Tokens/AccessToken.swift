package import Crypto
package import Text

/// A JWT access token: RFC 9068.
///
/// It is the consent token: it names the consent and never outlives it, so that a resource server can
/// check it alone; whoever asks us also learns of revocation at once.
package struct AccessToken: Sendable, Hashable {
    /// `iss`, which is us.
    package let issuer: WireText
    /// `aud`, whom it is for: one name at the least.
    package let audiences: [WireText]
    /// `sub`: a person, or the client where no person has decided.
    package let subject: WireText
    /// `client_id`: RFC 8693 §4.3.
    package let client: Identifier<Client>
    /// `scope`, empty where there is none.
    package let scope: Scope
    /// `authorization_details`: RFC 9396 §9.1; empty where there are none.
    package let details: AuthorizationDetails
    /// `act`: who acts for the person, the last first (RFC 8693 §4.1); empty where nobody but the client does.
    package let actors: [Identifier<Client>]
    /// `jti`, by which it can be revoked.
    package let identifier: WireText
    /// `iat`.
    package let issued: Timestamp
    /// `exp`.
    package let expires: Timestamp
    /// To what it is bound; absent where whoever has it may use it.
    package let confirmation: Confirmation?
    /// Absent where no person has decided.
    package let grant: Grant?
    /// Where it is looked up whether the decision holds, by those who do not ask us; absent where no person has decided.
    package let status: StatusPlace?

    /// The decision behind it.
    package struct Grant: Sendable, Hashable {
        /// What it falls with.
        package let family: Identifier<TokenFamily>
        /// The consent, where there is one.
        package let intent: Identifier<Intent>?
        /// `auth_time`: RFC 9068 §2.2.1.
        package let authenticated: Timestamp
        /// `acr`: RFC 9068 §2.2.1.
        package let acr: WireText
    }

    /// The token that a decision allows.
    ///
    /// - Parameter subjects: What people are called.
    package init(
        _ issuance: Issuance,
        client: Client,
        subjects: Subjects,
        issuer: Issuer,
        identifier: WireText,
        at now: Timestamp
    ) {
        self.issuer = issuer.text
        audiences = issuance.resources.isEmpty ? [issuer.text] : issuance.resources
        self.client = client.id
        scope = issuance.scope
        details = issuance.details
        actors = issuance.actors
        self.identifier = identifier
        issued = now
        expires = issuance.accessTokenExpires
        confirmation = issuance.confirmation
        switch issuance.subject {
        case .client(let id):
            subject = id.text
            grant = nil
            status = nil
        case .person(let family):
            subject = subjects.subject(of: family.person, for: client)
            grant = Grant(
                family: family.id,
                intent: family.intent,
                authenticated: family.authenticated,
                acr: family.acr
            )
            status = family.place
        }
    }

    /// Reads verified claims; `nil` where one that we always write is missing or of another type.
    package init?(claims: JSON) {
        guard let issuer = claims["iss"]?.text, let audiences = claims["aud"].flatMap(Self.audiences),
            let subject = claims["sub"]?.text, let client = claims["client_id"]?.text,
            let identifier = claims["jti"]?.text, let issued = claims["iat"]?.integer,
            let expires = claims["exp"]?.integer
        else { return nil }
        guard let scope = Self.scope(in: claims) else { return nil }
        self.issuer = issuer
        self.audiences = audiences
        self.subject = subject
        self.client = Identifier(client)
        if let claim = claims["authorization_details"] {
            // Details that are not understood must not be taken for none, which would open all of the consent.
            guard let details = AuthorizationDetails(granted: claim), !details.isEmpty else { return nil }
            self.details = details
        } else {
            details = .none
        }
        guard let actors = Self.actors(in: claims["act"]) else { return nil }
        self.actors = actors
        self.scope = scope
        self.identifier = identifier
        self.issued = Timestamp(issued)
        self.expires = Timestamp(expires)
        status = claims["status"].flatMap { StatusPlace(claim: $0, issuer: issuer) }
        if let claim = claims["cnf"] {
            // A binding that is not understood must not be taken for none.
            guard let confirmation = Confirmation(claim) else { return nil }
            self.confirmation = confirmation
        } else {
            confirmation = nil
        }
        if Grant.names.contains(where: { claims[$0] != nil }) {
            guard let grant = Grant(claims) else { return nil }
            self.grant = grant
        } else {
            // RFC 9700 §4.15: without a person's decision a client speaks for itself.
            guard subject == client else { return nil }
            grant = nil
        }
    }

    private static func scope(in claims: JSON) -> Scope? {
        guard let claim = claims["scope"] else { return Scope([]) }
        return claim.text.flatMap { Scope($0) }
    }

    /// RFC 8693 §4.1: each claim holds the one before it; `nil` where it is not as we write it.
    private static func actors(in claim: JSON?) -> [Identifier<Client>]? {
        var actors: [Identifier<Client>] = []
        var next = claim
        while let claim = next {
            guard let name = claim["sub"]?.text, actors.count < Limits.actors else { return nil }
            actors.append(Identifier(name))
            next = claim["act"]
        }
        return actors
    }

    /// The claim, which holds those before it.
    package static func claim(of actors: [Identifier<Client>]) -> JSON? {
        var claim: JSON?
        for actor in actors.reversed() {
            let before = claim.map { [JSON.Member("act", $0)] } ?? []
            claim = .object([JSON.Member("sub", .text(actor.text))] + before)
        }
        return claim
    }

    /// RFC 7519 §4.1.3: one name, or several.
    private static func audiences(_ claim: JSON) -> [WireText]? {
        if let name = claim.text { return [name] }
        guard let names = claim.texts, names.count > 1, names.count <= Limits.audiences else { return nil }
        return names
    }

    /// The names as a claim.
    package static func claim(of audiences: [WireText]) -> JSON {
        audiences.count == 1 ? .text(audiences[0]) : .array(audiences.map { .text($0) })
    }

    /// RFC 9068 §2.1.
    package static let type: WireText = "at+jwt"

    /// RFC 9068 §2.2, and the consent.
    package var claims: [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("iss", issuer)
        writer.member("sub", subject)
        writer.member("aud", json: Self.claim(of: audiences))
        writer.member("exp", expires.seconds)
        writer.member("iat", issued.seconds)
        writer.member("jti", identifier)
        writer.member("client_id", client.text)
        if !scope.isEmpty { writer.member("scope", scope.text) }
        if let act = Self.claim(of: actors) { writer.member("act", json: act) }
        if !details.isEmpty { writer.member("authorization_details", json: details.json) }
        if let confirmation { writer.member("cnf", json: confirmation.claim) }
        if let grant {
            writer.member("family_id", grant.family.text)
            if let intent = grant.intent { writer.member("consent_id", intent.text) }
            writer.member("auth_time", grant.authenticated.seconds)
            writer.member("acr", grant.acr)
        }
        if let status { writer.member("status", json: status.claim(issuer: issuer)) }
        writer.endObject()
        return writer.bytes
    }

    /// What is remembered when this one token is revoked.
    package var fingerprint: Fingerprint { Fingerprint(of: identifier) }
}

extension AccessToken.Grant {
    fileprivate static let names: [WireText] = ["family_id", "consent_id", "auth_time", "acr"]

    /// Reads a decision whole: without its consent it would open more than was allowed.
    fileprivate init?(_ claims: JSON) {
        guard let family = claims["family_id"]?.text, let authenticated = claims["auth_time"]?.integer,
            let acr = claims["acr"]?.text
        else { return nil }
        if let claim = claims["consent_id"] {
            guard let text = claim.text else { return nil }
            intent = Identifier(text)
        } else {
            intent = nil
        }
        self.family = Identifier(family)
        self.authenticated = Timestamp(authenticated)
        self.acr = acr
    }
}
