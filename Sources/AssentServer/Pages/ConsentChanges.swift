internal import Consents
internal import Mustache
internal import OAuth
internal import Surfaces
internal import Text

/// What a person allowed the last time that they were asked about a consent.
struct Earlier: Sendable {
    let permissions: [Permission]
    let lifetime: Lifetime
    let accounts: [Identifier<Account>]
    let given: Timestamp

    /// The consent as it stands; `nil` before anybody has allowed it.
    init?(_ consent: Consent) {
        guard let authorisation = consent.authorisation else { return nil }
        permissions = consent.permissions
        lifetime = consent.lifetime
        accounts = authorisation.accounts
        given = authorisation.given
    }
}

/// What is another than the last time, and what is not.
struct ConsentChanges {
    let given: Timestamp
    let before: [Permission]
    let after: [Permission]
    /// When it will end, where that is another time than before.
    let ends: Lifetime?
    /// The accounts that were shared and can go on being shared.
    let kept: [AccountData]
    /// Those that were shared and cannot be any more.
    let lost: [AccountData]

    init(
        from earlier: Earlier,
        to permissions: [Permission],
        _ lifetime: Lifetime,
        _ choices: [ConsentView.Choice]
    ) {
        given = earlier.given
        before = earlier.permissions
        after = permissions
        ends = lifetime.expires == earlier.lifetime.expires ? nil : lifetime
        let shared = choices.map(\.account).filter { earlier.accounts.contains($0.id) }
        kept = shared.filter(\.isEligible)
        lost = shared.filter { !$0.isEligible }
    }

    func view(_ words: PageWords) -> View {
        let said = words.phrases(of: before)
        let says = words.phrases(of: after)
        let added = says.filter { !said.contains($0) }
        let dropped = said.filter { !says.contains($0) }
        return [
            "given": words.moments(.againGiven, ["time": given], asDates: true),
            "is_same": .flag(added.isEmpty && dropped.isEmpty && ends == nil && lost.isEmpty),
            "added": .list(added.map { .text($0) }),
            "dropped": .list(dropped.map { .text($0) }),
            "new_end": ends.map { ["words": words.end(of: $0)] } ?? .missing,
            "lost": .list(lost.map { view(of: $0, words) }),
            "kept": .list(kept.map { .object(words.account($0)) }),
            "has_kept": .flag(!kept.isEmpty),
        ]
    }

    private func view(of account: AccountData, _ words: PageWords) -> View {
        .object(words.account(account) + [View.Member("reason", account.obstacle.map { .text($0) } ?? .missing)])
    }
}
