internal import Consents
internal import Surfaces
internal import Text

/// What the bank's own systems made of a decision: `DetailedConsentResourceData` of the extension API.
struct KeptDecision {
    /// Whether the consent is to be refused, whatever the person said.
    let isRejected: Bool
    /// The accounts that they name, if they name any.
    private let named: [Identifier<Account>]?

    init(_ data: JSON, of question: HookQuestion) throws(HookFailure) {
        let resource = data["consentResource"] ?? [:]
        guard resource.members != nil else { throw .malformed("consentResource") }
        switch resource["status"] {
        case nil, .text("Authorised"): isRejected = false
        case .text("Rejected"): isRejected = true
        case .text: throw .unkept("status")
        default: throw .malformed("status")
        }
        try Self.requireValidity(resource["validityTime"], of: question.consent)
        // Authorisations of the past are the ledger's, and nobody's to amend.
        guard resource["amendments"] == nil else { throw .unkept("amendments") }
        named = try resource["authorizations"].flatMap { list throws(HookFailure) in
            try Self.accounts(list, of: question)
        }
    }

    /// Those of the chosen accounts that stay, in our order.
    func accounts(of chosen: [Identifier<Account>]) throws(HookFailure) -> [Identifier<Account>] {
        guard let named else { return chosen }
        guard Set(named).isSubset(of: chosen) else { throw .wider("accounts") }
        // A yes to no account at all would be a consent that nobody gave.
        guard !named.isEmpty else { throw .unkept("accounts") }
        return chosen.filter(named.contains)
    }

    /// The end of a consent is what was registered; a longer life would be wider, and a shorter one cannot be kept.
    private static func requireValidity(_ value: JSON?, of consent: Consent) throws(HookFailure) {
        switch value {
        case nil: return
        case .integer(let seconds):
            let own = BankSpelling.validity(of: consent)
            guard seconds != own else { return }
            throw own != 0 && (seconds == 0 || seconds > own) ? .wider("validityTime") : .unkept("validityTime")
        default: throw .malformed("validityTime")
        }
    }

    private static func accounts(
        _ authorisations: JSON,
        of question: HookQuestion
    ) throws(HookFailure) -> [Identifier<Account>]? {
        guard let list = authorisations.array else { throw .malformed("authorizations") }
        var accounts: [Identifier<Account>]?
        for authorisation in list {
            if let user = authorisation["userId"] {
                guard user.text == question.person.text else { throw .wider("userId") }
            }
            guard let value = authorisation["resources"] else { continue }
            guard let resources = value.array else { throw .malformed("resources") }
            accounts = accounts ?? []
            for resource in resources where resource["status"]?.text != "inactive" {
                guard let account = resource["accountId"]?.text else { throw .malformed("accountId") }
                try requirePermission(resource["permission"], of: question.consent)
                accounts?.append(Identifier(account))
            }
        }
        return accounts
    }

    /// Accounts are open for the whole consent, and a mapping says so in one of its words or in ours.
    private static func requirePermission(_ value: JSON?, of consent: Consent) throws(HookFailure) {
        guard let value else { return }
        guard let text = value.text else { throw .malformed("permission") }
        guard text == BankSpelling.wholeConsent || text == "n/a" || text.isEmpty else {
            guard let permission = Permission(spelled: text), consent.effectivePermissions.contains(permission) else {
                throw .wider("permission")
            }
            return
        }
    }
}
