internal import HTTP
internal import Mustache
internal import OAuth
internal import Text

/// What the page for codes of other devices offers to its template.
struct DeviceView {
    let action: WireText
    let token: WireText
    let code: Code
    let problem: DeviceProblem?

    /// Where the code comes from.
    enum Code {
        /// As the person typed it before, or not at all.
        case typed(WireText)
        /// It came with the address, and the person only says that it is the same.
        case compared(WireText)
    }

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        let names: [WireText: WireText] = ["bank": frame.bank.name]
        let (text, isCompared) =
            switch code {
            case .typed(let text): (text, false)
            case .compared(let text): (text, true)
            }
        return frame.view(
            title: words.title(.deviceTitle, names, hasProblem: problem != nil),
            [
                View.Member("form", ["action": .text(action), "token": .text(token)]),
                View.Member("code", .text(text)),
                View.Member("is_compared", .flag(isCompared)),
                View.Member("warning", words.sentence(.deviceWarning, names)),
                View.Member("other", .text(action)),
                View.Member("has_problems", .flag(problem != nil)),
                View.Member("problems", problems(words)),
            ]
        )
    }

    private func problems(_ words: PageWords) -> View {
        switch problem {
        case nil: .list([])
        case .unknown: [["target": "user-code", "message": .text(words.problem(.codeUnknown))]]
        case .tooMany: [["target": "user-code", "message": .text(words.problem(.codesSlowedDown))]]
        }
    }
}

/// What was wrong with the code that was typed before.
enum DeviceProblem {
    /// Never there, over, or used.
    case unknown
    case tooMany(seconds: Int)

    var status: Status {
        switch self {
        case .unknown: .badRequest
        case .tooMany: .tooManyRequests
        }
    }
}

/// What the page offers on which a request ends whose answer does not go through the browser.
struct FinishedView {
    let thirdParty: DisplayName
    let isAllowed: Bool

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        let names: [WireText: WireText] = ["bank": frame.bank.name, "tpp": words.name(of: thirdParty)]
        return frame.view(
            title: words.title(isAllowed ? .finishedTitle : .unfinishedTitle, names),
            [
                View.Member("is_allowed", .flag(isAllowed)),
                View.Member("next", words.sentence(isAllowed ? .finishedNext : .unfinishedNext, names)),
                View.Member("home", .text(Dashboard.path)),
            ]
        )
    }
}
