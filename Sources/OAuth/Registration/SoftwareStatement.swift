import Crypto
package import JOSE
package import Text

/// A directory whose word about software is believed, as UK Open Banking has one.
package struct SoftwareDirectory: Sendable {
    /// `iss` of its statements.
    package let issuer: WireText
    /// What it signs them with.
    package let keys: JWKSet
    /// What must be shown of the software beside its statement.
    package let certificate: CertificateDemand

    /// A certificate that a registration must come with.
    package enum CertificateDemand: String, Sendable, Hashable, CaseIterable {
        case none
        /// Of the organisation in the statement.
        case organisation
        /// The same, and with the roles of the software in its qualified statement: ETSI TS 119 495.
        case qualified
    }

    /// A directory.
    package init(issuer: WireText, keys: JWKSet, certificate: CertificateDemand = .none) {
        self.issuer = issuer
        self.keys = keys
        self.certificate = certificate
    }

    /// What software may become that the directory vouches for, with what is served here of its roles.
    func policy(for statement: SoftwareStatement) throws(RegistrationRefusal) -> RegistrationPolicy {
        guard statement.roles.contains(SoftwareStatement.accountInformation) else {
            throw .statementUnapproved("The software has no role that is served here.")
        }
        return RegistrationPolicy(
            profile: .fapi1AdvancedUK,
            scope: Scope([Scope.openID, Scope.accounts]),
            software: statement.softwareID
        )
    }
}

/// What a directory says of a piece of software: RFC 7591 §2.3, in the words of UK Open Banking.
package struct SoftwareStatement: Sendable {
    /// As it came.
    package let text: WireText
    /// `software_id`.
    package let softwareID: WireText
    /// `software_roles`.
    package let roles: [WireText]
    /// `org_id`.
    private let organisation: WireText
    /// Its authority, and its number there.
    private let authority: (name: WireText, number: WireText)?
    /// `software_jwks_endpoint`: where the keys of the software are.
    package let keysURI: WireText
    fileprivate let name: WireText
    fileprivate let agent: WireText?
    fileprivate let redirectURIs: [WireText]
    /// What it says of itself on the web, by the names of registrations.
    fileprivate let links: [(name: WireText, uri: WireText)]

    static let accountInformation: WireText = "AISP"

    /// Believes a statement of the directory, and no other.
    package init(
        _ text: WireText,
        by directory: SoftwareDirectory,
        at now: Timestamp
    ) throws(RegistrationRefusal) {
        let token: JWS
        let unverified: JSON
        do {
            token = try JWS(text)
            unverified = try token.unverifiedClaims()
        } catch { throw .statementInvalid("The software statement is no signed JWT.") }
        guard unverified["iss"]?.text == directory.issuer else {
            throw .statementUnapproved("The software statement is not of the directory that is believed here.")
        }
        let claims: JSON
        do {
            claims = try JWT(token, signedBy: directory.keys, allowing: Self.algorithms).claims
        } catch { throw .statementInvalid("The signature of the software statement is not the directory's.") }
        try Self.requireTimely(claims, at: now)
        self.text = text
        softwareID = try Self.text(claims, "software_id")
        guard (1...22).contains(softwareID.byteCount), softwareID.utf8.allSatisfy(\.isAlphanumeric) else {
            throw .statementInvalid("The software statement has no software_id of 1 to 22 letters and digits.")
        }
        name = try Self.text(claims, "software_client_name")
        agent = claims["software_on_behalf_of_org"]?.text
        keysURI = try Self.text(claims, "software_jwks_endpoint")
        roles = try Self.texts(claims, "software_roles")
        redirectURIs = try Self.texts(claims, "software_redirect_uris")
        organisation = try Self.text(claims, "org_id")
        let competent = claims["organisation_competent_authority_claims"]
        if let name = competent?["authority_id"]?.text, let number = competent?["registration_id"]?.text {
            authority = (name, number)
        } else {
            authority = nil
        }
        links = Self.linkNames.compactMap { name in
            // Directories hold links that no page of ours would show.
            claims[WireText("software_\(name)")]?.text.flatMap { ClientMetadata.isLink($0) ? (name, $0) : nil }
        }
        guard claims["org_status"].map({ $0 == "Active" }) ?? true else {
            throw .statementUnapproved("The organisation of the software is not active.")
        }
    }

    /// Whether a name in a certificate is that of the organisation: its `org_id`, or its number at its authority as ETSI TS
    /// 119 495 §5.2.1 spells it, such as `PSDGB-FCA-123456`.
    package func isOf(_ name: WireText) -> Bool {
        guard name != organisation else { return true }
        let parts = name.split(at: UInt8(ascii: "-"))
        guard parts.count == 3, name.hasPrefix("PSD"), !parts[1].isEmpty, let authority else { return false }
        // Two authorities may have given one number; a directory calls them FCA, or FCAGBR with their country.
        let country = authority.name.byteCount - parts[1].byteCount
        return authority.number == parts[2] && authority.name.hasPrefix(parts[1]) && (country == 0 || country == 3)
    }

    private static let linkNames: [WireText] = ["client_uri", "policy_uri", "tos_uri", "logo_uri"]

    static let algorithms: Set<Algorithm> = [.ps256, .es256]

    private static func requireTimely(_ claims: JSON, at now: Timestamp) throws(RegistrationRefusal) {
        guard let issued = claims["iat"]?.integer.map({ Timestamp($0) }),
            issued <= now + Limits.clockSkewSeconds, now.since(issued) <= Limits.softwareStatementSeconds,
            claims["exp"] == nil || claims["exp"]?.integer.map({ now < Timestamp($0) }) == true
        else { throw .statementInvalid("The software statement is not one of this time.") }
    }

    private static func text(_ claims: JSON, _ name: WireText) throws(RegistrationRefusal) -> WireText {
        guard let text = claims[name]?.text, !text.isEmpty else {
            throw .statementInvalid("The software statement has no \(name).")
        }
        return text
    }

    private static func texts(_ claims: JSON, _ name: WireText) throws(RegistrationRefusal) -> [WireText] {
        guard let texts = claims[name]?.texts, !texts.isEmpty else {
            throw .statementInvalid("The software statement has no \(name).")
        }
        return texts
    }
}

