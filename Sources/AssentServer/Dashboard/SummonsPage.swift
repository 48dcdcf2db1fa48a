internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Text

/// Leads from the dashboard to a request that a client has made by the back channel: OpenID CIBA Core 1.0 §8.
///
/// From here on it is a request like any other: the consent page is the same, with the message that binds it to the
/// client's device.
struct SummonsPage: PageEndpoint {
    let house: House

    let routes = [Route(.post, "/consents/:id/answer")]

    func address(after request: Request) -> WireText { Dashboard.path }

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        await house.dashboard(request) { () async throws(Dashboard.Trouble) in
            let visit = try await DashboardVisit(house, request, at: now)
            guard try visit.decision(.summons) == "review" else { throw .page(.outdated) }
            guard let polled = try await visit.summonses().first(where: { $0.summonsID == parts["id"] }) else {
                throw .page(.notTheirs)
            }
            do throws(Refusal) {
                let known = BrowserCookies.read(BrowserCookies.browser, of: request)
                let browser = if let known { known } else { try house.freshToken() }
                let interaction = try house.interaction(about: polled, in: Fingerprint(of: browser), at: now)
                try await house.commit([OAuth.Change.openInteraction(interaction)])
                let response = Response.redirect(to: WireText("/interaction/\(interaction.id)/consent"))
                return known == nil ? response.setting(SetCookie(BrowserCookies.browser, browser)) : response
            } catch { throw .from(error) }
        }
    }
}

extension DashboardVisit {
    /// What clients ask of this person, and nobody has answered.
    func summonses() async throws(Dashboard.Trouble) -> [PolledRequest] {
        do {
            let summonses = try await house.ask { store throws(StoreFailure) in
                try await store.summonses(of: session.person, at: now)
            }
            try await house.learn(summonses.map(\.client))
            return summonses
        } catch { throw .from(error) }
    }

    /// The request as the person it is for sees it.
    func card(_ polled: PolledRequest) -> SummonsCard {
        SummonsCard(
            id: polled.summonsID,
            thirdParty: house.clients[polled.client]?.display
                ?? DisplayName(assertion: polled.client.text, agent: nil),
            message: polled.summons?.message,
            until: polled.expires,
            token: formToken(.summons)
        )
    }
}

extension PolledRequest {
    /// Its name at the dashboard, from which nobody comes to the code that it is polled with.
    fileprivate var summonsID: WireText { WireText(Hex.encode(fingerprint.bytes)) }
}
