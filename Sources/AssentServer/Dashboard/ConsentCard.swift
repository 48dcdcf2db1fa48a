internal import Consents
internal import Mustache
internal import OAuth
internal import Surfaces
internal import Text

/// A consent as its owner sees it, in the list and on its own page.
struct ConsentCard {
    let consent: Consent
    let thirdParty: DisplayName
    let accounts: [Line]
    let state: Consent.State

    /// An account of the consent; the bank may not know it any more.
    struct Line {
        let id: Identifier<Account>
        let account: AccountData?
    }

    var isActive: Bool { state == .authorised }

    func view(_ words: PageWords) -> View {
        [
            "href": .text(Dashboard.path(of: consent.id)),
            "id": .text(consent.id.text),
            "name": .text(thirdParty.tradingName(in: words.language)),
            "agent": thirdParty.agent.map { .text($0) } ?? .missing,
            "is_active": .flag(isActive),
            "state": .text(words.state(state)),
            "accounts": .list(accounts.map { $0.view(words) }),
            "clusters": .list(words.clusters(of: consent.permissions)),
            "agreed": consent.authorisation.map { words.moments(.agreed, ["time": $0.given], asDates: true) }
                ?? .missing,
            "ends": ends(words),
        ]
    }

    /// Until when it lasts, or when it ended.
    func ends(_ words: PageWords) -> View {
        switch state {
        case .revoked: words.moments(.stopped, ["time": consent.statusUpdated])
        case .expired: words.moments(.ended, ["time": consent.lifetime.expires ?? consent.statusUpdated])
        case .authorised, .awaiting, .rejected, .failed:
            consent.lifetime.expires.map { words.moments(.expires, ["time": $0]) } ?? words.moments(.neverExpires, [:])
        }
    }
}

extension ConsentCard.Line {
    func view(_ words: PageWords) -> View {
        guard let account else {
            return ["label": .text(words.title(.accountGone, [:])), "type": .missing, "ending": .missing]
        }
        return .object(words.account(account))
    }
}
