internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Telemetry
internal import Text

/// `POST /register`: a client registers itself, with a token that the bank has given out: RFC 7591 §3.
struct RegistrationEndpoint: Endpoint {
    let house: House

    let routes = [Route(.post, "/register")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        do { return try await register(request, at: now) } catch {
            return RegistrationResponse.refusal(error, from: house.issuer)
        }
    }

    private func register(_ request: Request, at now: Timestamp) async throws(RegistrationRefusal) -> Response {
        if request.isSignedRegistration { return try await registerSoftware(request, at: now) }
        let token = try request.registrationToken()
        guard let rules = house.registration.current, let invitation = rules.invitation(token, at: now) else {
            throw .tokenInvalid
        }
        let asked = try RegistrationRequest(try request.registrationDocument())
        let secret = asked.needsSecret ? try house.freshRegistrationToken() : nil
        let accessToken = try house.freshRegistrationToken()
        let id = try house.freshClientID()
        var kept: RegistrationRequest.KeptSecret?
        if let secret { kept = try house.kept(secret, of: id, for: asked) }
        let client = try asked.client(
            id,
            on: RegistrationRequest.Grounds(policy: invitation.policy, algorithms: house.keys.algorithms),
            secret: kept,
            accessToken: Fingerprint(of: accessToken),
            issued: now
        )
        try await house.requireUse(of: client)
        try await house.commit(registering: [
            .spendInvitation(invitation.token, expires: invitation.expires), .register(client),
        ])
        try house.keep(client, at: now)
        house.log.info("client.registered", ["client": .text(client.id.text)])
        return RegistrationResponse.information(
            client.information(from: house.issuer, secret: secret, accessToken: accessToken),
            .created
        )
    }

    /// UK Open Banking: the statement of the directory stands in the place of an invitation.
    private func registerSoftware(_ request: Request, at now: Timestamp) async throws(RegistrationRefusal) -> Response {
        let signed = try await house.signedRegistration(request, at: now)
        let accessToken = try house.freshRegistrationToken()
        let secret = signed.request.needsSecret ? try house.freshRegistrationToken() : nil
        let id = try house.freshClientID()
        var kept: RegistrationRequest.KeptSecret?
        if let secret { kept = try house.kept(secret, of: id, for: signed.request) }
        let client = try signed.request.client(
            id,
            on: RegistrationRequest.Grounds(policy: signed.policy, algorithms: house.keys.algorithms),
            secret: kept,
            accessToken: Fingerprint(of: accessToken),
            issued: now
        )
        try await house.requireUse(of: client)
        try await house.commit(registering: [.register(client)], spending: [signed.spending])
        try house.keep(client, at: now)
        house.log.info("client.registered", ["client": .text(client.id.text), "software": .text(signed.software)])
        return RegistrationResponse.information(
            client.information(from: house.issuer, secret: secret, accessToken: accessToken),
            .created
        )
    }
}
