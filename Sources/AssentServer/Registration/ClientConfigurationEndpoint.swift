internal import Crypto
internal import HTTP
internal import OAuth
internal import Telemetry
internal import Text

/// `/register/ID`: a client reads, replaces and removes its registration: RFC 7592 §2.
struct ClientConfigurationEndpoint: Endpoint {
    let house: House

    let routes = [
        Route(.get, "/register/:client", answersHead: false), Route(.put, "/register/:client"),
        Route(.delete, "/register/:client"),
    ]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        do throws(RegistrationRefusal) {
            let (client, token) = try await registration(parts["client"] ?? "", request, at: now)
            switch request.method {
            case .put: return try await replace(client, request, at: now)
            case .delete: return try await remove(client)
            default:
                return RegistrationResponse.information(client.information(from: house.issuer, accessToken: token), .ok)
            }
        } catch { return RegistrationResponse.refusal(error, from: house.issuer) }
    }

    /// RFC 7592 §2.1: who is not there, who is disabled and whose token is another all hear the same.
    ///
    /// - Returns: The client, and its registration access token where it came with that.
    private func registration(
        _ id: WireText,
        _ request: Request,
        at now: Timestamp
    ) async throws(RegistrationRefusal) -> (client: RegisteredClient, accessToken: WireText?) {
        let token = try request.registrationToken()
        let shown = Fingerprint(of: token)
        let client: Client?
        do { client = try await house.client(Identifier(id)) } catch { throw .server(error) }
        guard let registration = house.clients.registration(of: Identifier(id)), client?.isEnabled == true
        else { throw .tokenInvalid }
        if ConstantTime.equal(registration.accessToken, shown) { return (registration, token) }
        // UK Open Banking §4: software comes with an access token of its own, which its certificate binds.
        guard registration.policy.software != nil, let bearer = try? await house.bearerToken(of: request, at: now),
            bearer.token.client == registration.id, bearer.token.grant == nil
        else { throw .tokenInvalid }
        return (registration, nil)
    }

    /// RFC 7592 §2.2: what is left out is left out of the registration, and the policy holds as at the first time.
    private func replace(
        _ client: RegisteredClient,
        _ request: Request,
        at now: Timestamp
    ) async throws(RegistrationRefusal) -> Response {
        let (asked, policy, spending) = try await asked(by: client, request, at: now)
        var kept = asked.needsSecret ? client.secret(for: asked) : nil
        var secret: WireText?
        if asked.needsSecret, kept == nil {
            let fresh = try house.freshRegistrationToken()
            kept = try house.kept(fresh, of: client.id, for: asked)
            secret = fresh
        }
        let accessToken = try house.freshRegistrationToken()
        let next = try asked.client(
            client.id,
            on: RegistrationRequest.Grounds(policy: policy, algorithms: house.keys.algorithms),
            secret: kept,
            accessToken: Fingerprint(of: accessToken),
            issued: client.issued,
            version: client.version + 1
        )
        try await house.requireUse(of: next)
        try await house.commit(registering: [.replace(next)], spending: spending)
        try house.keep(next, at: now)
        house.log.info("client.changed", ["client": .text(client.id.text)])
        return RegistrationResponse.information(
            next.information(from: house.issuer, secret: secret, accessToken: accessToken),
            .ok
        )
    }

    /// What is asked for: by software in its own signed words again, as far as its statement goes, and by others in JSON.
    private func asked(
        by client: RegisteredClient,
        _ request: Request,
        at now: Timestamp
    ) async throws(RegistrationRefusal) -> (RegistrationRequest, RegistrationPolicy, [OAuth.Change]) {
        guard let software = client.policy.software else {
            let document = try request.registrationDocument()
            try requireOwn(document, client)
            return (try RegistrationRequest(document), client.policy, [])
        }
        guard request.isSignedRegistration else {
            throw .metadata(
                ClientMetadata.Problem("", "The request must be application/jose, as the registration was.")
            )
        }
        let signed = try await house.signedRegistration(request, at: now)
        guard signed.software == software else {
            throw .statementInvalid("The software statement is of other software.")
        }
        return (signed.request, signed.policy, [signed.spending])
    }

    private func remove(_ client: RegisteredClient) async throws(RegistrationRefusal) -> Response {
        try await house.commit(registering: [.remove(client.id, accessToken: client.accessToken)])
        house.clients.forget(client.id)
        house.log.info("client.removed", ["client": .text(client.id.text)])
        var response = Response.empty(.noContent)
        response.fields.append(.cacheControl, "no-store")
        return response
    }

    /// RFC 7592 §2.2: the client names itself, may repeat its secret, and cannot choose what is ours to give.
    private func requireOwn(_ document: JSON, _ client: RegisteredClient) throws(RegistrationRefusal) {
        guard document["client_id"]?.text == client.id.text else {
            throw .metadata(ClientMetadata.Problem("client_id", "It must be the client_id of this registration."))
        }
        for name in Self.given where document[name] != nil {
            throw .metadata(ClientMetadata.Problem(name, "It must not stand in the request."))
        }
        if let secret = document["client_secret"] {
            guard let text = secret.text, house.isSecret(text, of: client) else {
                throw .metadata(ClientMetadata.Problem("client_secret", "It is not the secret of this client."))
            }
        }
    }

    private static let given: [WireText] = [
        "registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at",
    ]
}

extension RegisteredClient {
    /// Its secret, where it is kept in the form that the client now needs: from a digest there is no way back.
    fileprivate func secret(for request: RegistrationRequest) -> RegistrationRequest.KeptSecret? {
        switch secret {
        case .digest where !request.needsSealedSecret, .sealed where request.needsSealedSecret: secret
        case .digest, .sealed, nil: nil
        }
    }
}
