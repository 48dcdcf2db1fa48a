internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Text

/// `POST /introspect`: RFC 7662.
struct IntrospectionEndpoint: Endpoint {
    let house: House

    let routes = [Route(.post, "/introspect")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        do {
            let (answer, caller) = try await answer(request, at: now)
            var response = try house.answer(answer, to: request, of: caller, at: now)
            house.count(answer)
            response.fields.append(.cacheControl, "no-store")
            return response
        } catch {
            return RefusalAnswer.json(error, from: house.issuer, usedHeader: request.triesAuthorizationHeader)
        }
    }

    private func answer(_ request: Request, at now: Timestamp) async throws(Refusal) -> (Introspection, Client) {
        let form = try ClientForm(request)
        let caller = try await house.authenticate(form, calling: "/introspect", at: now)
        // RFC 7662 §2.1: a public client has proved nothing and is told nothing.
        guard !caller.client.isPublic else { throw .clientCredentialsWrong }
        let text = try form.fields.require(.token)
        try await house.commit(caller.changes)
        return (try await introspection(of: text, for: caller.client, at: now), caller.client)
    }

    private func introspection(
        of text: WireText,
        for caller: Client,
        at now: Timestamp
    ) async throws(Refusal) -> Introspection {
        if let token = house.verifiedAccessToken(text) {
            guard Introspection.concerns(token.client, caller) else { return .inactive }
            let facts = try await house.ask { store throws(StoreFailure) in
                try await house.facts(about: token, from: store.reading(), at: now)
            }
            let isAlive = Introspection.isAlive(token, facts, at: now) && house.isAvailable(facts)
            return isAlive ? .active(token) : .inactive
        }
        return try await refreshToken(text, for: caller, at: now)
    }

    private func refreshToken(
        _ text: WireText,
        for caller: Client,
        at now: Timestamp
    ) async throws(Refusal) -> Introspection {
        let (record, standing) = try await house.ask {
            store throws(StoreFailure) -> (RefreshRecord?, Standing?) in
            let reading = store.reading()
            let record = try await reading.refreshToken(Fingerprint(of: text))
            guard let record, record.family.client == caller.id, let intent = record.family.intent else {
                return (record, nil)
            }
            return (record, try await reading.standing(of: intent, at: now))
        }
        // A resource lets in whoever holds what is active, and a refresh token opens none: its own client alone is told.
        guard let record, record.family.client == caller.id else { return .inactive }
        guard record.spent == nil, now < record.expires, record.family.revoked == nil,
            let owner = house.clients[record.family.client], owner.isEnabled, house.bank.isActive(record.family.person)
        else { return .inactive }
        if record.family.intent != nil {
            guard let standing, standing.isInForce else { return .inactive }
        }
        return .activeRefreshToken(record, subject: house.subject(of: record.family.person, for: owner))
    }
}
