package import Text

/// One entry in the history of a consent: who changed what, when, and what the person had been shown.
package struct Revision: Sendable, Hashable {
    /// Whose history it stands in.
    package let consent: Identifier<Consent>
    /// Absent for the registration.
    package let from: Consent.Status?
    /// How the consent stood afterwards.
    package let to: Consent.Status
    /// When it happened.
    package let at: Timestamp
    /// Who did it.
    package let actor: Actor
    /// Why.
    package let reason: Reason
    /// What was on the page, where a person decided.
    package let shown: ShownPage?

    /// An entry; the one before it must end where this one begins.
    package init(
        consent: Identifier<Consent>,
        from: Consent.Status?,
        to: Consent.Status,
        at: Timestamp,
        actor: Actor,
        reason: Reason,
        shown: ShownPage? = nil
    ) {
        self.consent = consent
        self.from = from
        self.to = to
        self.at = at
        self.actor = actor
        self.reason = reason
        self.shown = shown
    }

    /// Why a consent changed, by the name that is stored.
    package enum Reason: String, Sendable {
        case registered
        case authorised
        case reauthorised
        case refused
        case cancelledAtLogin = "cancelled-at-login"
        case timedOut = "timed-out"
        case failed
        case revokedByPerson = "revoked-by-person"
        case revokedByBank = "revoked-by-bank"
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
