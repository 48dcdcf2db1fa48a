internal import Mustache
internal import OAuth
internal import Text

/// What the page offers that asks whether somebody wants to log out.
struct LogoutView {
    /// Who is logged in.
    let name: WireText
    /// Who asks, where that is known.
    let thirdParty: DisplayName?
    /// What a developer may know of a request that leads nowhere.
    let refusal: Refusal?
    let action: WireText
    let token: WireText

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        let names: [WireText: WireText] = ["bank": frame.bank.name, "tpp": thirdParty.map { words.name(of: $0) } ?? ""]
        return frame.view(
            title: words.title(.logoutTitle, names),
            [
                View.Member("heading", words.sentence(.logoutHeading, names)),
                View.Member("is_asked", .flag(thirdParty != nil)),
                View.Member("asks", words.sentence(.logoutAsks, names)),
                View.Member("name", .text(name)),
                View.Member("form", ["action": .text(action), "token": .text(token)]),
                View.Member("stay", .text(Dashboard.path)),
                View.Member("developer", refusal?.view ?? .missing),
            ]
        )
    }
}

/// What the page offers where somebody has logged out.
struct LoggedOutView {
    /// Where the person goes on, if anywhere.
    let on: Onward?
    /// Pages of clients that end the logins there.
    let frames: [WireText]

    /// Where somebody goes on who has logged out.
    enum Onward {
        case thirdParty(DisplayName, WireText)
        /// To a client that registered itself and that nobody has looked at.
        case unvetted(WireText)
        case dashboard

        var target: WireText {
            switch self {
            case .thirdParty(_, let uri), .unvetted(let uri): uri
            case .dashboard: Dashboard.loginPath
            }
        }

        /// RFC 9700 §4.11.2: whoever could register a host has nobody sent there from here who has not seen it.
        var isFollowed: Bool {
            switch self {
            case .thirdParty, .dashboard: true
            case .unvetted: false
            }
        }
    }

    /// The hosts of the frames, each once.
    var origins: [WireText] {
        var origins: [WireText] = []
        for origin in frames.compactMap({ URIReference($0)?.origin }) where !origins.contains(origin) {
            origins.append(origin)
        }
        return origins
    }

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        let names: [WireText: WireText] = ["bank": frame.bank.name]
        return frame.view(
            title: words.title(.loggedOutTitle, names),
            [
                View.Member("heading", words.sentence(.loggedOutHeading, names)),
                View.Member("on", on.map { onward($0, frame) } ?? .missing),
                View.Member("frames", .list(frames.map { .text($0) })),
            ]
        )
    }

    private func onward(_ on: Onward, _ frame: PageFrame) -> View {
        let words =
            switch on {
            case .thirdParty(let name, _): frame.words.sentence(.loggedOutBack, ["tpp": frame.words.name(of: name)])
            // Its name is its own word, and where it leads is not.
            case .unvetted(let uri): frame.words.sentence(.loggedOutBack, ["tpp": URIReference(uri)?.origin ?? uri])
            case .dashboard: frame.words.sentence(.loggedOutAgain, ["bank": frame.bank.name])
            }
        return ["href": .text(on.target), "words": words]
    }
}
