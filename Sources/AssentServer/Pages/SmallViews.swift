internal import Mustache
internal import OAuth
internal import Surfaces
internal import Text

/// What the page offers that stands in the place of one that is over.
struct DecidedView {
    let thirdParty: WireText

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        let names: [WireText: WireText] = ["bank": frame.bank.name, "tpp": thirdParty]
        return frame.view(
            title: words.title(.decidedTitle, names),
            [
                View.Member("next", words.sentence(.decidedNext, names)),
                View.Member("home", .text(Dashboard.path)),
            ]
        )
    }
}

/// What the error page offers: nothing that came with the request.
struct ErrorView {
    let problem: PageWords.ProblemName
    /// What a developer may know.
    let refusal: Refusal?
    /// Where the request still waits, if it does.
    let back: WireText?
    /// Where a person goes on who asked for nothing but their own consents.
    let home: WireText?

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        return frame.view(
            title: words.title(.errorTitle, ["bank": frame.bank.name]),
            [
                View.Member("message", .text(words.problem(problem))),
                View.Member("back", back.map { .text($0) } ?? .missing),
                View.Member("home", home.map { .text($0) } ?? .missing),
                View.Member("developer", refusal?.view ?? .missing),
            ]
        )
    }
}

extension Refusal {
    /// What a developer may know.
    var view: View { ["error": .text(code), "description": .text(WireText(sentence))] }
}

/// What the page offers to which the errors of the bank's own back end lead.
struct HelpView {
    let error: KonsentusError

    func view(_ frame: PageFrame) -> View {
        frame.view(
            title: frame.words.title(.helpTitle, ["bank": frame.bank.name]),
            [
                View.Member("code", .text(error.code)),
                View.Member("message", .text(frame.words.help(error))),
            ]
        )
    }
}

/// What the page offers that carries an answer to the client as a form.
struct FormPostView {
    let thirdParty: WireText
    let action: WireText
    let fields: [FormFields.Field]

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        let names: [WireText: WireText] = ["bank": frame.bank.name, "tpp": thirdParty]
        return frame.view(
            title: words.title(.formPostTitle, names),
            [
                View.Member("message", words.sentence(.formPostMessage, names)),
                View.Member("form", ["action": .text(action)]),
                View.Member(
                    "fields",
                    .list(fields.map { ["name": .text($0.name), "value": .text($0.value)] })
                ),
            ]
        )
    }
}

/// What the page offers that stands before a redirect to a client that nobody has looked at: RFC 9700 §4.11.2.
struct LeavingView {
    let thirdParty: WireText
    /// Where the answer goes, for the person to judge.
    let host: WireText
    let way: Way

    enum Way {
        case link(WireText)
        case form(action: WireText, [FormFields.Field])
    }

    func view(_ frame: PageFrame) -> View {
        let names: [WireText: WireText] = ["bank": frame.bank.name, "tpp": thirdParty]
        return frame.view(
            title: frame.words.title(.leavingTitle, names),
            [
                View.Member("message", frame.words.sentence(.leavingMessage, names)),
                View.Member("host", .text(host)),
                View.Member("link", link),
                View.Member("form", form),
            ]
        )
    }

    private var link: View {
        guard case .link(let target) = way else { return .missing }
        return .text(target)
    }

    private var form: View {
        guard case .form(let action, let fields) = way else { return .missing }
        return [
            "action": .text(action),
            "fields": .list(fields.map { ["name": .text($0.name), "value": .text($0.value)] }),
        ]
    }
}
