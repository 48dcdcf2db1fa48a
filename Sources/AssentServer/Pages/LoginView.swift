internal import Mustache
internal import Text

/// What the login page offers to its template.
struct LoginView {
    let action: WireText
    let token: WireText
    let thirdParty: WireText
    /// Whether accounts will be asked for, or only who the person is.
    let asksForAccounts: Bool
    let username: WireText
    let problem: LoginProblem?
    let until: Timestamp

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        let names: [WireText: WireText] = ["bank": frame.bank.name, "tpp": thirdParty]
        return frame.view(
            title: words.title(.loginTitle, names, hasProblem: problem != nil),
            [
                View.Member("heading", words.sentence(.loginHeading, names)),
                View.Member("asks", words.sentence(asksForAccounts ? .loginAsks : .loginAsksIdentity, names)),
                View.Member("unseen", words.sentence(.loginUnseen, names)),
                View.Member("cancel", words.sentence(.loginCancel, names)),
                View.Member("until", words.moments(.until, ["time": until])),
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
