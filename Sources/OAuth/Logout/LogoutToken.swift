package import Text

/// A logout token: OpenID Connect Back-Channel Logout §2.4.
package struct LogoutToken: Sendable, Hashable {
    /// What it tells.
    package let notice: LogoutNotice
    /// `iss`, which is us.
    package let issuer: Issuer
    /// `sub`, as this client knows the person.
    package let subject: WireText
    /// `iat`.
    package let issued: Timestamp

    /// Back-Channel Logout §2.4: its `typ`, so that it passes for nothing else.
    package static let type: WireText = "logout+jwt"

    /// The token of one attempt.
    package init(_ notice: LogoutNotice, issuer: Issuer, subject: WireText, at now: Timestamp) {
        self.notice = notice
        self.issuer = issuer
        self.subject = subject
        issued = now
    }

    /// Its claims; never a `nonce`, by which it could pass for an ID token.
    package var claims: [UInt8] {
        JSONWriter.write([
            "iss": .text(issuer.text),
            "sub": .text(subject),
            "aud": .text(notice.client.text),
            "iat": .integer(issued.seconds),
            "exp": .integer((issued + Limits.logoutTokenSeconds).seconds),
            "jti": .text(notice.id.text),
            "sid": .text(notice.sid),
            "events": ["http://schemas.openid.net/event/backchannel-logout": [:]],
        ])
    }
}
