internal import Consents
internal import HTTP
internal import Text

/// `GET /consents/:id`: one consent, and all that happened to it.
struct SharingPage: PageEndpoint {
    let house: House

    let routes = [Route(.get, "/consents/:id")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        await house.dashboard(request) { () async throws(Dashboard.Trouble) in
            let visit = try await DashboardVisit(house, request, at: now)
            let consent = try await visit.consent(parts)
            let view = SharingView(
                card: visit.card(consent),
                history: visit.steps(consent, try await visit.revisions(of: consent)),
                keys: WireText("\(house.base)/jwks"),
                signedIn: visit.signedIn
            )
            return house.pages.own(.sharing, for: visit.reader) { view.view($0) }
        }
    }
}

extension DashboardVisit {
    var signedIn: SignedIn { SignedIn(name: name, token: formToken(.logOut)) }

    /// The history in the words of its owner, the end by date included.
    func steps(_ consent: Consent, _ revisions: [Revision]) -> [ConsentStep] {
        var steps = revisions.map { revision in
            ConsentStep(revision, accounts: accounts(revision.accounts))
        }
        if consent.state(at: now) == .expired, let expires = consent.lifetime.expires {
            steps.append(ConsentStep(endedAt: expires))
        }
        return steps
    }
}
