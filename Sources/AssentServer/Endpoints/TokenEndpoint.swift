internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Telemetry
internal import Text

/// `POST /token`: read, load, decide, commit, answer, in that order and once each.
struct TokenEndpoint: Endpoint {
    let house: House

    let routes = [Route(.post, "/token")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        do {
            let answer = try await answer(request, at: now)
            var response = Response.json(.ok, bytes: answer.document)
            // RFC 6749 §5.1.
            response.fields.append(.cacheControl, "no-store")
            return response
        } catch {
            house.count(error, by: request.grantType)
            return RefusalAnswer.json(error, usedHeader: request.triesAuthorizationHeader)
        }
    }

    private func answer(_ request: Request, at now: Timestamp) async throws(Refusal) -> TokenAnswer {
        let form = try ClientForm(request)
        let client = try house.authenticate(form, calling: "/token", at: now)
        do { return try await answer(form, from: client, at: now) } catch {
            throw await settle(error, of: form.fields, from: client, at: now)
        }
    }

    private func answer(
        _ form: ClientForm,
        from client: AuthenticatedClient,
        at now: Timestamp
    ) async throws(Refusal) -> TokenAnswer {
        let grant = try Grants.grant(for: form.fields, by: client.client)
        let tokenRequest = TokenRequest(
            fields: form.fields,
            client: client.client,
            certificate: form.certificate,
            lifetimes: house.lifetimes,
            now: now,
            freshToken: try house.freshToken()
        )
        return try await answer(tokenRequest, from: client, by: grant)
    }

    private func answer(
        _ request: TokenRequest,
        from client: AuthenticatedClient,
        by grant: some Grant
    ) async throws(Refusal) -> TokenAnswer {
        let facts = try await house.ask { store throws(StoreFailure) in
            try await grant.load(request, from: store)
        }
        let issuance = try grant.decide(request, facts)
        try house.requireAvailable(issuance.subject)
        // The one moment where anything is spent: of two that hold the same code, one is kept.
        try await house.commit(client.changes + issuance.changes)
        // Signed after the commit: nothing leaves that was not kept.
        let answer = try house.sign(issuance, for: request.client, at: request.now)
        house.countIssue(by: Self.name(of: grant))
        return answer
    }

    private static func name<G: Grant>(of grant: G) -> WireText { G.type.name }

    /// Keeps what a refusal changes before it is told, such as the end of a family whose code came twice.
    ///
    /// - Returns: What the client hears: the refusal, unless something that matters more came between.
    private func settle(
        _ refusal: Refusal,
        of fields: TokenFields,
        from client: AuthenticatedClient,
        at now: Timestamp
    ) async -> Refusal {
        // Where the fault is ours the client may come again with the same assertion.
        guard refusal.status < 500 else { return refusal }
        let consequences = WrongRedemption.changes(after: refusal, fields, at: now) + refusal.remedy
        do {
            // RFC 7523 §3: an assertion has been used, whatever became of the request it came with.
            try await house.commit(client.changes + consequences)
            return refusal
        } catch {
            if error == .clientAssertionReplayed { return error }
            guard !consequences.isEmpty else { return refusal }
            house.log.error("remedy.failed", ["refusal": .text(WireText(refusal.label))])
            return .temporarilyUnavailable
        }
    }
}

/// A redemption that failed for its contents and not for the code: security.md TK-28.
private enum WrongRedemption {
    static func changes(after refusal: Refusal, _ fields: TokenFields, at now: Timestamp) -> [OAuth.Change] {
        switch refusal {
        case .redirectURIDiffers, .verifierDiffers, .certificateDiffers:
            fields[.code].map { [.countCodeFailure(Fingerprint(of: $0), at: now)] } ?? []
        default: []
        }
    }
}

extension Request {
    /// What was asked for, where it is one of ours; only to count what became of it.
    fileprivate var grantType: WireText? {
        guard let form = try? FormFields(body.span), let name = form["grant_type"] else { return nil }
        return Grants.names.first { $0 == name }
    }
}

extension House {
    /// A person who is locked or gone is not acted for, whatever was granted before.
    func requireAvailable(_ subject: Issuance.Subject) throws(Refusal) {
        guard case .person(let family) = subject else { return }
        guard bank.isActive(family.person) else { throw .personUnavailable }
    }

    /// Makes the words that a decision allows.
    fileprivate func sign(
        _ issuance: Issuance,
        for client: Client,
        at now: Timestamp
    ) throws(Refusal) -> TokenAnswer {
        let identifier = try freshUUID().text
        let token = AccessToken(issuance, client: client, issuer: issuer, identifier: identifier, at: now)
        let accessToken = try keys.sign(token)
        var idToken: WireText?
        if case .person(let family) = issuance.subject, issuance.scope.contains(Scope.openID) {
            let token = IDToken(
                family,
                issuer: issuer,
                beside: .accessToken(accessToken, refreshTokenExpires: issuance.refreshToken?.expires),
                lifetimes: lifetimes,
                at: now
            )
            idToken = try keys.sign(token, for: client, entropy: entropy)
        }
        return TokenAnswer(
            accessToken: accessToken,
            expiresIn: issuance.accessTokenExpires.since(now),
            scope: issuance.scope,
            refreshToken: issuance.refreshToken?.value,
            idToken: idToken
        )
    }
}
