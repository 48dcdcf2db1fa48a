internal import HTTP
internal import OAuth
internal import Text

/// An access token that works at this moment, as one of our own resources sees it.
struct BearerToken {
    let token: AccessToken
    let facts: Introspection.AccessTokenFacts

    /// For whom it speaks; absent where a client speaks for itself.
    var person: Identifier<Person>? { facts.family?.person }
}

extension House {
    /// RFC 6750 §2.1: from the Authorization header, and never from the query.
    ///
    /// - Parameter orInForm: Whether it may stand in the body as well: RFC 6750 §2.2.
    func bearerToken(
        of request: Request,
        orInForm: Bool = false,
        at now: Timestamp
    ) async throws(Refusal) -> BearerToken {
        var authorization: Authorization?
        do { authorization = try Authorization.read(request.fields) } catch { throw .accessTokenInvalid }
        if orInForm, let token = try request.accessTokenInForm {
            // RFC 6750 §2: in one way only, so that nobody can be given another token than they think.
            guard authorization == nil else { throw .accessTokenTwice }
            authorization = .bearer(token)
        }
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
        guard Introspection.isAlive(token, facts, at: now), isAvailable(facts) else { throw .accessTokenInvalid }
        try await requireHolder(of: token, text, byProof: byProof, request, at: now)
        if let client = clients[token.client] { try limiter.count(client, from: request.peer) }
        return BearerToken(token: token, facts: facts)
    }

    /// A token of ours, for whichever resource and whatever has become of it since.
    func verifiedAccessToken(_ text: WireText) -> AccessToken? {
        accessTokens.read(text, generation: keys.generation) { keys.verifyAccessToken($0, issuer: issuer) }
    }

    /// Whether a token is for our own resources.
    func isForUs(_ token: AccessToken) -> Bool { token.audiences.contains(issuer.text) }

    /// What is known about a token, for a request that may commit something on it.
    func facts(
        about token: AccessToken,
        at now: Timestamp
    ) async throws(Refusal) -> Introspection.AccessTokenFacts {
        try await ask { store throws(StoreFailure) in try await facts(about: token, from: store, at: now) }
    }

    func facts(
        about token: AccessToken,
        from grants: some GrantReader,
        at now: Timestamp
    ) async throws(StoreFailure) -> Introspection.AccessTokenFacts {
        try await Introspection.loadFacts(token, grants: grants, clients: clients, subjects: subjects, at: now)
    }

    /// Whether the person behind a token can still be acted for.
    func isAvailable(_ facts: Introspection.AccessTokenFacts) -> Bool {
        facts.family.map { bank.isActive($0.person) } ?? true
    }
}

extension Request {
    /// `access_token` in a form that was posted: RFC 6750 §2.2.
    fileprivate var accessTokenInForm: WireText? {
        get throws(Refusal) {
            guard method == .post, MediaType(fields)?.essence == "application/x-www-form-urlencoded" else { return nil }
            let form: FormFields
            do { form = try FormFields(body.span) } catch { throw .bodyNotForm }
            let tokens = form.fields.filter { $0.name == Parameter.accessToken.name }
            guard tokens.count < 2 else { throw .parameterRepeated(.accessToken) }
            return tokens.first.flatMap { $0.value.isEmpty ? nil : $0.value }
        }
    }
}
