package import Text

/// The end of a login, kept until the client has heard of it: one for a client and a login.
package struct LogoutNotice: Sendable, Hashable {
    /// `jti` of its token, the same at every attempt.
    package let id: Identifier<LogoutNotice>
    /// Who is to hear of it.
    package let client: Identifier<Client>
    /// Whose login has ended.
    package let person: Identifier<Person>
    /// Which login has ended.
    package let sid: WireText
    /// How often it was tried to tell.
    package let attempts: Int
    /// When it is tried next.
    package let due: Timestamp
    /// When it is not worth telling any more.
    package let expires: Timestamp

    /// A notice, new or as a store has it.
    package init(
        id: Identifier<LogoutNotice>,
        client: Identifier<Client>,
        person: Identifier<Person>,
        sid: WireText,
        attempts: Int = 0,
        due: Timestamp,
        expires: Timestamp
    ) {
        self.id = id
        self.client = client
        self.person = person
        self.sid = sid
        self.attempts = attempts
        self.due = due
        self.expires = expires
    }
}

extension LogoutNotice {
    /// When it is tried again if the attempt that begins now comes to nothing; `nil` after the last one.
    package func next(after now: Timestamp) -> Timestamp? {
        guard attempts < Limits.logoutPauses.count else { return nil }
        return now + Limits.logoutPauses[attempts]
    }
}
