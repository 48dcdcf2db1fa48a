internal import Consents
internal import HTTP
internal import OAuth
internal import Surfaces
internal import Text

/// Who searches and revokes.
private enum Searcher {
    case staff(WireText)
    case person(Identifier<Consents.Person>)

    /// As the history names them.
    var actor: Actor {
        switch self {
        case .staff(let name): .staff(name)
        case .person(let id): .person(id)
        }
    }

    /// Refuses a person what is not theirs, alike where it is somebody else's and where it is nowhere.
    func requireOwn(_ consent: Consent?) throws(SurfaceRefusal) -> Consent {
        switch self {
        case .staff:
            guard let consent else { throw .notFound }
            return consent
        case .person(let id):
            guard let consent, consent.authorisation?.person == id else { throw .consent(.otherPerson) }
            return consent
        }
    }
}

// The bank's staff, and persons about their own consents.
extension SurfaceEndpoint {
    func search(_ request: Request, _ caller: Caller, at now: Timestamp) async throws(SurfaceRefusal) -> Response {
        let searcher = try searcher(request, caller)
        var search = try ConsentSearchRequest.read(request.query)
        if case .person(let id) = searcher {
            guard search.persons.allSatisfy({ $0 == id }) else { throw .consent(.otherPerson) }
            search.persons = [id]
        }
        let found: ConsentsFound
        do {
            found = try await house.ask { [search] store throws(StoreFailure) in
                try await store.consents(matching: search, at: now)
            }
        } catch { throw .unavailable(retryAfterSeconds: 1) }
        return surface.answer(.ok, ConsentSearchRequest.document(found, of: search, at: now))
    }

    func revoke(_ request: Request, _ caller: Caller, at now: Timestamp) async throws(SurfaceRefusal) -> Response {
        let searcher = try searcher(request, caller)
        let revocation = try RevocationRequest(request.query)
        try await changeOwn(revocation.consent, searcher, at: now) { consent throws(SurfaceRefusal) in
            if let person = revocation.person {
                guard consent.authorisation?.person == person else { throw .consent(.otherPerson) }
            }
            return if case .staff = searcher { .revoke(.bank) } else { .revoke(.person) }
        }
        return surface.answer(.noContent, nil)
    }

    func loseAccount(_ request: Request, _ caller: Caller, at now: Timestamp) async throws(SurfaceRefusal) -> Response {
        let searcher = try searcher(request, caller)
        let removal = try AccountRemoval(request.query)
        try await changeOwn(removal.consent, searcher, at: now) { _ in .lose(removal.account) }
        return surface.answer(.noContent, nil)
    }

    func history(_ act: BankAct, _ request: Request, _ caller: Caller) async throws(SurfaceRefusal) -> Response {
        let searcher = try searcher(request, caller)
        let isAudit = if case .statusAudit = act { true } else { false }
        let history =
            isAudit ? try ConsentHistory(auditing: request.query) : try ConsentHistory(amending: request.query)
        let consent = try searcher.requireOwn(try await consent(history.consent))
        let revisions: [Revision]
        do {
            revisions = try await house.ask { store throws(StoreFailure) in try await store.revisions(of: consent.id) }
        } catch { throw .unavailable(retryAfterSeconds: 1) }
        return surface.answer(.ok, isAudit ? history.audit(revisions) : history.amendments(revisions))
    }

    private func changeOwn(
        _ id: Identifier<Consent>,
        _ searcher: Searcher,
        at now: Timestamp,
        _ event: (Consent) throws(SurfaceRefusal) -> ConsentEvent
    ) async throws(SurfaceRefusal) {
        _ = try searcher.requireOwn(try await consent(id))
        try await change(id, by: searcher.actor, at: now) { consent throws(SurfaceRefusal) in
            try event(try searcher.requireOwn(consent))
        }
    }

    private func searcher(_ request: Request, _ caller: Caller) throws(SurfaceRefusal) -> Searcher {
        if case .bearer(let bearer) = caller, let person = bearer.person { return .person(Identifier(person.text)) }
        // The history names who did it; a system of the bank alone would be nobody.
        let name: WireText?
        do { name = try request.fields.single(Self.staff) } catch { throw .headerInvalid(Self.staff) }
        guard let name, name.isVisibleASCII, (1...128).contains(name.byteCount),
            !Self.ours.contains(name.lowercasedASCII)
        else { throw .headerInvalid(Self.staff) }
        return .staff(name)
    }

    private static let staff: FieldName = "x-staff"
    /// Under these the history has what the server did by itself, and what the bank's hooks said.
    private static let ours: Set<WireText> = ["system", "hooks"]
}
