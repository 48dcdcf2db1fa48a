internal import Consents
internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Surfaces
internal import Text

/// Mounts a consent API: checks the token, performs the act, and lets the surface find the words.
struct SurfaceEndpoint: Endpoint {
    let house: House
    let surface: any Surface
    private let acts: Router<SurfaceRoute>

    let routes: [Route]

    init(_ surface: any Surface, house: House) throws(RouteProblem) {
        self.surface = surface.served(from: house.base)
        self.house = house
        routes = surface.routes.map { Route($0.method, $0.path) }
        acts = try Router(surface.routes.map { (Route($0.method, $0.path), $0) })
    }

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        guard let reference = reference(of: request) else { return .wordless }
        do { return complete(try await answer(request, parts, at: now), to: request, reference) } catch {
            var refused = surface.answer(error, reference: reference)
            if case .loginInsufficient(let stepUp) = error {
                // RFC 9449 §7.1: in the scheme that the client used.
                let challenge = FieldValue(stepUp.challenge(request.triesProof ? "DPoP" : "Bearer"))
                if let challenge { refused.fields.set(.wwwAuthenticate, challenge) }
            } else if refused.status == .unauthorized, let challenge = house.challengeOfProof(to: request, at: now) {
                refused.fields.set(.wwwAuthenticate, challenge)
            }
            return complete(refused, to: request, reference)
        }
    }

    /// What the router could not place, in the surface's own words.
    func refuse(_ refusal: SurfaceRefusal, _ request: Request) -> Response {
        guard let reference = reference(of: request) else { return .wordless }
        return complete(surface.answer(refusal, reference: reference), to: request, reference)
    }

    /// An answer that somebody else made, with what stands on every answer of the surface.
    func complete(_ response: Response, to request: Request) -> Response {
        guard let reference = reference(of: request) else { return response }
        return complete(response, to: request, reference)
    }

    private func reference(of request: Request) -> UUID? {
        guard let fresh = try? house.entropy.uuid() else { return nil }
        return surface.reference(of: request, orElse: fresh)
    }

    private func complete(_ response: Response, to request: Request, _ reference: UUID) -> Response {
        var complete = surface.complete(response, to: request, reference: reference)
        complete.fields.set(.cacheControl, "no-store")
        return complete
    }

    private func answer(
        _ request: Request,
        _ parts: PathParts,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        guard case .found(let route, _) = acts.find(request.method, request.path) else { throw .pathUnknown }
        let caller = try await caller(of: request, for: route.credential, at: now)
        try surface.admit(request, for: route.act)
        let thirdParty = caller.thirdParty

        switch route.act {
        case .create(let draft, let document):
            let consent = try await create(try draft(request.body), request, for: thirdParty, at: now)
            return surface.answer(.created, document(consent, house.base, now))
        case .fetch(let document):
            let consent = try await consent(parts, of: thirdParty)
            return surface.answer(.ok, document(consent, house.base, now))
        case .delete:
            try await delete(parts, by: thirdParty, at: now)
            return surface.answer(.noContent, nil)
        case .read(let reading):
            return surface.answer(.ok, try reading(try await accountRequest(request, parts, caller, at: now)))
        case .bank(let act): return try await perform(act, request, parts, caller, at: now)
        case .konsentus(let act): return try await perform(act, request, by: caller, at: now)
        case .merchant(let act): return try await perform(act, request, parts, by: caller, at: now)
        case .klarna(let act): return try await perform(act, request, parts, for: thirdParty, at: now)
        }
    }

    func create(
        _ draft: ConsentDraft,
        _ request: Request,
        for thirdParty: Identifier<ThirdParty>,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Consent {
        let consent = try register(draft, request.body, for: thirdParty, at: now)
        let registration = Storage.Change.consent(.registration(of: consent))
        guard let record = try idempotencyRecord(of: request, registering: consent, at: now) else {
            // Nobody else has this identifier, unless the generator is broken.
            guard try await commit([registration]) else { throw .unavailable(retryAfterSeconds: 1) }
            return consent
        }
        if try await commit([.takeKey(record, at: now), registration]) { return consent }
        return try await registered(under: record)
    }

    /// A new consent, which is still to be kept.
    func register(
        _ draft: ConsentDraft,
        _ receipt: [UInt8],
        for thirdParty: Identifier<ThirdParty>,
        at now: Timestamp
    ) throws(SurfaceRefusal) -> Consent {
        guard let id = try? house.freshUUID() else { throw .unavailable(retryAfterSeconds: 1) }
        do {
            return try house.policy.register(
                draft,
                as: Identifier(id.text),
                for: thirdParty,
                on: surface.origin,
                receipt: receipt,
                at: now
            )
        } catch { throw .consent(error) }
    }

    private func idempotencyRecord(
        of request: Request,
        registering consent: Consent,
        at now: Timestamp
    ) throws(SurfaceRefusal) -> IdempotencyRecord? {
        guard let name = surface.idempotencyKey else { return nil }
        let key: WireText?
        do { key = try request.fields.single(name) } catch { throw .headerInvalid(name) }
        guard let key else { return nil }
        guard IdempotencyRecord.keyBytes.contains(key.byteCount) else { throw .headerInvalid(name) }
        return IdempotencyRecord(
            thirdParty: consent.thirdParty,
            // A key is of one API and of one user there, as the registration is; no field holds a line feed.
            key: Fingerprint(of: WireText("\(surface.name)\n\(key)\n\(consent.endUser?.string ?? "")")),
            request: Fingerprint(of: request.body),
            consent: consent.id,
            expires: now + IdempotencyRecord.seconds
        )
    }

    /// What was registered before under the same key, where it was the same request.
    private func registered(under record: IdempotencyRecord) async throws(SurfaceRefusal) -> Consent {
        let kept: IdempotencyRecord?
        do {
            kept = try await house.ask { store throws(StoreFailure) in
                try await store.idempotencyRecord(of: record.thirdParty, key: record.key)
            }
        } catch { throw .unavailable(retryAfterSeconds: 1) }
        guard let kept, let consent = try await consent(kept.consent) else { throw .unavailable(retryAfterSeconds: 1) }
        guard kept.request == record.request else { throw .headerInvalid(surface.idempotencyKey ?? .xIdempotencyKey) }
        return consent
    }

    /// Ends a consent, whatever else is happening to it: who decides at this very moment came before.
    private func delete(
        _ parts: PathParts,
        by thirdParty: Identifier<ThirdParty>,
        at now: Timestamp
    ) async throws(SurfaceRefusal) {
        for _ in 0..<Self.attempts {
            let consent = try await consent(parts, of: thirdParty)
            let change: ConsentChange
            do { change = try consent.change(.delete, by: .thirdParty(thirdParty), at: now) } catch {
                throw .consent(error)
            }
            if try await commit([.consent(change)]) { return }
        }
        throw .unavailable(retryAfterSeconds: 1)
    }

    /// A person presses a button once, and seldom changes their mind faster than we read.
    static let attempts = 5

    private func consent(
        _ parts: PathParts,
        of thirdParty: Identifier<ThirdParty>
    ) async throws(SurfaceRefusal) -> Consent {
        guard let id = parts["id"] else { throw .notFound }
        let consent = try await consent(Identifier(id))
        return try surface.visible(consent, to: thirdParty, isShared: house.sharesAcrossSurfaces)
    }

    func consent(_ id: Identifier<Consent>) async throws(SurfaceRefusal) -> Consent? {
        do { return try await house.ask { store throws(StoreFailure) in try await store.consent(id) } } catch {
            throw .unavailable(retryAfterSeconds: 1)
        }
    }

    /// The client as it is now, whoever changed it.
    func client(_ id: Identifier<Client>) async throws(SurfaceRefusal) -> Client? {
        do { return try await house.client(id) } catch { throw .unavailable(retryAfterSeconds: 1) }
    }

    /// What the person allowed, and what the bank knows: the surface shows where the two meet.
    private func accountRequest(
        _ request: Request,
        _ parts: PathParts,
        _ caller: Caller,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> AccountRequest {
        guard case .bearer(let bearer) = caller, let intent = bearer.token.grant?.intent,
            let person = bearer.person,
            let consent = try await consent(Identifier(intent.text)), consent.isInForce(at: now),
            // Read anew after the token was checked, so whose it is is looked at anew as well.
            consent.thirdParty.text == bearer.token.client.text,
            consent.authorisation?.person.text == person.text,
            // What was registered under the rules of another API, such as a daily quota, is not to be had around them.
            surface.knows(consent, isShared: house.sharesAcrossSurfaces) || consent.origin == .authorizationDetails
        else { throw .tokenInvalid }
        return AccountRequest(
            consent: consent.narrowed(to: bearer.token.details),
            accounts: house.bank.accounts(of: person),
            request: request,
            parts: parts,
            base: house.base,
            now: now,
            login: bearer.token.grant.map { StepUp.Login(authenticated: $0.authenticated, acr: $0.acr) },
            stepUp: house.stepUp
        )
    }

    /// Whether a consent opens anything at this moment: it is in force, and the bank still acts for its person.
    func opens(_ consent: Consent, at now: Timestamp) -> Bool {
        guard consent.isInForce(at: now), let person = consent.authorisation?.person else { return false }
        return house.bank.isActive(Identifier(person.text))
    }

    /// Makes all changes or none; `false` where somebody else was faster.
    func commit(_ changes: [Storage.Change]) async throws(SurfaceRefusal) -> Bool {
        do {
            return try await house.ask { store throws(StoreFailure) in try await store.commit(changes) } == .kept
        } catch { throw .unavailable(retryAfterSeconds: 1) }
    }
}

extension House {
    /// Scheme and authority, before every path.
    var base: WireText { URIReference(issuer.text)?.origin ?? issuer.text }
}
