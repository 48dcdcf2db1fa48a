import Crypto
import Text

/// What every grant does that issues tokens from a person's decision.
enum FamilyIssuance {
    /// Refuses what has ended since it was granted: the client's right to it, the family, or the consent.
    static func requireInForce(
        _ family: TokenFamily,
        _ standing: Standing?,
        for request: TokenRequest
    ) throws(Refusal) {
        guard family.revoked == nil, request.now < family.expires else { throw .familyRevoked }
        guard family.scope.isSubset(of: request.client.scope),
            family.details.members.allSatisfy({ request.client.granting.detailTypes.contains($0.type) })
        else { throw .scopeWithdrawn }
        guard family.intent != nil else { return }
        // In force, and never anybody's but this client's and this person's.
        guard let standing, standing.isInForce, standing.client == family.client,
            standing.person == family.person, standing.expires.map({ request.now < $0 }) ?? true
        else { throw .consentEnded }
    }

    /// - Parameters:
    ///   - spent: What is used up for it; where nothing is, the client keeps the refresh token that it has.
    ///   - isRenewable: Whether a refresh token may go with it.
    static func issue(
        _ family: TokenFamily,
        _ standing: Standing?,
        for request: TokenRequest,
        scope: Scope? = nil,
        isRenewal: Bool = false,
        spending spent: Change?,
        isRenewable: Bool = true
    ) throws(Refusal) -> Issuance {
        let confirmation = try request.confirmation()
        let resources = try request.resources.narrow(request.fields.resources, within: family.resources)
        let details = try request.details(within: family.details)
        let end = standing?.expires.map { min($0, family.expires) } ?? family.expires
        var changes = spent.map { [$0] } ?? []
        changes.append(.requireFamily(family.id))
        if let intent = family.intent {
            changes.append(.requireConsent(intent, family.client, family.person, at: request.now))
        }
        var refreshToken: Issuance.RefreshToken?
        if spent != nil, isRenewable, let value = request.freshToken, wantsRefreshToken(family, request.client) {
            let token = Issuance.RefreshToken(value: value, expires: end)
            let record = RefreshRecord(
                fingerprint: Fingerprint(of: token.value),
                family: family,
                // Who proves anew with each request who it is may change certificates and keys meanwhile.
                confirmation: request.client.isPublic ? confirmation : nil,
                expires: token.expires
            )
            changes.append(.issueRefreshToken(record))
            refreshToken = token
        }
        return Issuance(
            subject: .person(family),
            scope: scope ?? family.scope,
            details: details,
            grant: request.client.managesGrants && !family.details.isEmpty ? family.intent : nil,
            resources: resources,
            confirmation: confirmation,
            // A token never outlives the consent it speaks for.
            accessTokenExpires: min(request.now + request.lifetimes.accessToken, end),
            refreshToken: refreshToken,
            changes: changes,
            isRenewal: isRenewal
        )
    }

    /// OpenID Connect Core §11 for logins; a consent for accounts is meant to be used later.
    private static func wantsRefreshToken(_ family: TokenFamily, _ client: Client) -> Bool {
        guard client.grantTypes.contains(RefreshTokenGrant.type) else { return false }
        return family.intent != nil || family.scope.contains(Scope.offlineAccess)
    }
}
