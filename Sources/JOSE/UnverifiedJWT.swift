package import Text

/// A token that was taken apart and not yet believed, so that whoever believes it need not take it apart again.
package struct UnverifiedJWT: Sendable {
    /// As it came.
    package let text: WireText
    let token: JWS
    /// What it says, of which only the name of the sender is of use before the sender's keys agree.
    package let claims: JSON

    /// Decodes all parts, and verifies nothing.
    package init(_ text: WireText) throws(JOSEFailure) {
        self.text = text
        token = try JWS(text)
        claims = try token.unverifiedClaims()
    }
}

extension UnverifiedJWT: Hashable {
    package static func == (left: Self, right: Self) -> Bool { left.text == right.text }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
