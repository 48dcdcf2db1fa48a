package import Crypto
package import Text

/// A checked authorization request; the order of its initialiser is the order of the checks.
package struct AuthorizationRequest: Sendable {
    /// Who asks, as registered now.
    package let client: Client
    /// Where the answer goes.
    package let target: RedirectionTarget
    /// How it came.
    package let arrival: Arrival
    /// What shall come back.
    package let responseType: ResponseType
    /// What is asked for, within what the client may have.
    package let scope: Scope
    /// What is asked for in typed objects: RFC 9396.
    package let details: AuthorizationDetails
    /// The same as it was sent.
    package let detailsText: WireText?
    /// What shall become of a grant, if the request says so: Grant Management for OAuth 2.0.
    package let grantAction: GrantAction?
    /// Whom the tokens shall be for: RFC 8707; none for us alone.
    package let resources: [WireText]
    /// What the code will be bound to: RFC 7636; absent where none comes back.
    package let challenge: Challenge?
    /// The key that the redemption of the code must prove: `dpop_jkt`, RFC 9449 §10.
    package let proofKey: Fingerprint?
    /// What the ID token will be bound to: OpenID Connect Core §3.1.2.1.
    package let nonce: WireText?
    /// What the person is to be asked.
    package let prompt: Prompt
    /// How old a login may be.
    package let maxAge: MaxAge?
    /// Claims, levels and the consent that it is about.
    package let claims: ClaimsRequest
    /// Levels of authentication that would be welcome, the best first: OpenID Connect Core §3.1.2.1.
    package let welcomeACR: [WireText]
    /// Whom the client expects; shown, and never believed.
    package let loginHint: WireText?
    /// An ID token of ours about the person whom the client expects: not verified here.
    package let idTokenHint: WireText?
    /// Languages that the person may read, best first: BCP 47.
    package let uiLocales: [WireText]

    /// - Throws: What is sent back to `target`.
    package init(
        _ fields: AuthorizationFields,
        client: Client,
        target: RedirectionTarget,
        resources: Resources = .none
    ) throws(Refusal) {
        self.client = client
        self.target = target
        arrival = fields.arrival
        try fields.requireEachOnce()
        // RFC 6749 §4.1.1: what we cannot give back byte for byte, we do not take.
        guard target.state == fields[.state] else { throw .parameterMalformed(.state) }
        // RFC 9101 §5: one or the other.
        guard fields[.request] == nil || fields[.requestURI] == nil else { throw .requestContradictory }
        // OpenID Connect Core §6: each of the three has an error code of its own.
        for parameter in [Parameter.request, .requestURI, .registration] where fields[parameter] != nil {
            throw .parameterUnsupported(parameter)
        }
        let demands = client.profile.demands
        // What its client polls came by another endpoint, which has looked at the way it came.
        guard arrival.isPushed || arrival.isPolled || !client.mustPush else { throw .requestNotPushed }
        guard arrival.isSigned || arrival.isPolled || !client.mustSign else { throw .requestNotSigned }
        responseType = try Self.responseType(fields, client, isSigned: target.mode.isSigned)
        try Self.requireResponseMode(fields, responseType, client)
        let details = try AuthorizationDetails(
            fields[.authorizationDetails],
            asking: .person,
            types: client.granting.detailTypes,
            resources: resources
        )
        self.details = details
        detailsText = fields[.authorizationDetails]
        grantAction = try GrantAction(fields, of: client, asking: details)
        self.resources = try Self.resources(fields, details, among: resources)
        let scope = try Self.scope(fields, client, responseType, details)
        challenge = try Self.challenge(fields, responseType, demands)
        proofKey = try Self.proofKey(fields)
        nonce = try Self.nonce(fields, responseType)
        guard nonce != nil || !demands.needsNonce || arrival.isPolled || !scope.contains(Scope.openID) else {
            throw .parameterMissing(.nonce)
        }
        prompt = try Prompt(fields[.prompt])
        maxAge = try Self.maxAge(fields) ?? client.frontChannel.defaults.maxAge
        // OpenID Connect Core §3.1.2.1: without `openid` it is no request of that standard, and asks for no person.
        let claims = try ClaimsRequest(fields[.claims])
            .limited(to: scope.contains(Scope.openID) ? client.scope : Scope([]))
        self.claims = claims
        let asked = fields[.acrValues]?.split(at: .space).filter { !$0.isEmpty }
        // What the request names in `claims` is in the place of the default as well.
        let isNamed = !claims.essentialACR.isEmpty || !claims.welcomeACR.isEmpty
        let usual = isNamed ? [] : client.frontChannel.defaults.acrValues
        welcomeACR = (asked ?? usual) + claims.welcomeACR
        self.scope = scope
        // Of two consents neither is the one that the person is asked for.
        guard claims.intent == nil || details.isEmpty else { throw .detailsContradictory }
        // A token for accounts without a consent to bound it does not exist.
        guard claims.intent != nil || !details.isEmpty || !scope.contains(Scope.accounts) else { throw .intentMissing }
        // Without a code only a consent is left to decide about.
        guard claims.intent != nil || responseType.hasCode || arrival.isPolled else { throw .intentMissing }
        loginHint = fields[.loginHint]
        idTokenHint = fields[.idTokenHint]
        uiLocales = fields[.uiLocales]?.split(at: .space).filter { !$0.isEmpty } ?? []
        // What a person agrees to is kept as one scope, which has this bound.
        guard agreement.values.count <= Limits.scopes else { throw .scopeUnsupported }
    }

    /// What a person is asked to agree to, and what is remembered of their answer: the scope, and what is asked for
    /// beside it.
    package var agreement: Scope {
        Scope(scope.values + namedClaims.map { WireText("\(Scope.claimPrefix)\($0.claimName)") })
    }

    /// The claims of the person that are asked for and that no scope of the request brings.
    package var namedClaims: [PersonClaim] { claims.granted.names.filter { !scope.contains($0.scope) } }

    private static func responseType(
        _ fields: AuthorizationFields,
        _ client: Client,
        isSigned: Bool
    ) throws(Refusal) -> ResponseType {
        // Nothing comes back through the browser.
        guard !fields.arrival.isPolled else { return .none }
        guard let text = fields[.responseType] else { throw .parameterMissing(.responseType) }
        guard let type = ResponseType(text) else { throw .responseTypeUnsupported }
        // Whatever the client is registered for: in this way nobody of its profile is answered.
        guard isSigned || !client.profile.demands.signedAnswers.contains(type) else { throw .answerNotSigned }
        guard client.responseTypes.contains(type), client.profile.demands.responseTypes.contains(type) else {
            throw .responseTypeNotAllowed
        }
        // RFC 7591 §2.1: a code is for who may redeem it.
        guard !type.hasCode || client.grantTypes.contains(AuthorizationCodeGrant.type) else {
            throw .responseTypeNotAllowed
        }
        return type
    }

    private static func requireResponseMode(
        _ fields: AuthorizationFields,
        _ type: ResponseType,
        _ client: Client
    ) throws(Refusal) {
        guard let text = fields[.responseMode] else { return }
        guard let mode = ResponseMode(text, for: type), mode.fits(type), mode.isAllowed(to: client) else {
            throw .responseModeUnsupported
        }
    }

    private static func scope(
        _ fields: AuthorizationFields,
        _ client: Client,
        _ type: ResponseType,
        _ details: AuthorizationDetails
    ) throws(Refusal) -> Scope {
        guard let text = fields[.scope] else {
            // RFC 9396 §3: what is asked for stands in the one or in the other.
            guard !details.isEmpty, type != .codeIDToken else { throw .scopeMissing }
            return Scope([])
        }
        guard let scope = Scope(text), scope.isSubset(of: client.scope),
            !scope.values.contains(where: Scope.ofGrantManagement.contains)
        else { throw .scopeUnsupported }
        // OpenID Connect Core §3.1.2.1: an ID token is an answer to `openid` only.
        guard type != .codeIDToken || scope.contains(Scope.openID) else { throw .scopeUnsupported }
        return scope
    }

    /// Where only the details say where they are for, that is whom the tokens are for as well: RFC 9396 §2.2.
    private static func resources(
        _ fields: AuthorizationFields,
        _ details: AuthorizationDetails,
        among known: Resources
    ) throws(Refusal) -> [WireText] {
        let asked = try known.read(fields.resources)
        guard !asked.isEmpty else { return details.locations }
        // Details for one place in tokens for another would open nothing.
        guard details.locations.allSatisfy(asked.contains) else { throw .targetInvalid }
        return asked
    }

    private static func challenge(
        _ fields: AuthorizationFields,
        _ type: ResponseType,
        _ demands: Profile.Demands
    ) throws(Refusal) -> Challenge? {
        guard type.hasCode else { return nil }
        // Half a challenge is a mistake, and no challenge is one where the profile demands it.
        let isSent = fields[.codeChallenge] != nil || fields[.codeChallengeMethod] != nil
        switch demands.challenge {
        case .pushed where !fields.arrival.isPushed && !isSent, .none where !isSent: return nil
        case .every, .pushed, .none: return try Challenge(fields)
        }
    }

    private static func proofKey(_ fields: AuthorizationFields) throws(Refusal) -> Fingerprint? {
        guard let text = fields[.dpopJKT] else { return nil }
        guard let key = Base64URL.decode(text).flatMap({ Fingerprint(bytes: $0) }) else {
            throw .parameterMalformed(.dpopJKT)
        }
        return key
    }

    private static func nonce(_ fields: AuthorizationFields, _ type: ResponseType) throws(Refusal) -> WireText? {
        guard let nonce = fields[.nonce] else {
            // OpenID Connect Core §3.3.2.11: in the hybrid flow it ties the ID token to the request.
            guard type != .codeIDToken else { throw .parameterMissing(.nonce) }
            return nil
        }
        guard nonce.byteCount <= Limits.nonceBytes else { throw .parameterMalformed(.nonce) }
        return nonce
    }

    private static func maxAge(_ fields: AuthorizationFields) throws(Refusal) -> MaxAge? {
        guard let text = fields[.maxAge] else { return nil }
        guard let maxAge = MaxAge(text) else { throw .parameterMalformed(.maxAge) }
        return maxAge
    }
}

extension AuthorizationRequest {
    /// Whether a consent for accounts is decided with it, registered before or asked for in the request itself.
    package var asksForConsent: Bool { claims.intent != nil || !details.isEmpty }
}
