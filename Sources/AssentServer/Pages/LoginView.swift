internal import HTTP
internal import Mustache
internal import Text

/// What the login page offers to its template.
struct LoginView {
    let action: WireText
    let token: WireText
    let purpose: Purpose
    let username: WireText
    let problem: LoginProblem?

    /// What somebody logs in for.
    enum Purpose {
        /// To decide what a third party asks; accounts, or only who the person is.
        case request(of: WireText, asksForAccounts: Bool, until: Timestamp)
        /// To see what they share.
        case dashboard
    }

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        var names: [WireText: WireText] = ["bank": frame.bank.name]
        var asks = PageWords.SentenceName.loginAsksDashboard
        var until = View.missing
        var isRequest = false
        if case .request(let thirdParty, let asksForAccounts, let time) = purpose {
            names["tpp"] = thirdParty
            asks = asksForAccounts ? .loginAsks : .loginAsksIdentity
            until = words.moments(.until, ["time": time])
            isRequest = true
        }
        return frame.view(
            title: words.title(.loginTitle, names, hasProblem: problem != nil),
            [
                View.Member("heading", words.sentence(.loginHeading, names)),
                View.Member("asks", words.sentence(asks, names)),
                View.Member("is_request", .flag(isRequest)),
                View.Member("unseen", isRequest ? words.sentence(.loginUnseen, names) : .missing),
                View.Member("cancel", isRequest ? words.sentence(.loginCancel, names) : .missing),
                View.Member("until", until),
                View.Member("form", ["action": .text(action), "token": .text(token)]),
                View.Member("username", .text(username)),
                View.Member("has_problems", .flag(problem != nil)),
                View.Member("problems", problems(words)),
            ]
        )
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
