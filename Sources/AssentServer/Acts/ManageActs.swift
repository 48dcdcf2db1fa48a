internal import Consents
internal import HTTP
internal import OAuth
internal import Storage
internal import Surfaces
internal import Text

// What a gateway does for third parties, each of which it names in a header.
extension SurfaceEndpoint {
    func register(
        _ draft: BankAct.Draft,
        _ request: Request,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        let headers = try GatewayHeaders(request)
        guard let client = try await client(Identifier(headers.client)), client.isEnabled else {
            throw .headerInvalid(GatewayHeaders.clientID)
        }
        let consent = try await create(try draft(request.body), request, for: Identifier(client.id.text), at: now)
        return surface.answer(.created, Self.document(consent, headers, at: now))
    }

    func fetchManaged(
        _ request: Request,
        _ parts: PathParts,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        let headers = try GatewayHeaders(request)
        return surface.answer(.ok, Self.document(try await managed(parts, headers), headers, at: now))
    }

    func endManaged(
        _ request: Request,
        _ parts: PathParts,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        let headers = try GatewayHeaders(request)
        let consent = try await managed(parts, headers)
        try await change(consent.id, by: .thirdParty(consent.thirdParty), at: now) { _ in .delete }
        return surface.answer(.noContent, nil)
    }

    private static func document(_ consent: Consent, _ headers: GatewayHeaders, at now: Timestamp) -> JSON {
        headers.isInternal ? ManagedConsent.record(consent, at: now) : ManagedConsent.document(consent, at: now)
    }

    /// A consent of the client that the gateway names; here deleted ones are seen for what they are.
    private func managed(_ parts: PathParts, _ headers: GatewayHeaders) async throws(SurfaceRefusal) -> Consent {
        guard let id = parts["id"].flatMap({ UUID($0) }) else { throw .fieldInvalid(path: "ConsentId") }
        guard let consent = try await consent(Identifier(id.text)) else { throw .notFound }
        guard consent.thirdParty.text == headers.client else { throw .notYours }
        return consent
    }

    /// Changes a consent, whatever else is happening to it: who decides at this very moment came before.
    func change(
        _ id: Identifier<Consent>,
        by actor: Actor,
        at now: Timestamp,
        _ event: (Consent) throws(SurfaceRefusal) -> ConsentEvent
    ) async throws(SurfaceRefusal) {
        for _ in 0..<Self.attempts {
            guard let consent = try await consent(id) else { throw .notFound }
            let event = try event(consent)
            let change: ConsentChange
            do { change = try consent.change(event, by: actor, at: now) } catch { throw .consent(error) }
            if try await commit([.consent(change)]) { return }
        }
        throw .unavailable(retryAfterSeconds: 1)
    }
}
