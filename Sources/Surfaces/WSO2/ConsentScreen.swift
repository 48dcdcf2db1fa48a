package import Consents
package import Text

/// What the bank's own consent page shows of one request.
package struct ConsentScreen: Sendable {
    /// What the third party is called.
    package let application: WireText
    package let consent: Consent
    /// All accounts of the page, those that cannot be shared included.
    package let accounts: [AccountData]
    package let allowsMany: Bool
    /// Sections that the bank's own systems want on it.
    package let additions: [JSON]

    package init(
        application: WireText,
        consent: Consent,
        accounts: [AccountData],
        allowsMany: Bool,
        additions: [JSON]
    ) {
        self.application = application
        self.consent = consent
        self.accounts = accounts
        self.allowsMany = allowsMany
        self.additions = additions
    }

    /// The page under this name, which is another one each time it is asked for.
    ///
    /// There is one group of permissions: a consent is allowed or refused as a whole.
    package func document(named uid: UUID) -> JSON { document(uid: uid.text) }

    /// The same page without its name: what a digest is made of.
    package var lasting: [UInt8] { JSONWriter.write(document(uid: "")) }

    private func document(uid: WireText) -> JSON {
        var group = [
            JSON.Member("uid", .text(uid)),
            JSON.Member("displayValues", .array(consent.permissions.map { .text($0.spelling) })),
        ]
        if isFixed { group.append(JSON.Member("initiatedAccounts", .array(eligible.map(Self.fixed)))) }
        var consentData = [
            JSON.Member("permissions", [.object(group)]),
            JSON.Member("allowMultipleAccounts", .boolean(allowsMany)),
            JSON.Member("type", .text(BankSpelling.type)),
            JSON.Member("basicConsentData", .object(dates)),
        ]
        if consent.authorisation != nil { consentData.append(JSON.Member("isReauthorization", true)) }
        var page = [
            JSON.Member("consentData", .object(consentData)),
            JSON.Member("application", .text(application)),
            JSON.Member("consumerData", ["accounts": .array(eligible.map(choice))]),
            JSON.Member("type", .text(BankSpelling.type)),
        ]
        let sections = additions + unsharable
        if !sections.isEmpty { page.append(JSON.Member("additionalData", .array(sections))) }
        return .object(page)
    }

    private var eligible: [AccountData] { accounts.filter(\.isEligible) }

    /// Whether the third party named the accounts, so that nothing is left to choose.
    private var isFixed: Bool { !consent.namedAccounts.isEmpty }

    private func choice(_ account: AccountData) -> JSON {
        .object(BankSpelling.named(account) + [JSON.Member("selected", .boolean(isFixed))])
    }

    private static func fixed(_ account: AccountData) -> JSON { .object(BankSpelling.named(account)) }

    private var dates: [JSON.Member] {
        var dates: [JSON.Member] = []
        for (title, moment) in [
            ("Transaction From Date Time", consent.period.from), ("Transaction To Date Time", consent.period.to),
            ("Expiration Date Time", consent.lifetime.expires),
        ] {
            guard let moment else { continue }
            dates.append(JSON.Member(WireText(title), [.text(WireText(moment.rfc3339))]))
        }
        if consent.lifetime.expires == nil {
            dates.append(JSON.Member("Open Ended Authorisation Requested", ["This consent has no end by itself."]))
        }
        return dates
    }

    /// Accounts that cannot be shared, each with the reason that its holder may know.
    private var unsharable: [JSON] {
        let items = accounts.compactMap { account -> JSON? in
            guard case .ineligible(let reason) = account.eligibility else { return nil }
            return ["item": .text(WireText("\(BankSpelling.displayName(of: account)): \(reason)"))]
        }
        guard !items.isEmpty else { return [] }
        return [["title": "Accounts that cannot be shared", "items": .array(items)]]
    }
}

extension ConsentScreen {
    /// The accounts that somebody chose: by identifier, or by a display name that only one account has.
    package func accounts(named names: [WireText]) throws(SurfaceRefusal) -> [WireText] {
        var chosen: [WireText] = []
        for name in names {
            if accounts.contains(where: { $0.id.text == name }) {
                chosen.append(name)
                continue
            }
            // By canonical equivalence: two spellings of one name are one name to whoever reads them.
            let fitting = accounts.filter { BankSpelling.displayName(of: $0).string == name.string }
            guard fitting.count == 1 else { throw .fieldInvalid(path: "requestParameters") }
            chosen.append(fitting[0].id.text)
        }
        return chosen
    }
}
