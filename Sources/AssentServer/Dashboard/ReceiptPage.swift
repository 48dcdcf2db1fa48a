internal import Consents
internal import HTTP
internal import Mustache
internal import OAuth
internal import Text

/// `GET /consents/:id/print`: the consent as it stands, on one page, for paper.
struct ReceiptPage: PageEndpoint {
    let house: House

    let routes = [Route(.get, "/consents/:id/print")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        await house.dashboard(request) { () async throws(Dashboard.Trouble) in
            let visit = try await DashboardVisit(house, request, at: now)
            let consent = try await visit.consent(parts)
            let view = ReceiptView(
                card: visit.card(consent),
                history: visit.steps(consent, try await visit.revisions(of: consent)),
                person: visit.name,
                made: now
            )
            return house.pages.own(.receipt, for: visit.reader) { view.view($0) }
        }
    }
}

/// What the page offers that somebody prints.
struct ReceiptView {
    let card: ConsentCard
    /// Oldest first.
    let history: [ConsentStep]
    let person: WireText
    let made: Timestamp

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        let names: [WireText: WireText] = ["bank": frame.bank.name, "tpp": words.name(of: card.thirdParty)]
        let path = Dashboard.path(of: card.consent.id)
        let period = words.period(card.consent.period, of: card.consent.permissions)
        return frame.view(
            title: words.title(.receiptTitle, names),
            [
                View.Member("heading", words.sentence(.receiptHeading, names)),
                View.Member("back", .text(path)),
                View.Member("person", .text(person)),
                View.Member("made", words.moments(.receiptMade, ["time": made])),
                View.Member("consent", card.view(words)),
                View.Member("has_period", .flag(period != .missing)),
                View.Member("period", period),
                View.Member("is_over", .flag(!card.isActive)),
                View.Member("keeps", words.sentence(.keeps, names)),
                View.Member(
                    "history",
                    .list(history.map { $0.view(words, thirdParty: card.thirdParty, bank: frame.bank.name) })
                ),
                View.Member("download", .text(WireText("\(path)/receipt"))),
            ]
        )
    }
}
