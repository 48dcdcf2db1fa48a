internal import Consents
internal import HTTP
internal import Mustache
internal import OAuth
internal import Surfaces
internal import Text

/// What the consent page offers to its template.
struct ConsentView {
    let client: DisplayName
    let origin: Origin
    let subject: Subject
    /// What the person allowed the last time, where they are asked again.
    let earlier: Earlier?
    let answer: Answer?
    /// Whether who is asked again is shown the boxes at once.
    let choosesAgain: Bool
    let problem: ConsentProblem?

    /// What the person is asked about.
    enum Subject {
        /// Account data, as a third party registered it, and what is asked for beside it.
        case accounts(permissions: [Permission], Lifetime, TransactionPeriod, [Choice], Identity)
        /// Who the person is, and nothing of their accounts.
        case identity(Identity)
    }

    /// What is asked for about the person themselves.
    struct Identity {
        let scope: Scope
        /// One by one, beside the scope.
        let claims: [PersonClaim]
    }

    /// Where the request comes from, and the answer goes.
    enum Origin {
        /// The browser brought it, and goes to this host with the answer.
        case browser(host: WireText)
        /// Another device shows a code.
        case device
        /// The client has named the person, and says this to tell its requests apart.
        case backchannel(message: WireText?)
    }

    /// What the person has filled in so far.
    struct Answer {
        let accounts: [WireText]
        /// What of the accounts is to be shown: empty for all.
        let find: WireText
    }

    /// One account on the page.
    struct Choice {
        let account: AccountData
        let isChosen: Bool
        /// Named when the consent was registered, so that nothing is left to choose.
        let isFixed: Bool
    }

    /// What is another at every visit, and no part of what a person says yes to.
    ///
    /// The page has gaps in its place, and without it is what a digest is made of.
    struct Passing {
        let action: WireText
        /// A proof that this page was shown, so it can be made only when the page is there.
        let token: WireText
        let until: Timestamp
    }

    func view(_ frame: PageFrame) -> View {
        let words = frame.words
        let names: [WireText: WireText] = ["bank": frame.bank.name, "tpp": words.name(of: client)]
        let isIdentity = if case .identity = subject { true } else { false }
        let list = AccountList(choices, finding: answer?.find ?? "")
        let changes = self.changes
        return frame.view(
            title: words.title(title, names, hasProblem: problem != nil),
            [
                View.Member("heading", words.sentence(heading, names)),
                View.Member("tpp", tpp(words)),
                View.Member("device", isDevice),
                View.Member("summons", summons),
                View.Member("until", words.sentence(.until, at: ["time": Passing.gapUntil])),
                View.Member("form", Passing.gapForm),
                View.Member("has_problems", .flag(problem != nil)),
                View.Member("problems", problems(words)),
                View.Member("asks_for_accounts", .flag(!isIdentity)),
                View.Member("shows_details", .flag(isIdentity || hasEligibleAccount)),
                View.Member("has_accounts", .flag(hasEligibleAccount)),
                View.Member("has_one_account", .flag(choices.count == 1)),
                View.Member("find", list.view(words)),
                View.Member("groups", .list(list.groups.map { $0.view(words) })),
                View.Member("again", changes?.view(words) ?? .missing),
                View.Member("opens_choice", .flag(opensChoice(changes))),
                View.Member("consent", consent(words, names)),
            ]
        )
    }

    private var title: PageWords.SentenceName {
        switch subject {
        case .identity: .identityTitle
        case .accounts: earlier == nil ? .consentTitle : .againTitle
        }
    }

    private var heading: PageWords.SentenceName {
        switch subject {
        case .identity: .identityHeading
        case .accounts: earlier == nil ? .consentHeading : .againHeading
        }
    }

    /// What is another than the last time; absent for who is asked for the first time.
    private var changes: ConsentChanges? {
        guard let earlier, case .accounts(let permissions, let lifetime, _, let choices, _) = subject else {
            return nil
        }
        return ConsentChanges(from: earlier, to: permissions, lifetime, choices)
    }

