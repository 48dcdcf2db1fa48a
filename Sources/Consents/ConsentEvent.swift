package import Text

/// What may happen to a consent once it is registered.
package enum ConsentEvent: Sendable, Hashable {
    /// The person allows it for these accounts; for an authorised consent this is a re-authentication.
    case authorise(person: Identifier<Person>, accounts: [Identifier<Account>])
    /// The person says no, or walks away.
    case reject(Rejection)
    /// A machine broke while the person was deciding.
    case fail
    /// The person or the bank takes it back.
    case revoke
    /// The third party takes it back: the DELETE of the UK API.
    case delete
    /// One account is closed or no longer the person's.
    case lose(Identifier<Account>)

    /// How a person came not to say yes, by the name that is stored.
    package enum Rejection: String, Sendable {
        case refused
        case cancelledAtLogin = "cancelled-at-login"
        case timedOut = "timed-out"
    }
}
