package import Crypto
package import Text

/// What the store shall change about clients that register themselves, each with its condition.
package enum RegistrationChange: Sendable, Hashable {
    /// Keeps a client under a name that nobody has, while there are fewer than `Limits.registeredClients`, and of the
    /// same software fewer than `Limits.registrationsOfSoftware`.
    case register(RegisteredClient)
    /// Keeps what a client has become, if nobody has changed it since `version - 1` was read.
    case replace(RegisteredClient)
    /// Removes a client, if this is still its token.
    case remove(Identifier<Client>, accessToken: Fingerprint)
    /// Spends an initial access token, if nobody has.
    case spendInvitation(Fingerprint, expires: Timestamp)
}

/// The questions asked about clients that registered themselves.
package protocol RegistrationReader: Sendable {
    /// Clients in the order of their names, those after this one.
    func registeredClients(after id: Identifier<Client>, limit: Int) async throws(StoreFailure) -> [RegisteredClient]

    /// The client of this name, as it is kept now.
    func registeredClient(_ id: Identifier<Client>) async throws(StoreFailure) -> RegisteredClient?
}
