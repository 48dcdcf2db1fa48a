/// What the bank's own systems and its staff do.
package enum BankAct: Sendable {
    package typealias Draft = SurfaceAct.Draft

    // The bank's own consent page.
    /// What the page of a request has to show.
    case retrieve
    /// What the person said there.
    case persist

    // A gateway that registers and ends consents for third parties.
    case register(Draft)
    case fetch
    case end

    /// Whether a request for account data may pass.
    case validate

    // The bank's staff, and persons about their own consents.
    case search
    case revoke
    case loseAccount
    case statusAudit
    case amendments
}
