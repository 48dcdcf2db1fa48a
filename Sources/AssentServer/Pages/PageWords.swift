internal import Consents
internal import Mustache
internal import OAuth
internal import Surfaces
internal import Text

/// Every word of the pages in one language, read from `text` and `wording` and found complete.
///
/// A class of constants: every view has it at hand, and a copy would have to count each of its dictionaries.
final class PageWords: Sendable {
    let language: WireText
    let direction: WireText
    /// What the language calls itself.
    let name: WireText
    /// Stands between an agent and the third party it acts for.
    private let onBehalfOf: WireText
    /// Whether somebody who speaks the language has looked at every word, those that a regulator wants among them.
    let isReviewed: Bool
    /// What templates ask for as `text`.
    let view: View
    private let sentences: [SentenceName: Sentence]
    private let problems: [ProblemName: WireText]
    private let errors: [WireText: WireText]
    private let states: [Consent.State: WireText]
    private let history: [WireText: WireText]
    private let actors: [WireText: WireText]
    private let scopes: [WireText: WireText]
    private let claims: [PersonClaim: WireText]
    private let products: [WireText: WireText]
    private let productGroups: [AccountData.Product: WireText]
    private let months: [WireText]
    /// What the rules of the place make of the pages.
    let regime: Regime
    private let lines: [WireText: Sentence]
    private let clusters: [WireText: WireText]
    private let notes: [WireText: WireText]
    private let phrases: [WireText: WireText]

    /// Sentences with places for values.
    enum SentenceName: String, CaseIterable {
        case loginTitle = "login_title"
        case loginHeading = "login_heading"
        case loginAsks = "login_asks"
        case loginAsksIdentity = "login_asks_identity"
        case loginAsksDashboard = "login_asks_dashboard"
        case loginUnseen = "login_unseen"
        case loginCancel = "login_cancel"
        case loginAbout = "login_about"
        case loginPolicy = "login_policy"
        case loginTerms = "login_terms"
        case loginSite = "login_site"
        case againTitle = "again_title"
        case againHeading = "again_heading"
        case againGiven = "again_given"
        case accountGone = "account_gone"
        case accountUnnamed = "account_unnamed"
        case accountsShown = "accounts_shown"
        case consentTitle = "consent_title"
        case consentHeading = "consent_heading"
        case consentIdentity = "consent_identity"
        case consentStop = "consent_stop"
        case identityTitle = "identity_title"
        case identityHeading = "identity_heading"
        case expires
        case neverExpires = "never_expires"
        case lastsOnce = "lasts_once"
        case lastsDays = "lasts_days"
        case period
        case periodFrom = "period_from"
        case periodTo = "period_to"
        case periodAll = "period_all"
        case until
        case decidedTitle = "decided_title"
        case decidedNext = "decided_next"
        case dashboardTitle = "dashboard_title"
        case sharingTitle = "sharing_title"
        case agreed
        case stopped
        case ended
        case keeps
        case pageOfPages = "page_of_pages"
        case stopTitle = "stop_title"
        case stopHeading = "stop_heading"
        case stopContact = "stop_contact"
        case endedTitle = "ended_title"
        case errorTitle = "error_title"
        case timedOutTitle = "timed_out_title"
        case lockedTitle = "locked_title"
        case overNext = "over_next"
        case backToThirdParty = "back_to_third_party"
        case outboundTitle = "outbound_title"
        case outboundNext = "outbound_next"
        case receiptTitle = "receipt_title"
        case receiptHeading = "receipt_heading"
        case receiptMade = "receipt_made"
        case leavingTitle = "leaving_title"
        case leavingMessage = "leaving_message"
        case formPostTitle = "form_post_title"
        case formPostMessage = "form_post_message"
        case helpTitle = "help_title"
        case deviceTitle = "device_title"
        case deviceWarning = "device_warning"
        case finishedTitle = "finished_title"
        case finishedNext = "finished_next"
        case unfinishedTitle = "unfinished_title"
        case unfinishedNext = "unfinished_next"
        case logoutTitle = "logout_title"
        case logoutHeading = "logout_heading"
        case logoutAsks = "logout_asks"
        case loggedOutTitle = "logged_out_title"
        case loggedOutHeading = "logged_out_heading"
        case loggedOutBack = "logged_out_back"
        case loggedOutAgain = "logged_out_again"
        case problemTitle = "problem_title"
        case date
        case moment
    }

