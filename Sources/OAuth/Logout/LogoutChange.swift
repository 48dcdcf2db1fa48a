package import Crypto
package import Text

/// What the store shall change when a login ends, each with the condition under which it does.
package enum LogoutChange: Sendable, Hashable {
    /// Ends a login that is there, if no clients but these were told of it in an ID token.
    case endSession(Fingerprint, sid: WireText, known: [Identifier<Client>])
    /// Ends what was granted for the time of a login: neither on a consent nor for when the person is away.
    case endGrants(sid: WireText, at: Timestamp)
    /// Keeps a notice, if there is none for this client and this login.
    case keepNotice(LogoutNotice)
    /// Begins an attempt to tell, if nobody has begun one since the notice was read.
    case attemptNotice(LogoutNotice, next: Timestamp)
    /// Forgets a notice that was heard, or that nobody will hear.
    case dropNotice(Identifier<LogoutNotice>)
}

/// The questions asked when a login ends.
package protocol LogoutReader: Sendable {
    /// The clients that were told of this login in an ID token, in the order of their names.
    func clients(toldOf sid: WireText) async throws(StoreFailure) -> [Identifier<Client>]

    /// Notices that are to be tried now, the one that has waited longest first.
    func dueNotices(at now: Timestamp, limit: Int) async throws(StoreFailure) -> [LogoutNotice]

    /// Logins that have not ended, in the order of their fingerprints, from the one after this.
    func sessions(
        after fingerprint: Fingerprint?,
        at now: Timestamp,
        limit: Int
    ) async throws(StoreFailure) -> [Session]
}
