package import Consents
internal import Surfaces
package import Text

/// What the bank's own systems leave of a consent page.
package struct Screen: Sendable, Hashable {
    /// The accounts that are shown, in our order; those that cannot be shared stay where they are.
    package let accounts: [Identifier<Account>]
    /// Whether more than one of them may be chosen.
    package let allowsMany: Bool
    /// Sections for the bank's own page, as they came.
    package let additions: [JSON]

    /// The page as it is where nobody is asked.
    package init(showing accounts: [Identifier<Account>]) {
        self.accounts = accounts
        allowsMany = true
        additions = []
    }

    /// Reads `SuccessResponsePopulateConsentAuthorizeScreenData`, held to what was asked.
    init(_ data: JSON, of question: HookQuestion) throws(HookFailure) {
        let consentData = try Self.object(data, "consentData")
        try Self.requirePermissions(consentData, of: question.consent)
        allowsMany = try Self.flag(consentData, "allowMultipleAccounts") ?? true

        let eligible = question.accounts.filter(\.isEligible).map(\.id)
        var open = Set(eligible)
        let lists = [
            try Self.array(try Self.object(data, "consumerData"), "accounts"),
            try Self.array(consentData, "initiatedAccountsForConsent"),
        ]
        for list in lists {
            guard let list else { continue }
            open.formIntersection(try Self.accounts(list, among: eligible))
        }
        accounts = question.accounts.filter { !$0.isEligible || open.contains($0.id) }.map(\.id)
        additions = try Self.additions(data)
    }

    /// Accounts by their identifiers: a display name may be somebody else's as well.
    private static func accounts(
        _ list: [JSON],
        among eligible: [Identifier<Account>]
    ) throws(HookFailure) -> Set<Identifier<Account>> {
        var named: Set<Identifier<Account>> = []
        for account in list {
            guard account["displayName"]?.text != nil, let id = account["accountId"]?.text else {
                throw .malformed("accounts")
            }
            guard eligible.contains(Identifier(id)) else { throw .wider("accounts") }
            guard named.insert(Identifier(id)).inserted else { throw .malformed("accounts") }
        }
        return named
    }

    // A page that named more than the consent would let a person allow what nobody asked for; one that named less
    // would have them allow what they have not read. Basic beside its Detail says nothing of its own.
    private static func requirePermissions(_ consentData: JSON?, of consent: Consent) throws(HookFailure) {
        guard let groups = try array(consentData, "permissions") else { return }
        var shown: Set<Permission> = []
        for group in groups {
            guard group["uid"]?.text != nil, let values = group["displayValues"]?.texts else {
                throw .malformed("permissions")
            }
            for value in values {
                guard let permission = Permission(spelled: value), consent.effectivePermissions.contains(permission)
                else { throw .wider("permissions") }
                shown.insert(permission)
            }
        }
        guard Permission.closure(of: shown) == consent.effectivePermissions else { throw .unkept("permissions") }
    }

    private static func additions(_ data: JSON) throws(HookFailure) -> [JSON] {
        guard let sections = try array(data, "additionalData") else { return [] }
        for section in sections {
            for name in ["title", "subtitle", "description"] as [WireText] {
                guard section[name] == nil || section[name]?.text != nil else { throw .malformed("additionalData") }
            }
            for item in try array(section, "items") ?? [] {
                guard item["item"]?.text != nil, item["type"] == nil || item["type"]?.text != nil else {
                    throw .malformed("additionalData")
                }
            }
        }
        return sections
    }

    private static func object(_ value: JSON?, _ name: String) throws(HookFailure) -> JSON? {
        guard let member = value?[WireText(name)] else { return nil }
        guard member.members != nil else { throw .malformed(name) }
        return member
    }

    private static func array(_ value: JSON?, _ name: String) throws(HookFailure) -> [JSON]? {
        guard let member = value?[WireText(name)] else { return nil }
        guard let array = member.array else { throw .malformed(name) }
        return array
    }

    private static func flag(_ value: JSON?, _ name: String) throws(HookFailure) -> Bool? {
        guard let member = value?[WireText(name)] else { return nil }
        guard let flag = member.boolean else { throw .malformed(name) }
        return flag
    }
}
