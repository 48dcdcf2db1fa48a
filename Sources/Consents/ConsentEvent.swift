package import Text

/// What may happen to a consent once it is registered.
package enum ConsentEvent: Sendable, Hashable {
    /// The person allows it for these accounts; for an authorised consent this is a re-authentication.
    case authorise(person: Identifier<Person>, accounts: [Identifier<Account>])
    /// The person allows other terms for a consent that is in force, and chooses its accounts anew.
    case amend(Amendment, person: Identifier<Person>, accounts: [Identifier<Account>])
    /// The person says no, or walks away.
    case reject(Rejection)
    /// A machine broke while the person was deciding.
    case fail
    /// Somebody takes it back.
    case revoke(Revocation)
    /// The third party takes it back so that it is not found any more: the DELETE of the UK API.
    case delete
    /// One account is closed or no longer the person's.
    case lose(Identifier<Account>)

    /// How a person came not to say yes, by the name that is stored.
    package enum Rejection: String, Sendable {
        case refused
        case cancelledAtLogin = "cancelled-at-login"
        case timedOut = "timed-out"
    }

    /// Who takes a consent back.
    package enum Revocation: Sendable, CaseIterable {
        case person
        case bank
        case thirdParty
    }
}

extension ConsentEvent {
    /// Why a consent in this status changes by it, as its history says.
    func reason(in status: Consent.Status) -> Revision.Reason {
        switch self {
        case .authorise: status == .authorised ? .reauthorised : .authorised
        case .amend: .amended
        case .reject(.refused): .refused
        case .reject(.cancelledAtLogin): .cancelledAtLogin
        case .reject(.timedOut): .timedOut
        case .fail: .failed
        case .revoke(.person): .revokedByPerson
        case .revoke(.bank): .revokedByBank
        case .revoke(.thirdParty): .revokedByThirdParty
        case .delete: .deletedByThirdParty
        case .lose: .accountLeft
        }
    }
}
