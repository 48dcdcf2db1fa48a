package import Crypto
package import Text

extension PublicKey {
    /// The name that a key has by itself: RFC 7638, with SHA-256, as 43 letters of Base64url.
    package var thumbprint: WireText {
        WireText(Base64URL.encode(Digest.sha256(JSONWriter.write(.object(jwkMembers)))))
    }
}
