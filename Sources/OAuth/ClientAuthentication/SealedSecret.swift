package import Crypto
package import JOSE
package import Text

/// A client's secret that can be read again by us alone, for `client_secret_jwt` (OpenID Connect Core §9).
///
/// Every other secret is kept as its SHA-256. The key of an HMAC is the secret itself, so this one is encrypted with a key
/// that stands in `keys/` and nowhere near it.
package struct SealedSecret: Sendable, Hashable {
    fileprivate let nonce: [UInt8]
    fileprivate let sealed: AEAD.Sealed

    /// What stands in a client's document: nonce, ciphertext and tag, in Base64url.
    package var text: WireText { WireText(Base64URL.encode(bytes)) }

    /// What it is, for whoever must know whether it has changed.
    package var bytes: [UInt8] { nonce + sealed.ciphertext + sealed.tag }

    /// Reads what stands in a document; whether it can be opened is another question.
    package init?(_ text: WireText) {
        guard let bytes = Base64URL.decode(text), bytes.count >= AEAD.nonceBytes + ClientSecretKey.byteCount + tagBytes,
            bytes.count <= Limits.claimBytes
        else { return nil }
        nonce = Array(bytes.prefix(AEAD.nonceBytes))
        sealed = AEAD.Sealed(
            ciphertext: Array(bytes.dropFirst(AEAD.nonceBytes).dropLast(tagBytes)),
            tag: Array(bytes.suffix(tagBytes))
        )
    }

    fileprivate init(nonce: [UInt8], sealed: AEAD.Sealed) {
        self.nonce = nonce
        self.sealed = sealed
    }
}

private let tagBytes = 16

/// The key that readable secrets of clients are sealed with: AES-256-GCM.
package final class ClientSecretKey: Sendable {
    private let key: Secret

    /// The length of the key, and the least of a secret: RFC 7518 §3.2.
    package static let byteCount = 32

    /// `nil` for a key of another length.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        key = Secret(copying: bytes.span)
    }

    /// Seals a secret for one client, so that in the document of another it is worth nothing.
    ///
    /// - Parameter nonce: 12 random bytes, used for nothing else.
    package func seal(
        _ secret: WireText,
        of client: Identifier<Client>,
        nonce: [UInt8]
    ) throws(OpenSSLFailure) -> SealedSecret {
        let sealed = try AEAD.seal(
            secret.bytes.span,
            key: key,
            nonce: nonce,
            authenticating: Self.purpose(client).span
        )
        return SealedSecret(nonce: nonce, sealed: sealed)
    }

    /// The key of the client's HMAC; `nil` where it was sealed by another key or for another client.
    ///
    /// OpenID Connect Core §10.1: the bytes of the secret as they are written.
    package func open(_ secret: SealedSecret, of client: Identifier<Client>) -> SharedKey? {
        AEAD.open(secret.sealed, key: key, nonce: secret.nonce, authenticating: Self.purpose(client).span)
            .flatMap { try? SharedKey($0) }
    }

    /// Whether this is the secret.
    package func holds(_ secret: WireText, in sealed: SealedSecret, of client: Identifier<Client>) -> Bool {
        AEAD.open(sealed.sealed, key: key, nonce: sealed.nonce, authenticating: Self.purpose(client).span)
            .map { ConstantTime.equal($0, secret.bytes) } ?? false
    }

    private static func purpose(_ client: Identifier<Client>) -> [UInt8] {
        WireText("client_secret of \(client)").bytes
    }
}

/// `client_secret_jwt`: OpenID Connect Core §9.
package enum SecretJWT {
    /// The name in registrations and in discovery.
    package static let method: WireText = "client_secret_jwt"
}
