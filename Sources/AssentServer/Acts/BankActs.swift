internal import Consents
internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Surfaces
internal import Telemetry
internal import Text

extension SurfaceEndpoint {
    /// What the bank's own systems and its staff do.
    func perform(
        _ act: BankAct,
        _ request: Request,
        _ parts: PathParts,
        _ caller: Caller,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        switch act {
        case .retrieve: try await retrieve(request, parts, at: now)
        case .persist: try await persist(request, parts, caller, at: now)
        case .register(let draft): try await register(draft, request, at: now)
        case .fetch: try await fetchManaged(request, parts, at: now)
        case .end: try await endManaged(request, parts, at: now)
        case .validate: try await validate(request, caller, at: now)
        case .search: try await search(request, caller, at: now)
        case .revoke: try await revoke(request, caller, at: now)
        case .loseAccount: try await loseAccount(request, caller, at: now)
        case .statusAudit, .amendments: try await history(act, request, caller)
        }
    }

    // MARK: The bank's own consent page

    private func retrieve(
        _ request: Request,
        _ parts: PathParts,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        let visit = try await visit(request, parts, by: .bank, at: now)
        let (_, screen) = try await screen(visit)
        let nonce: [UInt8]
        do { nonce = try house.entropy.bytes(FormTokens.nonceBytes) } catch { throw .unavailable(retryAfterSeconds: 1) }
        return surface.answer(.ok, screen.document(named: house.forms.name(nonce, visit, showing: screen)))
    }

    private func persist(
        _ request: Request,
        _ parts: PathParts,
        _ caller: Caller,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        guard let key = parts["key"] else { throw .sessionUnknown }
        let decision = try PersistRequest(request.body, query: request.query, key: key)
        // The name of a request stands in links. What proves that its browser is here are its own cookies.
        let cookies = BrowserCookies(decision.cookies)
        let visit = try await visit(request, parts, by: .browser(cookies), at: now)
        guard let session = visit.session, visit.interaction.session == session.fingerprint else {
            throw .sessionUnknown
        }
        // An answer that is a page of ours cannot be the place where somebody else's page ends.
        guard visit.authorization.target.mode.carrier != .formPost, !visit.authorization.target.isHere else {
            throw .notRetrievable
        }
        let (offer, screen) = try await screen(visit)
        guard decision.isApproved else {
            do { try await visit.deny() } catch { throw Self.refusal(error) }
            return try ended(AuthorizationAnswer(visit.authorization.target, denied: house.issuer), decision)
        }
        guard let choice = decision.choice, house.forms.fits(choice.page, visit, showing: screen) else {
            throw .fieldInvalid(path: "requestParameters")
        }
        let accounts = try screen.accounts(named: choice.accounts)
        let kept: Decision
        do {
            let shown = ShownPage(
                digest: Digest.sha256(screen.lasting),
                // What the page was rendered from is the bank's own: only which of its systems did so is known.
                templates: Digest.sha256(caller.thirdParty.text),
                language: "und"
            )
            kept = try await visit.allow(accounts, of: offer, session, shown: shown)
        } catch {
            switch error {
            case .foreignAccount, .noAccount, .tooManyAccounts: throw .fieldInvalid(path: "requestParameters")
            case .page(let failure): throw Self.refusal(failure)
            }
        }
        let answer = try await keep(kept, visit, session, endsRequest: decision.endsRequest)
        house.metrics.consentDecisions.count(.allowed)
        return try ended(answer, decision)
    }

    /// Keeps a yes, and issues what the third party gets for it where the request ends with it.
    private func keep(
        _ decision: Decision,
        _ visit: Visit,
        _ session: Session,
        endsRequest: Bool
    ) async throws(SurfaceRefusal) -> AuthorizationAnswer {
        do {
            guard endsRequest else {
                let held = Storage.Change.oauth(.requireSession(session.fingerprint, at: visit.now))
                var ended: [Storage.Change] = []
                if let consent = decision.consent {
                    ended = [.oauth(.revokeFamilies(of: Identifier(consent.id.text), at: visit.now))]
                }
                try await house.commit(decision.changes + [held] + ended)
                return AuthorizationAnswer(visit.authorization.target, code: nil, idToken: nil, issuer: house.issuer)
            }
            return try await house.grant(
                visit.authorization,
                to: session,
                deciding: decision.changes,
                consent: decision.consent,
                at: visit.now
            )
        } catch { throw Self.refusal(error) }
    }

    /// 302 is the contract of this API: its caller is no browser, and sends nothing twice.
    private func ended(
        _ answer: AuthorizationAnswer,
        _ decision: PersistRequest
    ) throws(SurfaceRefusal) -> Response {
        guard decision.endsRequest else { return .empty(.ok) }
        do { return .redirect(to: try house.sealed(answer).location, status: .found) } catch {
            throw Self.refusal(error)
        }
    }

    private func visit(
        _ request: Request,
        _ parts: PathParts,
        by proof: VisitProof,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Visit {
        do throws(Visit.Trouble) {
            return try await Visit(house, request, Identifier(parts["key"] ?? ""), by: proof, at: now)
        } catch {
            switch error.kind {
            case .page(.refused(.temporarilyUnavailable)): throw .unavailable(retryAfterSeconds: 1)
            case .page: throw .sessionUnknown
            case .decided, .leave, .over: throw .sessionEnded
            }
        }
    }

    /// The page of a request whose person has signed in and is still to decide.
    private func screen(_ visit: Visit) async throws(SurfaceRefusal) -> (Offer, ConsentScreen) {
        do throws(PageFailure) {
            guard let consent = visit.consent, try await visit.nextStep() == .consent else {
                throw .refused(.interactionOver)
            }
            let offer = try await visit.offer()
            return (
                offer,
                ConsentScreen(
                    application: visit.authorization.client.display.text,
                    consent: consent,
                    accounts: offer.accounts,
                    allowsMany: offer.allowsMany,
                    additions: offer.additions
                )
            )
        } catch { throw Self.refusal(error) }
    }

    private static func refusal(_ failure: PageFailure) -> SurfaceRefusal {
        guard case .refused(let refusal) = failure else { return .sessionUnknown }
        return Self.refusal(refusal)
    }

    /// Whatever ended a request, its name opens nothing any more.
    private static func refusal(_ refusal: Refusal) -> SurfaceRefusal {
        switch refusal {
        case .temporarilyUnavailable: .unavailable(retryAfterSeconds: 1)
        case .serverFailed: .failed
        default: .sessionEnded
        }
    }
}
