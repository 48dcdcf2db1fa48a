package import Text

/// The token exchange grant: RFC 8693, for gateways of the bank.
///
/// A gateway has been shown a person's access token, and calls what stands behind it. It swaps the token for one that
/// opens less, is for the next resource alone, names the gateway as the one who acts, and ends no later.
package struct TokenExchangeGrant: Grant {
    /// The name of RFC 8693 §2.1.
    package static let type: GrantType = "urn:ietf:params:oauth:grant-type:token-exchange"
    package static let givesRefreshTokens = false
    /// The one type of token that is swapped, and given: RFC 8693 §3.
    package static let tokenType: WireText = "urn:ietf:params:oauth:token-type:access_token"

    /// There is nothing to set up.
    package init() {}

    /// What the store knows about it.
    package struct Facts: Sendable {
        let isRevoked: Bool
        let family: TokenFamily?
        let standing: Standing?

        /// What was found; what is missing counts against the token.
        package init(isRevoked: Bool, family: TokenFamily?, standing: Standing?) {
            self.isRevoked = isRevoked
            self.family = family
            self.standing = standing
        }
    }

    /// Looks up what stands behind the token that came.
    package func load(
        _ request: TokenRequest,
        from store: some GrantReader
    ) async throws(StoreFailure) -> Facts {
        guard let token = request.subject?.token, let grant = token.grant else {
            return Facts(isRevoked: false, family: nil, standing: nil)
        }
        let isRevoked = try await store.isRevoked(accessToken: token.fingerprint)
        let family = try await store.family(grant.family)
        guard let intent = grant.intent else { return Facts(isRevoked: isRevoked, family: family, standing: nil) }
        let standing = try await store.standing(of: intent, at: request.now)
        return Facts(isRevoked: isRevoked, family: family, standing: standing)
    }

    /// Gives a gateway what it may have of a person's token.
    package func decide(_ request: TokenRequest, _ facts: Facts) throws(Refusal) -> Issuance {
        // A client that proves nothing could be anybody who found a token.
        guard !request.client.isPublic else { throw .grantTypeNotAllowed }
        try Self.requireTypes(request.fields)
        guard let subject = request.subject, subject.token.grant != nil, let family = facts.family,
            Introspection.isAlive(
                subject.token,
                Introspection.AccessTokenFacts(
                    isRevoked: facts.isRevoked,
                    family: family,
                    standing: facts.standing,
                    client: subject.client,
                    subjects: subject.subjects
                ),
                at: request.now
            ), request.now < family.expires
        else { throw .subjectTokenInvalid }
        let token = subject.token
        guard token.actors.count < Limits.actors else { throw .delegationTooLong }
        let confirmation = try request.confirmation()
        guard token.confirmation == nil || confirmation != nil else { throw .exchangeUnbound }
        var changes: [Change] = [.requireFamily(family.id)]
        if let intent = family.intent {
            changes.append(.requireConsent(intent, family.client, family.person, at: request.now))
        }
        let ends = [token.expires, family.expires, facts.standing?.expires].compactMap { $0 }
        return Issuance(
            subject: .person(family),
            scope: try Self.scope(request.fields, of: token),
            details: try request.details(within: token.details, types: Set(AuthorizationDetail.types)),
            resources: try Self.resources(request),
            actors: [request.client.id] + token.actors,
            confirmation: confirmation,
            // Never longer than what it was swapped for.
            accessTokenExpires: ends.reduce(request.now + request.lifetimes.accessToken, min),
            refreshToken: nil,
            changes: changes
        )
    }

    private static func requireTypes(_ fields: TokenFields) throws(Refusal) {
        _ = try fields.require(.subjectToken)
        guard try fields.require(.subjectTokenType) == tokenType else { throw .parameterUnsupported(.subjectTokenType) }
        guard fields[.requestedTokenType].map({ $0 == tokenType }) ?? true else {
            throw .parameterUnsupported(.requestedTokenType)
        }
        // Who acts is the client that asks, by its own authentication, and nobody that it names.
        guard fields[.actorToken] == nil else { throw .parameterUnsupported(.actorToken) }
        guard fields[.actorTokenType] == nil else { throw .parameterUnsupported(.actorTokenType) }
    }

    private static func scope(_ fields: TokenFields, of token: AccessToken) throws(Refusal) -> Scope {
        guard let text = fields[.scope] else { return token.scope }
        guard let scope = Scope(text), scope.isSubset(of: token.scope) else { throw .scopeUnsupported }
        return scope
    }

    /// RFC 8693 §2.1: where the token shall be used, as a URI or as a name; here both are the same list.
    private static func resources(_ request: TokenRequest) throws(Refusal) -> [WireText] {
        let asked = try request.resources.read(request.fields.resources + request.fields.audiences)
        // A gateway that could go anywhere would go round the one that guards the next door.
        let allowed = request.client.granting.exchangeResources
        // Our own resources know third parties, and no gateways.
        guard !asked.isEmpty, asked.allSatisfy({ allowed.contains($0) && $0 != request.resources.own }) else {
            throw .targetInvalid
        }
        return asked
    }
}
