internal import Mustache
internal import OAuth
internal import Surfaces
internal import Text

/// What the page offers that stands in the place of one that is over.
struct DecidedView {
    let thirdParty: DisplayName

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        let names: [WireText: WireText] = ["bank": frame.bank.name, "tpp": words.name(of: thirdParty)]
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
    let thirdParty: DisplayName
    let action: WireText
    let fields: [FormFields.Field]

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        let names: [WireText: WireText] = ["bank": frame.bank.name, "tpp": words.name(of: thirdParty)]
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
    let thirdParty: DisplayName
    /// Where the answer goes, for the person to judge.
    let host: WireText
    let way: WayBack

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        let names: [WireText: WireText] = ["bank": frame.bank.name, "tpp": words.name(of: thirdParty)]
        return frame.view(
            title: frame.words.title(.leavingTitle, names),
            [
                View.Member("message", frame.words.sentence(.leavingMessage, names)),
                View.Member("host", .text(host)),
            ] + way.members
        )
    }
}

/// What the page offers where a person can only go back to where they came from.
struct OverView {
    let thirdParty: DisplayName
    let reason: Reason
    /// Absent where the client hears the answer by itself.
    let way: WayBack?

    /// Why nothing is left to answer.
    enum Reason {
        case timedOut
        case locked
    }

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        let names: [WireText: WireText] = ["bank": frame.bank.name, "tpp": words.name(of: thirdParty)]
        let title: PageWords.SentenceName = reason == .locked ? .lockedTitle : .timedOutTitle
        return frame.view(
            title: words.title(title, names),
            [
                View.Member("is_locked", .flag(reason == .locked)),
                View.Member("message", .text(words.problem(reason == .locked ? .accountLocked : .timedOut))),
                View.Member("next", words.sentence(way == nil ? .decidedNext : .overNext, names)),
                View.Member("back", words.sentence(.backToThirdParty, names)),
            ] + (way?.members ?? WayBack.none)
        )
    }
}

/// What the page offers that a browser leaves by itself, on its way back to the client.
struct OutboundView {
    let thirdParty: DisplayName
    let isAllowed: Bool
    let way: WayBack

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        let names: [WireText: WireText] = ["bank": frame.bank.name, "tpp": words.name(of: thirdParty)]
        return frame.view(
            title: words.title(.outboundTitle, names),
            [
                View.Member("is_allowed", .flag(isAllowed)),
                View.Member("next", words.sentence(.outboundNext, names)),
                View.Member("stop", isAllowed ? words.sentence(.consentStop, names) : .missing),
                View.Member("back", words.sentence(.backToThirdParty, names)),
            ] + way.members
        )
    }
}