    enum ProblemName: String, CaseIterable {
        case accountLocked = "account_locked"
        case codeUnknown = "code_unknown"
        case codesSlowedDown = "codes_slowed_down"
        case loginMismatch = "login_mismatch"
        case loginSlowedDown = "login_slowed_down"
        case noAccountChosen = "no_account_chosen"
        case notFound = "not_found"
        case outdated
        case pageChanged = "page_changed"
        case requestInvalid = "request_invalid"
        case startAgain = "start_again"
        case timedOut = "timed_out"
        case tooManyAccounts = "too_many_accounts"
        case tryLater = "try_later"
    }

    /// Reads both files, and says everything that is missing in them.
    ///
    /// - Parameter asked: The names of the texts that the templates may ask for.
    init(_ files: LanguageFiles, _ regime: Regime, with asked: [[WireText]]) throws(PageProblems) {
        var reading = Reading()
        self.regime = regime
        let words = reading.document(files.text, files.textName)
        let phrasing = reading.document(files.wording, files.wordingName)
        language = reading.text(words, "lang")
        if language != files.language { reading.complain("lang is not \(files.language)", files.textName) }
        direction = reading.text(words, "dir")
        if direction != "ltr", direction != "rtl" { reading.complain("dir is neither ltr nor rtl", files.textName) }
        name = reading.text(words, "name")
        isReviewed = [words, phrasing].allSatisfy { $0.value["reviewed"]?.boolean == true }
        view = View(words.value["text"] ?? .null)
        onBehalfOf = words.value["text"]?["consent"]?["on_behalf_of"]?.text ?? ""
        for names in asked { reading.requireText(words, names) }
        let plurals = reading.plurals(words)
        var sentences: [SentenceName: Sentence] = [:]
        for name in SentenceName.allCases { sentences[name] = reading.sentence(words, name, plurals) }
        self.sentences = sentences
        problems = Dictionary(
            ProblemName.allCases.map { ($0, reading.text(words, "problems", WireText($0.rawValue))) },
            uniquingKeysWith: { first, _ in first }
        )
        errors = Dictionary(
            KonsentusError.allCases.map { ($0.code, reading.text(words, "errors", $0.code)) },
            uniquingKeysWith: { first, _ in first }
        )
        states = Dictionary(
            Consent.State.allCases.map { ($0, reading.text(words, "states", WireText($0.rawValue))) },
            uniquingKeysWith: { first, _ in first }
        )
        // Whatever can happen to a consent can be told.
        history = reading.texts(words, "history", ConsentStep.names)
        actors = reading.texts(words, "actors", ["person", "system"])
        scopes = reading.texts(words, "scopes", [])
        claims = Dictionary(
            PersonClaim.allCases.map { ($0, reading.text(words, "claims", $0.claimName)) },
            uniquingKeysWith: { first, _ in first }
        )
        products = reading.texts(words, "products", [])
        productGroups = Dictionary(
            AccountData.Product.allCases.map { ($0, reading.text(words, "product_groups", WireText($0.rawValue))) },
            uniquingKeysWith: { first, _ in first }
        )
        months = words.value["months"]?.texts ?? []
        if months.count != 12 { reading.complain("months must be twelve names", files.textName) }
        clusters = reading.texts(phrasing, "clusters", regime.clusters.map(\.title))
        notes = reading.texts(phrasing, "notes", [])
        phrases = reading.texts(phrasing, "phrases", regime.phrases)
        var lines: [WireText: Sentence] = [:]
        for name in Regime.Page.allCases.flatMap({ regime.lines[$0] ?? [] }) {
            lines[name] = reading.line(phrasing, name, plurals, regime)
        }
        self.lines = lines
        guard reading.problems.isEmpty else { throw PageProblems(sentences: reading.problems) }
    }

    // MARK: Words

    /// What people who read this language call a third party, with the agent that acts for it.
    func name(of thirdParty: DisplayName) -> WireText {
        let name = thirdParty.tradingName(in: language)
        return thirdParty.agent.map { WireText("\($0) \(onBehalfOf) \(name)") } ?? name
    }

    func title(_ name: SentenceName, _ values: [WireText: WireText], hasProblem: Bool = false) -> WireText {
        let title = sentences[name]?.text(values) ?? ""
        return hasProblem ? sentences[.problemTitle]?.text(["title": title]) ?? title : title
    }

