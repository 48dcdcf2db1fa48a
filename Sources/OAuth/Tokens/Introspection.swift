import Crypto
package import Text

/// What is told about a token: RFC 7662.
package enum Introspection: Sendable, Hashable {
    /// Unknown, expired, revoked, malformed, somebody else's: one answer, the same bytes.
    case inactive
    case active(AccessToken)
    /// With the `sub` of its person.
    case activeRefreshToken(RefreshRecord, subject: WireText)

    /// The `typ` of an answer that is a JWT, and its media type: RFC 9701 §5.
    package static let type: WireText = "token-introspection+jwt"
    package static let mediaType: WireText = "application/token-introspection+jwt"

    /// What is known about an access token besides what it says.
    package struct AccessTokenFacts: Sendable {
        let isRevoked: Bool
        /// What the token falls with.
        package let family: TokenFamily?
        let standing: Standing?
        /// Whose it is, as registered now.
        package let client: Client?
        /// What the person of the family is called for this client.
        let subject: WireText?

        /// What was found; what is missing counts against the token.
        package init(
            isRevoked: Bool,
            family: TokenFamily?,
            standing: Standing?,
            client: Client?,
            subjects: Subjects
        ) {
            self.isRevoked = isRevoked
            self.family = family
            self.standing = standing
            self.client = client
            if let family, let client {
                subject = subjects.subject(of: family.person, for: client)
            } else {
                subject = nil
            }
        }
    }

    /// Asks all that `isAlive` must know.
    package static func loadFacts(
        _ token: AccessToken,
        grants: some GrantReader,
        clients: some ClientReader,
        subjects: Subjects,
        at now: Timestamp
    ) async throws(StoreFailure) -> AccessTokenFacts {
        let isRevoked = try await grants.isRevoked(accessToken: token.fingerprint)
        let client = try await clients.client(token.client)
        guard let grant = token.grant else {
            return AccessTokenFacts(
                isRevoked: isRevoked,
                family: nil,
                standing: nil,
                client: client,
                subjects: subjects
            )
        }
        let family = try await grants.family(grant.family)
        var standing: Standing?
        if let intent = grant.intent { standing = try await grants.standing(of: intent, at: now) }
        return AccessTokenFacts(
            isRevoked: isRevoked,
            family: family,
            standing: standing,
            client: client,
            subjects: subjects
        )
    }

    /// Whether a token with a good signature still means something.
    package static func isAlive(_ token: AccessToken, _ facts: AccessTokenFacts, at now: Timestamp) -> Bool {
        guard now < token.expires, !facts.isRevoked, facts.client?.isEnabled == true else { return false }
        guard let grant = token.grant else { return true }
        guard let family = facts.family, family.revoked == nil,
            // Who has swapped a token acts with what another client was granted.
            family.client == token.client || !token.actors.isEmpty,
            facts.subject == token.subject
        else { return false }
        guard grant.intent != nil else { return true }
        guard let standing = facts.standing, standing.isInForce, standing.client == family.client,
            standing.person == family.person
        else { return false }
        return true
    }

    /// RFC 7662 §2.1: only those whom the token concerns are told about it.
    package static func concerns(_ owner: Identifier<Client>, _ caller: Client) -> Bool {
        owner == caller.id || caller.introspectsAll
    }

    /// The answer: RFC 7662 §2.2.
    package var document: [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        switch self {
        case .inactive: writer.member("active", false)
        case .active(let token):
            writer.member("active", true)
            if !token.scope.isEmpty { writer.member("scope", token.scope.text) }
            if !token.details.isEmpty { writer.member("authorization_details", json: token.details.json) }
            writer.member("client_id", token.client.text)
            if let act = AccessToken.claim(of: token.actors) { writer.member("act", json: act) }
            writer.member("token_type", Confirmation.tokenType(token.confirmation))
            if let confirmation = token.confirmation { writer.member("cnf", json: confirmation.claim) }
            writer.member("exp", token.expires.seconds)
            writer.member("iat", token.issued.seconds)
            writer.member("sub", token.subject)
            writer.member("aud", json: AccessToken.claim(of: token.audiences))
            writer.member("iss", token.issuer)
            writer.member("jti", token.identifier)
            if let grant = token.grant {
                writer.member("family_id", grant.family.text)
                if let intent = grant.intent { writer.member("consent_id", intent.text) }
                writer.member("auth_time", grant.authenticated.seconds)
                writer.member("acr", grant.acr)
            }
        case .activeRefreshToken(let record, let subject):
            writer.member("active", true)
            if !record.family.scope.isEmpty { writer.member("scope", record.family.scope.text) }
            if !record.family.details.isEmpty {
                writer.member("authorization_details", json: record.family.details.json)
            }
            writer.member("client_id", record.family.client.text)
            writer.member("token_type", "refresh_token")
            if let confirmation = record.confirmation { writer.member("cnf", json: confirmation.claim) }
            writer.member("exp", record.expires.seconds)
            writer.member("sub", subject)
            if let intent = record.family.intent { writer.member("consent_id", intent.text) }
        }
        writer.endObject()
        return writer.bytes
    }
}
