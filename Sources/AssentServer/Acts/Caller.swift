internal import Consents
internal import Crypto
internal import HTTP
internal import OAuth
internal import Surfaces
internal import Text

/// Who calls a consent API, proved in the way that the route asks for.
enum Caller {
    /// By an access token of ours.
    case bearer(BearerToken)
    /// By a credential of its own: a static token, or Basic.
    case client(Client)
    /// By a token for one of a merchant's users.
    case merchant(MerchantToken, Client)
}

extension Caller {
    /// The third party, as consents name it.
    var thirdParty: Identifier<ThirdParty> {
        switch self {
        case .bearer(let bearer): Identifier(bearer.token.client.text)
        case .client(let client), .merchant(_, let client): Identifier(client.id.text)
        }
    }
}

extension SurfaceEndpoint {
    /// Believes one kind of credential only: what proves something elsewhere proves nothing here.
    func caller(
        of request: Request,
        for credential: SurfaceCredential,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Caller {
        switch credential {
        case .thirdParty(let scope):
            let bearer = try await bearer(of: request, at: now)
            guard bearer.token.grant == nil else { throw .tokenKindWrong }
            return .bearer(try Self.require(scope, of: bearer))
        case .consent(let scope):
            let bearer = try await bearer(of: request, at: now)
            guard bearer.token.grant?.intent != nil else { throw .tokenKindWrong }
            // Details say in their own words what a scope would say.
            guard bearer.token.details.accountInformation == nil else { return .bearer(bearer) }
            return .bearer(try Self.require(scope, of: bearer))
        case .portal:
            guard case .token(let token) = try? Authorization.read(request.fields),
                let client = house.clients.client(portalToken: Fingerprint(of: token)), client.isEnabled
            else { throw .credentialInvalid }
            try count(client, from: request)
            return .client(client)
        case .institution:
            let client = try basicClient(of: request, at: now)
            guard client.consentAPIs.institution != nil else { throw .credentialInvalid }
            return .client(client)
        case .merchant: return try merchant(of: request, at: now)
        case .partner:
            let client = try partner(of: request, at: now)
            guard client.consentAPIs.merchant != nil else { throw .credentialInvalid }
            return .client(client)
        case .bank(let role):
            let client = try basicClient(of: request, at: now)
            guard client.consentAPIs.bankRoles.contains(WireText(role.rawValue)) else { throw .credentialInvalid }
            return .client(client)
        case .staff:
            // A third party's token would show it what the person shares with others.
            if case .bearer = try? Authorization.read(request.fields) {
                let bearer = try await bearer(of: request, at: now)
                guard bearer.token.grant != nil, let client = house.clients[bearer.token.client],
                    client.consentAPIs.bankRoles.contains(WireText(BankRole.admin.rawValue))
                else { throw .tokenKindWrong }
                return .bearer(bearer)
            }
            return try await caller(of: request, for: .bank(.admin), at: now)
        }
    }

    private func bearer(of request: Request, at now: Timestamp) async throws(SurfaceRefusal) -> BearerToken {
        do { return try await house.bearerToken(of: request, at: now) } catch {
            switch error {
            case .accessTokenMissing: throw .tokenMissing
            case .temporarilyUnavailable: throw .unavailable(retryAfterSeconds: 1)
            case .tooManyRequests(let seconds): throw .quotaSpent(retryAfterSeconds: seconds)
            default: throw .tokenInvalid
            }
        }
    }

    private static func require(_ scope: WireText, of bearer: BearerToken) throws(SurfaceRefusal) -> BearerToken {
        guard bearer.token.scope.contains(scope) else { throw .scopeLacking(scope) }
        return bearer
    }

    /// The merchant and its user, by nothing but the token: what path and body say is compared with it.
    private func merchant(of request: Request, at now: Timestamp) throws(SurfaceRefusal) -> Caller {
        let authorization: Authorization?
        do { authorization = try Authorization.read(request.fields) } catch { throw .tokenInvalid }
        guard let authorization else { throw .tokenMissing }
        guard case .bearer(let text) = authorization,
            let token = house.keys.verifyMerchantToken(text, issuer: house.issuer), now < token.expires,
            let client = house.clients[token.client], client.isEnabled, client.consentAPIs.merchant == token.merchant
        else { throw .tokenInvalid }
        try count(client, from: request)
        return .merchant(token, client)
    }

    /// RFC 6749 §2.3: one kind of authentication a request, and no more.
    private func partner(of request: Request, at now: Timestamp) throws(SurfaceRefusal) -> Client {
        let id: WireText?
        let secret: WireText?
        do {
            id = try request.fields.single("x-partner-client-id")
            secret = try request.fields.single("x-partner-client-secret")
        } catch { throw .credentialInvalid }
        guard id != nil || secret != nil else { return try basicClient(of: request, at: now) }
        guard let id, let secret, !request.fields.contains(.authorization) else { throw .credentialInvalid }
        return try client(id, showing: secret, request, at: now)
    }

    private func basicClient(of request: Request, at now: Timestamp) throws(SurfaceRefusal) -> Client {
        guard case .basic(let id, let secret) = try? Authorization.read(request.fields) else {
            throw .credentialInvalid
        }
        return try client(id, showing: secret, request, at: now)
    }

    private func client(
        _ id: WireText,
        showing secret: WireText,
        _ request: Request,
        at now: Timestamp
    ) throws(SurfaceRefusal) -> Client {
        let presented = PresentedClient(basic: id, secret: secret)
        do { try house.limiter.requireTurn(of: presented.id, from: request.peer) } catch {
            throw SurfaceRefusal(error)
        }
        let known = house.clients[presented.id]
        let authenticated: AuthenticatedClient
        do { authenticated = try ClientAuthentication.decide(presented, known, audiences: [], at: now) } catch {
            throw .credentialInvalid
        }
        try count(authenticated.client, from: request)
        house.note(authenticated)
        return authenticated.client
    }

    private func count(_ client: Client, from request: Request) throws(SurfaceRefusal) {
        do { try house.limiter.count(client, from: request.peer) } catch { throw SurfaceRefusal(error) }
    }
}
