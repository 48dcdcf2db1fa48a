internal import Consents
internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Surfaces
internal import Telemetry
internal import Text

/// Asks what a third party may see.
struct ConsentPage: Endpoint {
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
            return house.pages.consent(visit, offered: offered(visit), chosen: [], problem: nil)
        case .answer:
            guard let session = visit.session else { throw .refused(.loginRequired) }
            do {
                return try await house.grant(
                    visit.authorization,
                    to: session,
                    deciding: [.oauth(.closeInteraction(visit.interaction.id, at: visit.now))],
                    at: visit.now
                )
            } catch { throw .refused(error) }
        case .refuse(let refusal): throw .refused(refusal)
        }
    }

    private func submit(_ visit: Visit) async throws(PageFailure) -> Response {
        // Only the step that is due is taken: somebody signed out meanwhile signs in first.
        let step = try await visit.nextStep()
        if case .refuse(let refusal) = step { throw .refused(refusal) }
        guard step == .consent, let session = visit.session else { return .redirect(to: visit.path("login")) }
        let offered = offered(visit)
        let shown = house.pages.shown(visit, offered: offered)
        let form: PageForm
        do { form = try visit.form(of: .consent, showing: shown.digest) } catch { throw .trouble(error) }
        guard form.username == nil, form.password == nil else {
            throw .trouble(.page(.forged(back: visit.path("consent"))))
        }

        switch form.decision {
        case "deny":
            do { try await visit.close(rejecting: .refused) } catch { throw .refused(error) }
            house.metrics.consentDecisions.count(.denied)
            throw .refused(.accessDenied)
        case "allow":
            return try await allow(visit, session, form, offered, shown)
        case "review":
            // The Enter key on a box: nobody has decided anything.
            return house.pages.consent(visit, offered: offered, chosen: form.accounts, problem: nil)
        default: throw .trouble(.page(.forged(back: visit.path("consent"))))
        }
    }

    private func allow(
        _ visit: Visit,
        _ session: Session,
        _ form: PageForm,
        _ offered: [AccountData],
        _ shown: ShownPage
    ) async throws(PageFailure) -> Response {
        // Only what the page offered can be chosen, whatever was sent.
        let eligible = offered.filter(\.isEligible).map(\.id.text)
        let isFixed = visit.consent?.namedAccounts.isEmpty == false
        let chosen = Set(isFixed ? eligible : form.accounts)
        guard isFixed || chosen.count == form.accounts.count, chosen.isSubset(of: eligible) else {
            throw .trouble(.page(.foreignAccount(back: visit.path("consent"))))
        }

        var changes: [Storage.Change] = [.oauth(.closeInteraction(visit.interaction.id, at: visit.now))]
        var allowed: Consent?
        if let consent = visit.consent {
            guard !chosen.isEmpty else {
                return house.pages.consent(visit, offered: offered, chosen: [], problem: .noAccount)
            }
            let person = Identifier<Consents.Person>(session.person.text)
            let accounts = offered.map(\.id).filter { chosen.contains($0.text) }
            let change: ConsentChange
            do {
                let event = ConsentEvent.authorise(person: person, accounts: accounts)
                change = try consent.change(event, by: .person(person), shown: shown, at: visit.now)
            } catch { throw .refused(.intentNotAuthorisable) }
            changes.append(.consent(change))
            allowed = change.consent
        } else {
            guard chosen.isEmpty else { throw .trouble(.page(.foreignAccount(back: visit.path("consent")))) }
            let authorization = visit.authorization
            changes.append(
                .oauth(
                    .rememberScope(
                        authorization.scope,
                        Circumstances(session.person, authorization),
                        at: visit.now
                    )
                )
            )
        }
        do {
            // The decision, the end of the page and the code are kept together or not at all.
            let response = try await house.grant(
                visit.authorization,
                to: session,
                deciding: changes,
                consent: allowed,
                at: visit.now
            )
            house.metrics.consentDecisions.count(.allowed)
            return response
        } catch { throw .refused(error) }
    }

    /// The person's accounts, where the consent is about accounts at all.
    private func offered(_ visit: Visit) -> [AccountData] {
        guard let consent = visit.consent, let session = visit.session else { return [] }
        let accounts = house.bank.accounts(of: session.person)
        let named = consent.namedAccounts
        guard !named.isEmpty else { return accounts }
        // What the third party named is all that is asked about; a foreign number is nobody's account here.
        return accounts.filter { account in account.identifications.contains { named.contains($0.number) } }
    }
}