/// A registration that software has signed itself: UK Open Banking Dynamic Client Registration 3.3.
package struct SignedRegistration: Sendable {
    /// What the directory says of the software.
    package let statement: SoftwareStatement
    /// What it may become.
    package let policy: RegistrationPolicy
    private let token: JWS

    /// Takes the request apart and believes the statement in it; the request itself is still to be believed.
    package init(
        _ text: WireText,
        by directory: SoftwareDirectory,
        at now: Timestamp
    ) throws(RegistrationRefusal) {
        let claims: JSON
        do {
            token = try JWS(text)
            claims = try token.unverifiedClaims()
        } catch { throw Self.refusal("", "The request is no signed JWT.") }
        guard let statement = claims["software_statement"]?.text else {
            throw .statementInvalid("The request has no software_statement.")
        }
        self.statement = try SoftwareStatement(statement, by: directory, at: now)
        policy = try directory.policy(for: self.statement)
    }

    /// The request, where the software has signed it, for us and for now.
    ///
    /// - Returns: What is asked for, and the change that spends the request.
    package func read(
        signedBy keys: JWKSet,
        audiences: Set<WireText>,
        at now: Timestamp
    ) throws(RegistrationRefusal) -> (request: RegistrationRequest, spending: Change) {
        let token: JWT
        do { token = try JWT(self.token, signedBy: keys, allowing: SoftwareStatement.algorithms) } catch {
            throw Self.refusal("", "The request is not signed by the software of the statement.")
        }
        let checks = ClaimChecks(
            issuer: statement.softwareID,
            audiences: audiences,
            required: [.issuer, .expires, .issued, .identifier],
            longestLifeSeconds: Limits.requestObjectSeconds
        )
        let claims: RegisteredClaims
        do { claims = try checks.decide(token.claims, at: now) } catch { throw Self.refusal(error) }
        guard let identifier = claims.identifier, let expires = claims.expires else {
            throw Self.refusal("jti", "It is missing.")
        }
        let spending = Change.spendAssertion(
            Identifier(WireText("registration \(statement.softwareID)")),
            Fingerprint(of: identifier),
            expires: max(now, expires) + Limits.clockSkewSeconds + 1
        )
        return (try RegistrationRequest(token.claims, of: statement), spending)
    }

    private static func refusal(_ refusal: ClaimRefusal) -> RegistrationRefusal {
        switch refusal {
        case .otherIssuer: self.refusal("iss", "It must be the software_id of the statement.")
        case .otherAudience: self.refusal("aud", "It must be the issuer of this server.")
        case .expired: self.refusal("exp", "The request has expired.")
        case .livesTooLong: self.refusal("exp", "The request lives too long.")
        case .issuedInFuture, .tooOld: self.refusal("iat", "The request was not made just now.")
        case .malformed(let claim): self.refusal(claim, "It cannot be read.")
        case .missing(let claim): self.refusal("", "The claim \(claim) is missing.")
        case .otherSubject, .notYetValid, .contradictoryTimes: self.refusal("", "The request is not for now.")
        }
    }

    private static func refusal(_ member: WireText, _ sentence: String) -> RegistrationRefusal {
        .metadata(ClientMetadata.Problem(member, sentence))
    }
}

extension RegistrationRequest {
    /// A request of software: what its directory says of it goes before what it says itself.
    init(_ json: JSON, of statement: SoftwareStatement) throws(RegistrationRefusal) {
        var json = json
        let uris = json["redirect_uris"]?.texts ?? statement.redirectURIs
        for uri in uris where !statement.redirectURIs.contains(uri) {
            throw .redirectURI("\(uri) is not among software_redirect_uris.")
        }
        if json["redirect_uris"] == nil {
            json = json.setting("redirect_uris", .array(uris.map { .text($0) }))
        }
        // A directory vouches for one name, and not for what it would be in other languages.
        for member in json.members ?? [] where member.name.isTranslatedClientName {
            json = json.removing(member.name)
        }
        // Such a client counts as vetted, so it leads where its directory says and nowhere else.
        let origins = statement.redirectURIs.map { URIReference($0)?.origin }
        for uri in json["post_logout_redirect_uris"]?.texts ?? [] {
            guard let origin = URIReference(uri)?.origin, origins.contains(origin) else {
                throw .metadata(
                    ClientMetadata.Problem(
                        "post_logout_redirect_uris",
                        "\(uri) is not of the scheme, host and port of one of software_redirect_uris."
                    )
                )
            }
        }
        let links = ClientMetadata.linkMembers.map { name in
            (name, statement.links.first { $0.name == name }.map { JSON.text($0.uri) } ?? .null)
        }
        // The profile binds tokens to certificates, for which the specification has no member.
        let given: [(WireText, JSON)] =
            links + [
                ("client_name", .text(statement.name)), ("jwks_uri", .text(statement.keysURI)), ("jwks", .null),
                ("software_id", .text(statement.softwareID)), ("software_statement", .text(statement.text)),
                ("on_behalf_of", statement.agent.map { .text($0) } ?? .null),
                ("tls_client_certificate_bound_access_tokens", true),
            ]
        try self.init(json, granting: given)
    }
}
