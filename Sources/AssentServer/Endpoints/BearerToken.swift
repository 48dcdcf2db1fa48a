internal import HTTP
internal import OAuth
internal import Text

/// An access token that works at this moment, as one of our own resources sees it.
struct BearerToken {
    let token: AccessToken
    let facts: Introspection.AccessTokenFacts
}

extension House {
    /// RFC 6750 §2.1: from the Authorization header and nowhere else.
    func bearerToken(of request: Request, at now: Timestamp) async throws(Refusal) -> BearerToken {
        let authorization: Authorization?
        do { authorization = try Authorization.read(request.fields) } catch { throw .accessTokenInvalid }
        let text: WireText
        let byProof: Bool
        switch authorization {
        case .bearer(let token): (text, byProof) = (token, false)
        case .dpop(let token): (text, byProof) = (token, true)
        case nil: throw .accessTokenMissing
        case .basic, .token, .other: throw .accessTokenInvalid
        }
        // RFC 8707 §3: a token for another resource opens nothing here, or that resource could use it in our place.
        guard let token = verifiedAccessToken(text), isForUs(token) else { throw .accessTokenInvalid }
        let facts = try await facts(about: token, at: now)
        guard Introspection.isAlive(token, facts, at: now), isAvailable(token) else { throw .accessTokenInvalid }
        try await requireHolder(of: token, text, byProof: byProof, request, at: now)
        return BearerToken(token: token, facts: facts)
    }

    /// A token of ours, for whichever resource and whatever has become of it since.
    func verifiedAccessToken(_ text: WireText) -> AccessToken? {
        accessTokens.read(text, generation: keys.generation) { keys.verifyAccessToken($0, issuer: issuer) }
    }

    /// Whether a token is for our own resources.
    func isForUs(_ token: AccessToken) -> Bool { token.audiences.contains(issuer.text) }

    func facts(
        about token: AccessToken,
        at now: Timestamp
    ) async throws(Refusal) -> Introspection.AccessTokenFacts {
        let clients = clients
        return try await ask { store throws(StoreFailure) in
            try await Introspection.loadFacts(token, grants: store, clients: clients, at: now)
        }
    }

    /// Whether the person behind a token can still be acted for.
    func isAvailable(_ token: AccessToken) -> Bool {
        token.grant == nil || bank.isActive(Identifier(token.subject))
    }
}
