internal import HTTP
internal import Mustache
internal import OAuth
internal import Text

/// What the login page offers to its template.
struct LoginView {
    let action: WireText
    let token: WireText
    let purpose: Purpose
    let username: WireText
    let problem: LoginProblem?
    /// The accounts that were chosen before the login ended; absent for who had not come so far.
    var chosen: [WireText]?

    /// What somebody logs in for.
    enum Purpose {
        /// To decide what a third party asks; accounts, or only who the person is.
        case request(of: DisplayName, asksForAccounts: Bool, until: Timestamp, links: ClientLinks)
        /// To see what they share.
        case dashboard
    }

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        var names: [WireText: WireText] = ["bank": frame.bank.name]
        var asks = PageWords.SentenceName.loginAsksDashboard
        var until = View.missing
        var isRequest = false
        var links: [View] = []
        if case .request(let thirdParty, let asksForAccounts, let time, let said) = purpose {
            names["tpp"] = words.name(of: thirdParty)
            asks = asksForAccounts ? .loginAsks : .loginAsksIdentity
            until = words.moments(.until, ["time": time])
            isRequest = true
            links = Self.view(of: said, words)
        }
        return frame.view(
            title: words.title(.loginTitle, names, hasProblem: problem != nil),
            [
                View.Member("heading", words.sentence(.loginHeading, names)),
                View.Member("asks", words.sentence(asks, names)),
                View.Member("is_request", .flag(isRequest)),
                View.Member("unseen", isRequest ? words.sentence(.loginUnseen, names) : .missing),
                View.Member("cancel", isRequest ? words.sentence(.loginCancel, names) : .missing),
                View.Member("lines", isRequest ? words.lines(on: .login, names) : .list([])),
                View.Member("until", until),
                View.Member("has_links", .flag(!links.isEmpty)),
                View.Member("about", links.isEmpty ? .missing : words.sentence(.loginAbout, names)),
                View.Member("links", .list(links)),
                View.Member("form", ["action": .text(action), "token": .text(token)]),
                View.Member("is_resumed", .flag(chosen != nil)),
                View.Member("chosen", .list((chosen ?? []).map { .text($0) })),
                View.Member("username", .text(username)),
                View.Member("has_problems", .flag(problem != nil)),
                View.Member("problems", problems(words)),
            ]
        )
    }

    /// What the third party says of itself, as links that a person may follow.
    private static func view(of links: ClientLinks, _ words: PageWords) -> [View] {
        let all: [(WireText, WireText?, PageWords.SentenceName)] = [
            ("policy", links.policy, .loginPolicy), ("terms", links.terms, .loginTerms),
            ("site", links.site, .loginSite),
        ]
        return all.compactMap { name, href, label in
            href.map { ["name": .text(name), "href": .text($0), "label": .text(words.title(label, [:]))] }
        }
    }

    private func problems(_ words: PageWords) -> View {
        switch problem {
        case nil: .list([])
        case .wrong: [["target": "username", "message": .text(words.problem(.loginMismatch))]]
        case .tooMany: [["target": "username", "message": .text(words.problem(.loginSlowedDown))]]
        }
    }
}

/// What went wrong at the login before this page.
enum LoginProblem {
    case wrong
    case tooMany(seconds: Int)
}

extension LoginProblem {
    var status: Status {
        switch self {
        case .wrong: .badRequest
        case .tooMany: .tooManyRequests
        }
    }
}
