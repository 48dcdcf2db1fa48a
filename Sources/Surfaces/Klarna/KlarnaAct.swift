package import Consents

/// What Klarna's sessions and consent calls do.
package enum KlarnaAct: Sendable, Hashable {
    case openSession
    case showSession
    case closeSession
    case startFlow
    case showFlow
    /// Hands out the consent of a session, with the first of its tokens.
    case fetchConsent
    /// Spends a consent token for data.
    case use(AccessKind)
    /// Spends a consent token for the next page of transactions.
    case list
}
