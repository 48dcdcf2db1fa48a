package import Text

/// What the store shall change about consents, each with the condition under which it does.
package enum ConsentChange: Sendable, Hashable {
    /// Adds a consent whose identifier nobody has.
    case create(Consent, Revision)
    /// Keeps the next value of a consent, if nobody has changed it since `Consent.version - 1` was read.
    case replace(Consent, Revision)
}

extension ConsentChange {
    /// Adds a new consent, and begins its history with whoever registered it.
    package static func registration(of consent: Consent) -> ConsentChange {
        let revision = Revision(consent, from: nil, by: .thirdParty(consent.thirdParty), .registered, shown: nil)
        return .create(consent, revision)
    }

    /// The consent as it will be.
    package var consent: Consent {
        switch self {
        case .create(let consent, _), .replace(let consent, _): consent
        }
    }

    /// The entry in its history that goes with it.
    package var revision: Revision {
        switch self {
        case .create(_, let revision), .replace(_, let revision): revision
        }
    }
}

extension Consent {
    /// What happens to it, as one change: its next value, and the entry in its history.
    ///
    /// There is no other way to either, so that no history can say what did not happen.
    package func change(
        _ event: ConsentEvent,
        by actor: Actor,
        shown: ShownPage? = nil,
        at now: Timestamp
    ) throws(ConsentRefusal) -> ConsentChange {
        let next = try after(event, at: now)
        return .replace(next, Revision(next, from: status, by: actor, event.reason(in: status), shown: shown))
    }
}

extension Revision {
    fileprivate init(
        _ consent: Consent,
        from: Consent.Status?,
        by actor: Actor,
        _ reason: Reason,
        shown: ShownPage?
    ) {
        self.init(
            consent: consent.id,
            version: consent.version,
            from: from,
            to: consent.status,
            accounts: consent.openAccounts,
            terms: consent.termsDigest,
            at: consent.updated,
            actor: actor,
            reason: reason,
            shown: shown
        )
    }
}

extension Consent {
    /// The accounts that are open as far as its status goes, as its history says.
    package var openAccounts: [Identifier<Account>] {
        guard status == .authorised, deleted == nil else { return [] }
        return authorisation?.accounts ?? []
    }
}
