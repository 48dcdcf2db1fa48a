internal import Consents
internal import HTTP
internal import OAuth
internal import Storage
internal import Telemetry
internal import Text

/// Takes a consent back: asks once more, and then at once.
struct StopPage: PageEndpoint {
    let house: House

    let routes = [Route(.get, "/consents/:id/revoke"), Route(.post, "/consents/:id/revoke")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        await house.dashboard(request) { () async throws(Dashboard.Trouble) in
            let visit = try await DashboardVisit(house, request, at: now)
            let consent = try await visit.consent(parts)
            if request.method == .post {
                // Even about a consent that has ended, only a form of ours is answered.
                guard try visit.decision(.stop, about: consent) == "stop" else { throw .page(.outdated) }
                return try await stop(parts, visit)
            }
            return show(consent, visit)
        }
    }

    private func show(_ consent: Consent, _ visit: DashboardVisit) -> Response {
        guard consent.state(at: visit.now) == .authorised else { return ended(consent, visit) }
        let view = StopView(card: visit.card(consent), token: visit.formToken(.stop, about: consent))
        return house.pages.own(.stop, for: visit.reader) { view.view($0) }
    }

    /// Stops, whatever else is happening to the consent: who confirms it at this very moment came before.
    private func stop(_ parts: PathParts, _ visit: DashboardVisit) async throws(Dashboard.Trouble) -> Response {
        for _ in 0..<Self.attempts {
            let consent = try await visit.consent(parts)
            guard consent.state(at: visit.now) == .authorised,
                let change = try? consent.change(.revoke(.person), by: .person(visit.person), at: visit.now)
            else {
                house.metrics.consentsStopped.count(.over)
                return ended(consent, visit)
            }
            do {
                try await house.commit([
                    .oauth(.requireSession(visit.session.fingerprint, at: visit.now)), .consent(change),
                ])
                house.metrics.consentsStopped.count(.stopped)
                return .redirect(to: Dashboard.path(of: consent.id))
            } catch {
                guard error == .interactionOver else { throw .from(error) }
            }
        }
        throw .page(.refused(.temporarilyUnavailable))
    }

    /// There is nothing left to stop: the third party, the bank, the date or another click came first.
    private func ended(_ consent: Consent, _ visit: DashboardVisit) -> Response {
        let view = EndedView(card: visit.card(consent))
        return house.pages.own(.ended, .conflict, for: visit.reader) { view.view($0) }
    }

    /// A person presses a button once, and seldom changes their mind faster than we read.
    private static let attempts = 5
}
