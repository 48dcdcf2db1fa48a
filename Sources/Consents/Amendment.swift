package import Text

/// Other terms for a consent that is in force, which its person is still to allow.
package struct Amendment: Sendable, Hashable {
    /// The permissions, in the order in which they are asked for.
    package let permissions: [Permission]
    /// When it shall end; absent for an open end.
    package let expires: Timestamp?
    /// What asked for it, as received.
    package let receipt: [UInt8]
}

extension Consent {
    /// The terms that it has, or would have.
    package var amendment: Amendment {
        Amendment(permissions: permissions, expires: lifetime.expires, receipt: receipt)
    }

    /// As it would be with other terms, and nothing else changed: what a person is shown.
    func proposing(_ amendment: Amendment) -> Consent {
        var consent = self
        consent.permissions = amendment.permissions
        consent.lifetime = Lifetime(expires: amendment.expires)
        consent.receipt = amendment.receipt
        return consent
    }
}

extension ConsentPolicy {
    /// The consent with the terms that a draft asks for, as far as the bank grants them; nobody has allowed them yet.
    package func propose(
        _ draft: ConsentDraft,
        for consent: Consent,
        receipt: [UInt8],
        at now: Timestamp
    ) throws(ConsentRefusal) -> Consent {
        try requireGrantable(draft, at: now)
        return consent.proposing(Amendment(permissions: draft.permissions, expires: draft.expires, receipt: receipt))
    }
}
