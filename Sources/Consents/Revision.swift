package import Text

/// One entry in the history of a consent: who changed what, when, and what the person had been shown.
package struct Revision: Sendable, Hashable {
    /// Whose history it stands in.
    package let consent: Identifier<Consent>
    /// Which value of the consent it made: 1 for the registration.
    package let version: Int
    /// Absent for the registration.
    package let from: Consent.Status?
    /// How the consent stood afterwards.
    package let to: Consent.Status
    /// The accounts that are open since then.
    package let accounts: [Identifier<Account>]
    /// `Consent.termsDigest` of that value: what it is about.
    package let terms: [UInt8]
    /// When it happened.
    package let at: Timestamp
    /// Who did it.
    package let actor: Actor
    /// Why.
    package let reason: Reason
    /// What was on the page, where a person decided.
    package let shown: ShownPage?

    /// An entry as a store reads it; new ones come with `ConsentChange`.
    package init(
        consent: Identifier<Consent>,
        version: Int,
        from: Consent.Status?,
        to: Consent.Status,
        accounts: [Identifier<Account>],
        terms: [UInt8],
        at: Timestamp,
        actor: Actor,
        reason: Reason,
        shown: ShownPage?
    ) {
        self.consent = consent
        self.version = version
        self.from = from
        self.to = to
        self.accounts = accounts
        self.terms = terms
        self.at = at
        self.actor = actor
        self.reason = reason
        self.shown = shown
    }

    /// Why a consent changed, by the name that is stored.
    package enum Reason: String, Sendable, CaseIterable {
        case registered
        case authorised
        case reauthorised
        case amended
        case refused
        case cancelledAtLogin = "cancelled-at-login"
        case timedOut = "timed-out"
        case failed
        case revokedByPerson = "revoked-by-person"
        case revokedByBank = "revoked-by-bank"
        case revokedByThirdParty = "revoked-by-third-party"
        case deletedByThirdParty = "deleted-by-third-party"
        case accountLeft = "account-left"
    }
}

/// The page on which a person decided, so that it can be proved later what they read.
package struct ShownPage: Sendable, Hashable {
    /// SHA-256 of the page's text as it was rendered.
    package let digest: [UInt8]
    /// SHA-256 of the templates it was rendered from.
    package let templates: [UInt8]
    /// The language that the page spoke: BCP 47.
    package let language: WireText

    /// What was shown, by digests: the page itself may name accounts.
    package init(digest: [UInt8], templates: [UInt8], language: WireText) {
        self.digest = digest
        self.templates = templates
        self.language = language
    }
}
