internal import Consents
internal import HTTP
internal import OAuth
internal import Storage
internal import Text

/// `GET /consents`: everything that a person shares, and has shared.
struct ConsentsPage: PageEndpoint {
    let house: House

    let routes = [Route(.get, Dashboard.path)]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        await house.dashboard(request) { () async throws(Dashboard.Trouble) in
            let visit = try await DashboardVisit(house, request, at: now)
            let number = Self.number(request)
            let (active, ended) = try await find(on: number, visit)
            let shown = active.consents.count + ended.consents.count
            // Past the end, where what was there may have been a moment ago.
            guard shown > 0 || number == 1 else { return .redirect(to: Dashboard.path) }
            try await visit.learnThirdParties(of: active.consents + ended.consents)
            // What waits is on the first page, where people arrive.
            let summonses = if number == 1 { try await visit.summonses() } else { [PolledRequest]() }
            let view = ConsentsView(
                summonses: summonses.map(visit.card),
                active: active.consents.map(visit.card),
                ended: ended.consents.map(visit.card),
                page: number,
                pages: max(1, (active.total + ended.total + Self.bite - 1) / Self.bite),
                signedIn: visit.signedIn
            )
            return house.pages.own(.consents, for: visit.reader) { view.view($0) }
        }
    }

    /// What is in force comes first, and what has ended after it, in pages over both.
    private func find(
        on page: Int,
        _ visit: DashboardVisit
    ) async throws(Dashboard.Trouble) -> (active: ConsentsFound, ended: ConsentsFound) {
        var search = ConsentSearch()
        search.persons = [visit.person]
        let before = (page - 1) * Self.bite
        do {
            search.states = [.authorised]
            search.limit = Self.bite
            search.offset = before
            let active = try await found(search, at: visit.now)
            search.states = [.revoked, .expired]
            search.limit = Self.bite - active.consents.count
            search.offset = max(0, before - active.total)
            return (active, try await found(search, at: visit.now))
        } catch { throw .from(error) }
    }

    private func found(_ search: ConsentSearch, at now: Timestamp) async throws(Refusal) -> ConsentsFound {
        try await house.ask { store throws(StoreFailure) in try await store.consents(matching: search, at: now) }
    }

    /// The page that is asked for, counted from 1; the first for whatever is no such number.
    private static func number(_ request: Request) -> Int {
        guard let text = (try? FormFields(request.query ?? ""))?["page"], text.byteCount <= digits,
            text.utf8.allSatisfy(\.isDigit), let number = Int(text.string), number > 0
        else { return 1 }
        return number
    }

    /// Consents on a page, so that a page stays as small as every other.
    private static let bite = 5
    private static let digits = 6
}
