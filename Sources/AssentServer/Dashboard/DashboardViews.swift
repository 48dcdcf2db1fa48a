internal import Consents
internal import Mustache
internal import OAuth
internal import Text

/// Who is signed in, and the form that ends that.
struct SignedIn {
    let name: WireText
    let token: WireText

    var view: View {
        ["name": .text(name), "action": .text(Dashboard.logoutPath), "token": .text(token)]
    }
}

/// What the list of consents offers to its template.
struct ConsentsView {
    let summonses: [SummonsCard]
    let active: [ConsentCard]
    let ended: [ConsentCard]
    /// Counted from 1.
    let page: Int
    let pages: Int
    let signedIn: SignedIn

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        return frame.view(
            title: words.title(.dashboardTitle, ["bank": frame.bank.name]),
            [
                View.Member("has_summonses", .flag(!summonses.isEmpty)),
                View.Member("summonses", .list(summonses.map { $0.view(words) })),
                View.Member("is_empty", .flag(active.isEmpty && ended.isEmpty)),
                View.Member("has_active", .flag(!active.isEmpty)),
                View.Member("active", .list(active.map { $0.view(words) })),
                View.Member("has_ended", .flag(!ended.isEmpty)),
                View.Member("ended", .list(ended.map { $0.view(words) })),
                View.Member("turning", turning(words)),
                View.Member("signed_in", signedIn.view),
            ]
        )
    }

    private func turning(_ words: PageWords) -> View {
        guard pages > 1 else { return .missing }
        let numbers: [WireText: WireText] = ["page": WireText("\(page)"), "pages": WireText("\(pages)")]
        return [
            "here": .text(words.title(.pageOfPages, numbers)),
            "back": page > 1 ? .text(WireText("\(Dashboard.path)?page=\(page - 1)")) : .missing,
            "on": page < pages ? .text(WireText("\(Dashboard.path)?page=\(page + 1)")) : .missing,
        ]
    }
}

/// What the page of one consent offers to its template.
struct SharingView {
    let card: ConsentCard
    /// Oldest first.
    let history: [ConsentStep]
    /// Where the keys are that the receipt is signed with.
    let keys: WireText
    let signedIn: SignedIn

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        let names: [WireText: WireText] = ["bank": frame.bank.name, "tpp": words.name(of: card.thirdParty)]
        let path = Dashboard.path(of: card.consent.id)
        let period = words.period(card.consent.period, of: card.consent.permissions)
        let steps = history.reversed().map { $0.view(words, thirdParty: card.thirdParty, bank: frame.bank.name) }
        return frame.view(
            title: words.title(.sharingTitle, names),
            [
                View.Member("home", .text(Dashboard.path)),
                View.Member("consent", card.view(words)),
                View.Member("has_period", .flag(period != .missing)),
                View.Member("period", period),
                View.Member("is_over", .flag(!card.isActive)),
                View.Member("keeps", words.sentence(.keeps, names)),
                View.Member("stop", card.isActive ? .text(WireText("\(path)/revoke")) : .missing),
                View.Member("history", .list(Array(steps))),
                View.Member("receipt", .text(WireText("\(path)/receipt"))),
                View.Member("print", .text(WireText("\(path)/print"))),
                View.Member("keys", .text(keys)),
                View.Member("signed_in", signedIn.view),
            ]
        )
    }
}

/// What the page offers where somebody is about to stop sharing.
struct StopView {
    let card: ConsentCard
    let token: WireText

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        let names: [WireText: WireText] = ["bank": frame.bank.name, "tpp": words.name(of: card.thirdParty)]
        let path = Dashboard.path(of: card.consent.id)
        return frame.view(
            title: words.title(.stopTitle, names),
            [
                View.Member("heading", words.sentence(.stopHeading, names)),
                View.Member("keeps", words.sentence(.keeps, names)),
                View.Member("contact", words.sentence(.stopContact, names)),
                View.Member("lines", words.lines(on: .stop, names)),
                View.Member("accounts", .list(card.accounts.map { $0.view(words) })),
                View.Member("form", ["action": .text(WireText("\(path)/revoke")), "token": .text(token)]),
                View.Member("keep", .text(path)),
            ]
        )
    }
}

/// What the page offers where there is nothing left to stop.
struct EndedView {
    let card: ConsentCard

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        let names: [WireText: WireText] = ["bank": frame.bank.name, "tpp": words.name(of: card.thirdParty)]
        return frame.view(
            title: words.title(.endedTitle, names),
            [
                View.Member("tpp", .text(words.name(of: card.thirdParty))),
                View.Member("ends", card.ends(words)),
                View.Member("details", .text(Dashboard.path(of: card.consent.id))),
            ]
        )
    }
}
