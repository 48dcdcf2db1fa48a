internal import Consents
internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Surfaces
internal import Telemetry
internal import Text

/// Asks what a third party may see.
struct ConsentPage: PageEndpoint {
    let house: House

    let routes = [
        Route(.get, "/interaction/:id/consent", answersHead: false), Route(.post, "/interaction/:id/consent"),
    ]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        await house.page(request) { () async throws(Visit.Trouble) in
            let visit = try await Visit(house, request, parts, at: now)
            do throws(PageFailure) {
                return request.method == .post ? try await submit(visit) : try await show(visit)
            } catch {
                throw visit.trouble(error)
            }
        }
    }

    private func show(_ visit: Visit) async throws(PageFailure) -> Response {
        switch try await visit.nextStep() {
        case .logIn: return .redirect(to: visit.path("login"))
        case .consent:
            if let page = visit.bankPage { return try await visit.handOver(to: page) }
            return house.pages.consent(visit, offered: try await visit.offer().accounts, answer: nil, problem: nil)
        case .answer:
            guard let session = visit.session else { throw .refused(.loginRequired) }
            let closing = visit.interaction.decided(at: visit.now).map { Storage.Change.oauth($0) }
            return try await leave(visit, session, Decision(changes: closing, consent: nil))
        case .refuse(let refusal): throw .refused(refusal)
        }
    }

    private func submit(_ visit: Visit) async throws(PageFailure) -> Response {
        // Only the step that is due is taken: somebody signed out meanwhile signs in first.
        let step = try await visit.nextStep()
        if case .refuse(let refusal) = step { throw .refused(refusal) }
        guard step == .consent, let session = visit.session else { return logInAgain(visit) }
        let offer = try await visit.offer()
        let form: PageForm
        do { form = try visit.form(of: .consent) } catch { throw .trouble(error) }
        guard form.username == nil, form.password == nil else {
            throw .trouble(.page(.forged(back: visit.path("consent"))))
        }

        if let choice = form.choice(at: visit.now) {
            let reader = visit.reader.choosing(choice)
            return house.pages.consent(visit, for: reader, offered: offer.accounts, answer: form.answer, problem: nil)
                .setting(choice.cookie)
        }
        switch form.decision {
        case "deny":
            do { try await visit.deny() } catch { throw .refused(error) }
            throw .refused(visit.consent != nil && offer.eligible.isEmpty ? .noEligibleAccount : .denied)
        case "allow":
            let shown = house.pages.shown(visit, offered: offer.accounts, in: form.pageLanguage)
            // Security.md CO-22: a yes to another page, of an account that is gone or of a server with other templates.
            guard form.page == shown.digest else {
                return house.pages.consent(visit, offered: offer.accounts, answer: form.answer, problem: .pageChanged)
            }
            return try await allow(visit, session, form, offer, shown)
        case "review":
            // The Enter key on a box, or a look for accounts: nobody has decided anything.
            return house.pages.consent(visit, offered: offer.accounts, answer: form.answer, problem: nil)
        default: throw .trouble(.page(.forged(back: visit.path("consent"))))
        }
    }

    /// The login ended while the person was reading: WCAG 2.2, 2.2.5.
    ///
    /// What they have ticked comes back with the page, and decides nothing.
    private func logInAgain(_ visit: Visit) -> Response {
        let hadLogin = visit.interaction.person != nil || BrowserCookies(of: visit.request).session != nil
        // The token of the form went with the login, so the browser's word has to do; security.md CO-41.
        guard visit.session == nil, hadLogin, SameOrigin.allows(visit.request, issuer: house.issuer),
            let form = PageForm(visit.request.body),
            form.username == nil, form.password == nil, form.userCode == nil
        else { return .redirect(to: visit.path("login")) }
        return house.pages.login(visit, problem: nil, keeping: form.accounts)
    }

    private func allow(
        _ visit: Visit,
        _ session: Session,
        _ form: PageForm,
        _ offer: Offer,
        _ shown: ShownPage
    ) async throws(PageFailure) -> Response {
        let decision: Decision
        do { decision = try await visit.allow(form.accounts, of: offer, session, shown: shown) } catch {
            switch error {
            case .page(let failure): throw failure
            case .foreignAccount: throw .trouble(.page(.foreignAccount(back: visit.path("consent"))))
            case .noAccount:
                return house.pages.consent(visit, offered: offer.accounts, answer: form.answer, problem: .noAccount)
            case .tooManyAccounts:
                return house.pages.consent(
                    visit,
                    offered: offer.accounts,
                    answer: form.answer,
                    problem: .tooManyAccounts
                )
            }
        }
        let response = try await leave(visit, session, decision)
        house.metrics.consentDecisions.count(.allowed)
        return response
    }

    /// The decision, the end of the page and the code are kept together or not at all.
    private func leave(_ visit: Visit, _ session: Session, _ decision: Decision) async throws(PageFailure) -> Response {
        do {
            let answer = try await house.grant(
                visit.authorization,
                to: session,
                deciding: decision.changes,
                consent: decision.consent,
                at: visit.now
            )
            return house.leave(answer, for: visit.reader, fromPage: true)
        } catch { throw .refused(error) }
    }
}

extension PageForm {
    /// What the person has filled in, to be shown to them again.
    fileprivate var answer: ConsentView.Answer { ConsentView.Answer(accounts: accounts, find: find ?? "") }
}
