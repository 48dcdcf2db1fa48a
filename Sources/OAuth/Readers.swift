package import Crypto
package import Text

/// The questions asked about clients.
package protocol ClientReader: Sendable {
    /// The client of this name, disabled ones included.
    func client(_ id: Identifier<Client>) async throws(StoreFailure) -> Client?
}

/// The questions asked about what was granted.
package protocol GrantReader: PolledRequestReader, ManagedGrantReader {
    /// The code with this fingerprint, spent and expired ones included, so that a replay is seen.
    func code(_ fingerprint: Fingerprint) async throws(StoreFailure) -> CodeRecord?

    /// The refresh token with this fingerprint, spent and expired ones included.
    func refreshToken(_ fingerprint: Fingerprint) async throws(StoreFailure) -> RefreshRecord?

    /// What was issued from one decision, revoked ones included.
    func family(_ id: Identifier<TokenFamily>) async throws(StoreFailure) -> TokenFamily?

    /// Whether one access token was ended before its time, by the fingerprint of its `jti`.
    func isRevoked(accessToken: Fingerprint) async throws(StoreFailure) -> Bool

    /// How the consent stands on which something was granted.
    func standing(of intent: Identifier<Intent>, at now: Timestamp) async throws(StoreFailure) -> Standing?
}

/// The questions asked about persons at our pages.
package protocol SessionReader: Sendable {
    /// The login with this cookie, whether or not it is alive.
    func session(_ fingerprint: Fingerprint) async throws(StoreFailure) -> Session?

    /// The request of this name, closed ones included.
    func interaction(_ id: Identifier<Interaction>) async throws(StoreFailure) -> Interaction?

    /// The pushed request of this reference, expired and decided ones included.
    func pushedRequest(_ fingerprint: Fingerprint) async throws(StoreFailure) -> PushedRequest?

    /// Requests that nobody finished in time and nobody closed, oldest first.
    func abandonedInteractions(at now: Timestamp, limit: Int) async throws(StoreFailure) -> [Interaction]

    /// Whether a request about this consent waits that may still be answered in time.
    func isAwaited(_ intent: Identifier<Intent>, at now: Timestamp) async throws(StoreFailure) -> Bool

    /// What was allowed before, where all circumstances are the same.
    func rememberedScope(in circumstances: Circumstances) async throws(StoreFailure) -> Scope?

    /// The failed logins of somebody, if any are remembered.
    func throttle(_ subject: LoginThrottle.Subject) async throws(StoreFailure) -> LoginThrottle?
}

/// A consent as the protocol sees it.
package struct Standing: Sendable, Hashable {
    /// Whose consent it is.
    package let client: Identifier<Client>
    /// Who gave it, once somebody did.
    package let person: Identifier<Person>?
    /// Whether data may flow now.
    package let isInForce: Bool
    /// When it ends, if ever.
    package let expires: Timestamp?

    /// How a consent stands at one moment.
    package init(
        client: Identifier<Client>,
        person: Identifier<Person>?,
        isInForce: Bool,
        expires: Timestamp?
    ) {
        self.client = client
        self.person = person
        self.isInForce = isInForce
        self.expires = expires
    }
}
