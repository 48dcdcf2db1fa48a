package import Crypto
package import Text

/// A person's login in one browser, known by the fingerprint of its cookie.
package struct Session: Sendable, Hashable {
    /// Of the cookie, which nobody keeps.
    package let fingerprint: Fingerprint
    /// What clients know it by, and what proves nothing: `sid` of OpenID Connect Back-Channel Logout §2.1.
    package let sid: WireText
    /// Who signed in.
    package let person: Identifier<Person>
    /// When: `auth_time` of OpenID Connect Core §2.
    package let authenticated: Timestamp
    /// At which level: `acr` of OpenID Connect Core §2.
    package let acr: WireText
    /// What the person proved themselves with; a login with a password that has changed since counts no more.
    package let credential: Fingerprint
    /// When it ends.
    package let expires: Timestamp

    /// A login, as it was made.
    package init(
        fingerprint: Fingerprint,
        sid: WireText,
        person: Identifier<Person>,
        authenticated: Timestamp,
        acr: WireText,
        credential: Fingerprint,
        expires: Timestamp
    ) {
        self.fingerprint = fingerprint
        self.sid = sid
        self.person = person
        self.authenticated = authenticated
        self.acr = acr
        self.credential = credential
        self.expires = expires
    }

    /// Whether it has not ended.
    package func isAlive(at now: Timestamp) -> Bool { now < expires }
}

/// The bank's customer, seen from the protocol: the subject of tokens.
///
/// Names of persons begin with `psu-` and names of clients never do, so that no token of a client can
/// pass for a person's (RFC 9700 §4.15).
package enum Person {
    /// How every name of a person begins.
    package static let prefix: WireText = "psu-"
}
