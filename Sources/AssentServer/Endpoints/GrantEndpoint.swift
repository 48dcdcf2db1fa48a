internal import Consents
internal import HTTP
internal import OAuth
internal import Storage
internal import Text

/// `GET` and `DELETE /grants/{id}`: what a client has been granted, and its end (Grant Management for OAuth 2.0 §6).
///
/// A grant is a consent that was asked for in a request; consents of the consent APIs have those for the same.
struct GrantEndpoint: Endpoint {
    let house: House

    let routes = [Route(.get, "/grants/:id"), Route(.delete, "/grants/:id")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        do {
            let id = Identifier<Intent>(parts["id"] ?? "")
            var response: Response
            if request.method == .delete {
                let client = try await client(of: request, with: Scope.grantManagementRevoke, at: now)
                try await revoke(id, by: client, at: now)
                response = .empty(.noContent)
            } else {
                let client = try await client(of: request, with: Scope.grantManagementQuery, at: now)
                response = .json(.ok, bytes: try await document(id, of: client, at: now))
            }
            response.fields.append(.cacheControl, "no-store")
            return response
        } catch {
            return RefusalAnswer.resource(error, from: house.issuer, house.challenge(error, to: request))
        }
    }

    /// The client itself, by a token that speaks for no person.
    private func client(
        of request: Request,
        with scope: WireText,
        at now: Timestamp
    ) async throws(Refusal) -> Identifier<Client> {
        let bearer = try await house.bearerToken(of: request, at: now)
        guard bearer.token.grant == nil, bearer.token.scope.contains(scope) else { throw .accessTokenInsufficient }
        return bearer.token.client
    }

    /// Grant Management for OAuth 2.0 §6.6: what is not there is 404, and what is another client's 403.
    private func consent(
        _ id: Identifier<Intent>,
        of client: Identifier<Client>,
        at now: Timestamp
    ) async throws(Refusal) -> Consent {
        guard let consent = try await house.managedGrant(id) else { throw .grantUnknown }
        guard consent.thirdParty.text == client.text else { throw .grantNotYours }
        // §4.1: this is no history; what has ended is not there any more.
        guard consent.isInForce(at: now) else { throw .grantUnknown }
        return consent
    }

    private func document(
        _ id: Identifier<Intent>,
        of client: Identifier<Client>,
        at now: Timestamp
    ) async throws(Refusal) -> [UInt8] {
        let consent = try await consent(id, of: client, at: now)
        let family = try await house.ask { store throws(StoreFailure) in try await store.liveFamily(of: id) }
        let details = AccountInformation(consent, locations: family?.details.locations ?? [])
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("scopes", json: .array(scopes(of: family)))
        writer.member("claims", json: .array((family?.claims.names ?? []).map { .text($0.claimName) }))
        writer.member("authorization_details", json: AuthorizationDetails([.accountInformation(details)]).json)
        writer.member("created_at", WireText(consent.created.rfc3339))
        writer.member("last_updated_at", WireText(consent.updated.rfc3339))
        if let expires = consent.lifetime.expires { writer.member("expires_at", WireText(expires.rfc3339)) }
        writer.endObject()
        return writer.bytes
    }

    private func scopes(of family: TokenFamily?) -> [JSON] {
        guard let family, !family.scope.isEmpty else { return [] }
        let resources = family.resources.isEmpty ? [house.issuer.text] : family.resources
        return [["scope": .text(family.scope.text), "resource": .array(resources.map { .text($0) })]]
    }

    /// Ends the consent and, in the same commit, everything that was issued on it: §6.5.
    private func revoke(_ id: Identifier<Intent>, by client: Identifier<Client>, at now: Timestamp)
        async throws(Refusal)
    {
        // A person presses a button once, and seldom changes their mind faster than we read.
        for _ in 0..<SurfaceEndpoint.attempts {
            let consent = try await consent(id, of: client, at: now)
            let thirdParty = Identifier<ThirdParty>(client.text)
            let change: ConsentChange
            do { change = try consent.change(.revoke(.thirdParty), by: .thirdParty(thirdParty), at: now) } catch {
                throw .grantUnknown
            }
            let changes: [Storage.Change] = [.consent(change), .oauth(.revokeFamilies(of: id, at: now))]
            let result = try await house.ask { store throws(StoreFailure) in try await store.commit(changes) }
            if case .kept = result { return }
        }
        throw .temporarilyUnavailable
    }
}
