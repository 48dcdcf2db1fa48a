internal import Consents
internal import Mustache
internal import OAuth
internal import Text

/// One line of a consent's history, as its owner reads it.
struct ConsentStep {
    /// The key of its words.
    let what: WireText
    let at: Timestamp
    let by: By
    /// Those that were open afterwards, where the step said so anew.
    let accounts: [ConsentCard.Line]

    /// Who did it, without the names of the bank's people.
    enum By {
        case owner
        case thirdParty
        case bank
        case nobody
    }

    /// Every key that a history can need.
    static let names = Revision.Reason.allCases.map { WireText($0.rawValue) } + [expired]

    /// The end by date, which nobody has to write down.
    static let expired: WireText = "expired"

    init(_ revision: Revision, accounts: [ConsentCard.Line]) {
        what = WireText(revision.reason.rawValue)
        at = revision.at
        self.accounts = accounts
        by =
            switch revision.actor {
            case .person: .owner
            case .thirdParty: .thirdParty
            case .staff: .bank
            case .system: .nobody
            }
    }

    /// The end by date.
    init(endedAt time: Timestamp) {
        what = Self.expired
        at = time
        accounts = []
        by = .nobody
    }

    func view(_ words: PageWords, thirdParty: DisplayName, bank: WireText) -> View {
        let actor: WireText =
            switch by {
            case .owner: words.actor("person")
            case .thirdParty: words.name(of: thirdParty)
            case .bank: bank
            case .nobody: words.actor("system")
            }
        return [
            "what": .text(words.history(what)),
            "when": words.moment(at),
            "by": .text(actor),
            "accounts": .list(accounts.map { $0.view(words) }),
        ]
    }
}
