import Crypto
package import Text

/// The refresh token grant: RFC 6749 §6, one-time tokens in families (RFC 9700 §4.14.2), but where a profile keeps them.
package struct RefreshTokenGrant: Grant {
    /// The name of RFC 6749 §6.
    package static let type: GrantType = "refresh_token"

    /// There is nothing to set up.
    package init() {}

    /// What the store knows about it.
    package struct Facts: Sendable {
        let record: RefreshRecord?
        let standing: Standing?

        /// What was found; nothing of it is believed to be this client's.
        package init(record: RefreshRecord?, standing: Standing?) {
            self.record = record
            self.standing = standing
        }
    }

    /// Looks the token up by its fingerprint, and its consent where it has one.
    package func load(
        _ request: TokenRequest,
        from store: some GrantReader
    ) async throws(StoreFailure) -> Facts {
        guard let text = request.fields[.refreshToken],
            let record = try await store.refreshToken(Fingerprint(of: text))
        else { return Facts(record: nil, standing: nil) }
        guard let intent = record.family.intent else { return Facts(record: record, standing: nil) }
        return Facts(record: record, standing: try await store.standing(of: intent, at: request.now))
    }

    /// Spends it for tokens, if it is this client's and still worth something.
    package func decide(_ request: TokenRequest, _ facts: Facts) throws(Refusal) -> Issuance {
        _ = try request.fields.require(.refreshToken)

        guard let record = facts.record, record.family.client == request.client.id else {
            throw .refreshTokenUnknown
        }
        let family = record.family
        // Before its expiry is looked at: a stolen copy must ring the bell however late it comes.
        guard record.spent == nil else { throw .refreshTokenReplayed(family.id, at: request.now) }
        guard request.now < record.expires else { throw .refreshTokenExpired }
        try Self.requireHolder(of: record, request)
        try FamilyIssuance.requireInForce(family, facts.standing, for: request)

        // RFC 6749 §6: less than was granted may be asked for, more may not.
        var scope = family.scope
        if let text = request.fields[.scope] {
            guard let narrower = Scope(text), narrower.isSubset(of: family.scope) else { throw .scopeUnsupported }
            scope = narrower
        }
        // FAPI 2.0 Security Profile §5.3.2.1: a client that proves who it is would only lose its token with an answer.
        let isSpent = request.client.profile.demands.rotatesRefreshTokens
        return try FamilyIssuance.issue(
            family,
            facts.standing,
            for: request,
            scope: scope,
            isRenewal: true,
            spending: isSpent ? .spendRefreshToken(record.fingerprint, of: family.id, at: request.now) : nil
        )
    }

    private static func requireHolder(of record: RefreshRecord, _ request: TokenRequest) throws(Refusal) {
        switch record.confirmation {
        case .certificate(let certificate):
            guard request.certificate == certificate else { throw .certificateDiffers }
        case .key(let key):
            guard let shown = request.proofKey else { throw .proofMissing }
            guard shown == key else { throw .proofKeyDiffers }
        case nil: break
        }
    }
}
