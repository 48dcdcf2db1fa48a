package import Crypto
package import Text

/// What the store shall change about sessions and their tokens, each with the condition under which it does.
package enum AccessChange: Sendable, Hashable {
    /// Adds a session whose identifier nobody has.
    case open(AccessSession)
    /// Closes a session that nobody has closed.
    case close(Identifier<AccessSession>, at: Timestamp)
    /// Holds if the session is neither closed nor timed out.
    case requireOpen(Identifier<AccessSession>, at: Timestamp)
    /// Adds a flow whose identifier and token nobody has.
    case start(AccessFlow)
    /// Adds the chain of a consent that has none.
    case openTokens(ConsentTokenChain)
    /// Keeps the next value of a chain, if nobody has changed it since `ConsentTokenChain.version - 1` was read.
    case advanceTokens(ConsentTokenChain)
}

/// The questions asked about sessions and their tokens.
package protocol AccessReader: Sendable {
    /// The session of this name, closed and timed out ones included.
    func accessSession(_ id: Identifier<AccessSession>) async throws(StoreFailure) -> AccessSession?

    /// The flow of this name.
    func accessFlow(_ id: Identifier<AccessFlow>) async throws(StoreFailure) -> AccessFlow?

    /// The flow that a browser's token stands for.
    func accessFlow(clientToken: Fingerprint) async throws(StoreFailure) -> AccessFlow?

    /// Whether any flow was started in a session.
    func hasAccessFlow(in session: Identifier<AccessSession>) async throws(StoreFailure) -> Bool

    /// The tokens of a consent, once it was fetched.
    func tokenChain(of consent: Identifier<Consent>) async throws(StoreFailure) -> ConsentTokenChain?
}
