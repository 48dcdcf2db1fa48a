internal import Crypto
package import Text

/// A verifier and its challenge: RFC 7636 §4.
package struct PKCE: Sendable, Hashable {
    package let verifier: WireText

    /// A new one of 43 characters.
    package init() throws(PartyFailure) {
        verifier = try Random.token()
    }

    package init(verifier: WireText) {
        self.verifier = verifier
    }

    /// RFC 7636 §4.2, method `S256`.
    package var challenge: WireText { WireText(Base64URL.encode(Digest.sha256(verifier))) }

    /// RFC 7636 §4.1: 43 to 128 unreserved characters.
    package var isWellFormed: Bool {
        (43...128).contains(verifier.byteCount) && verifier.utf8.allSatisfy(\.isUnreserved)
    }
}
