package import Crypto
package import OAuth
package import Text

/// Who may register a client, as the bank has it in its files; replaced by a reload.
package struct RegistrationRules: Sendable {
    private let invitations: [Fingerprint: Invitation]
    /// Whose word about software is believed, if anybody's.
    let directory: SoftwareDirectory?

    package init(_ invitations: [Invitation], directory: SoftwareDirectory? = nil) {
        self.directory = directory
        self.invitations = Dictionary(invitations.map { ($0.token, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The invitation of an initial access token, while it lasts; whether it was used, only the store knows.
    func invitation(_ token: WireText, at now: Timestamp) -> Invitation? {
        invitations[Fingerprint(of: token)].flatMap { now < $0.expires ? $0 : nil }
    }
}

/// An initial access token that the bank has given out, for one client: RFC 7591 §1.2.
package struct Invitation: Sendable, Hashable {
    /// Of the token.
    package let token: Fingerprint
    package let expires: Timestamp
    /// What the client may become.
    package let policy: RegistrationPolicy

    package init(token: Fingerprint, expires: Timestamp, policy: RegistrationPolicy) {
        self.token = token
        self.expires = expires
        self.policy = policy
    }
}