    /// A sentence with names in it.
    func sentence(_ name: SentenceName, _ values: [WireText: WireText]) -> View {
        sentences[name]?.view(of: "name") { place in values[place].map { .text($0) } } ?? .missing
    }

    /// A sentence with times in it.
    func moments(_ name: SentenceName, _ values: [WireText: Timestamp], asDates: Bool = false) -> View {
        sentence(name, at: values.mapValues { moment($0, asDate: asDates) })
    }

    /// A sentence with times in it, as `moment` makes them.
    func sentence(_ name: SentenceName, at times: [WireText: View]) -> View {
        sentences[name]?.view(of: "time") { times[$0] } ?? .missing
    }

    /// A time, for machines and for people.
    func moment(_ moment: Timestamp, asDate: Bool = false) -> View {
        [
            "datetime": .text(WireText(moment.rfc3339)),
            "shown": .text(asDate ? spell(moment, as: .date) : spell(moment)),
        ]
    }

    /// When a consent ends by itself.
    func end(of lifetime: Lifetime) -> View {
        switch lifetime.days {
        case 0: moments(.lastsOnce, [:])
        case let days?: [["text": .text(title(.lastsDays, ["days": WireText("\(days)")])), "time": .missing]]
        case nil: lifetime.expires.map { moments(.expires, ["time": $0]) } ?? moments(.neverExpires, [:])
        }
    }

    func problem(_ name: ProblemName) -> WireText { problems[name] ?? "" }

    /// What a developer does about an error of the bank's own back end.
    func help(_ error: KonsentusError) -> WireText { errors[error.code] ?? "" }

    func state(_ state: Consent.State) -> WireText { states[state] ?? "" }

    /// What happened to a consent, by the name under which it stands in its history.
    func history(_ step: WireText) -> WireText { history[step] ?? "" }

    /// Who did it, where that is nobody with a name.
    func actor(_ kind: WireText) -> WireText { actors[kind] ?? "" }

    /// Data clusters and their phrases, as the rules of the place want them.
    func clusters(of permissions: [Permission]) -> [View] {
        regime.groups(of: permissions).map { group in
            [
                "name": .text(group.title),
                "title": .text(clusters[group.title] ?? ""),
                "items": .list(group.phrases.map { .text(phrases[$0] ?? "") }),
                "note": notes[group.title].map { .text($0) } ?? .missing,
                "is_open": .flag(regime.areClustersOpen),
            ]
        }
    }

    /// Everything that these permissions are called, in order, and what is said in two clusters once.
    func phrases(of permissions: [Permission]) -> [WireText] {
        var said: [WireText] = []
        for phrase in regime.groups(of: permissions).flatMap(\.phrases).map({ phrases[$0] ?? "" })
        where !said.contains(phrase) { said.append(phrase) }
        return said
    }

    /// What the rules of the place want to be said on a page.
    func lines(on page: Regime.Page, _ names: [WireText: WireText]) -> View {
        let sentences = (regime.lines[page] ?? []).compactMap { lines[$0] }
        return .list(
            sentences.map { sentence in
                [
                    "words": sentence.view(of: "name") { place in
                        (names[place] ?? regime.values[place]).map { .text($0) }
                    }
                ]
            }
        )
    }

    /// A scope in words; one without words is shown by its name, so that nothing is hidden.
    func scope(_ value: WireText) -> WireText { scopes[value] ?? value }

    /// A claim about the person in words; every one that can be asked for has some.
    func claim(_ claim: PersonClaim) -> WireText { claims[claim] ?? claim.claimName }

    func product(_ product: AccountData.Product) -> WireText? { products[WireText(product.rawValue)] }

    /// Several of them together.
    func productGroup(_ product: AccountData.Product) -> WireText { productGroups[product] ?? "" }

    /// A time, for people.
    func spell(_ moment: Timestamp) -> WireText { spell(moment, as: .moment) }

    private func spell(_ moment: Timestamp, as name: SentenceName) -> WireText {
        let time = moment.utc
        return sentences[name]?.text([
            "day": WireText("\(time.day)"),
            "month": months[time.month - 1],
            "year": WireText("\(time.year)"),
            "clock": time.clock,
        ]) ?? ""
    }
}

/// Why pages cannot be used as they are; every problem in a sentence of its own.
package struct PageProblems: Error, Sendable, Hashable {
    package let sentences: [String]
}