    /// Who is asked again about the same accounts need not choose: the boxes are there for who wants them.
    private func opensChoice(_ changes: ConsentChanges?) -> Bool {
        guard let changes else { return true }
        return choosesAgain || answer != nil || problem != nil || !changes.lost.isEmpty || changes.kept.isEmpty
    }

    private func tpp(_ words: PageWords) -> View {
        [
            "name": .text(client.tradingName(in: words.language)),
            "agent": client.agent.map { .text($0) } ?? .missing,
            "host": host,
        ]
    }

    private var host: View {
        guard case .browser(let host) = origin else { return .missing }
        return .text(host)
    }

    private var isDevice: View {
        if case .device = origin { return .flag(true) }
        return .flag(false)
    }

    private var summons: View {
        guard case .backchannel(let message) = origin else { return .missing }
        return ["message": message.map { .text($0) } ?? .missing]
    }

    private var choices: [Choice] {
        guard case .accounts(_, _, _, let choices, _) = subject else { return [] }
        return choices
    }

    private var hasEligibleAccount: Bool {
        choices.contains { $0.account.eligibility == .eligible }
    }

    private func problems(_ words: PageWords) -> View {
        guard let problem else { return .list([]) }
        return [["target": "account-1", "message": .text(words.problem(problem.wording))]]
    }

    private func consent(_ words: PageWords, _ names: [WireText: WireText]) -> View {
        var clusters: [View] = []
        var ends = View.missing
        var period = View.missing
        switch subject {
        case .identity(let identity):
            let lines = Self.lines(identity.scope.values, identity.claims, words)
            clusters = [Self.identity(titled: names["tpp"] ?? "", lines)]
        case .accounts(let permissions, let lifetime, let transactions, _, let asked):
            clusters = words.clusters(of: permissions)
            if let identity = Self.identity(in: asked, words) { clusters.append(identity) }
            ends = words.end(of: lifetime)
            period = words.period(transactions, of: permissions)
        }
        return [
            "clusters": .list(clusters),
            "ends": ends,
            "has_period": .flag(period != .missing),
            "period": period,
            "stop": words.sentence(.consentStop, names),
            "lines": words.lines(on: .consent, names),
        ]
    }

    /// What is asked for about the person; the accounts stand in lines of their own, and the number goes with them.
    private static func identity(in asked: Identity, _ words: PageWords) -> View? {
        let values = asked.scope.values.filter { $0 != Scope.accounts && $0 != Scope.openID }
        let lines = lines(values, asked.claims, words)
        guard !lines.isEmpty else { return nil }
        return identity(titled: words.title(.consentIdentity, [:]), lines)
    }

    private static func identity(titled title: WireText, _ lines: [View]) -> View {
        ["name": "identity", "title": .text(title), "items": .list(lines), "note": .missing, "is_open": true]
    }

    /// Everything in words of its own, and what says the same once.
    private static func lines(_ scopes: [WireText], _ claims: [PersonClaim], _ words: PageWords) -> [View] {
        var lines: [WireText] = []
        for line in scopes.map(words.scope) + claims.map(words.claim) where !lines.contains(line) { lines.append(line) }
        return lines.map { .text($0) }
    }
}

extension ConsentView.Passing {
    fileprivate static let gapForm: View = ["action": .gap("action"), "token": .gap("token")]
    fileprivate static let gapUntil: View = ["datetime": .gap("until"), "shown": .gap("until-shown")]

    /// What stands in the gaps of the page.
    func texts(_ words: PageWords) -> [WireText: WireText] {
        [
            "action": action, "token": token,
            "until": WireText(until.rfc3339), "until-shown": words.spell(until),
        ]
    }
}

/// What went wrong at the consent page before this one.
enum ConsentProblem {
    case noAccount
    /// The bank allows one only.
    case tooManyAccounts
    /// What was read is not what would be read now.
    case pageChanged

    fileprivate var wording: PageWords.ProblemName {
        switch self {
        case .noAccount: .noAccountChosen
        case .tooManyAccounts: .tooManyAccounts
        case .pageChanged: .pageChanged
        }
    }

    var status: Status {
        switch self {
        case .noAccount, .tooManyAccounts: .badRequest
        case .pageChanged: .conflict
        }
    }
}
