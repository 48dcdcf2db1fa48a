package import Crypto
package import Text

/// A private key of ours with its name and its one way to encrypt, ready to open what was encrypted to it.
package struct OpeningKey: Sendable {
    /// The public part as it stands in our key set, named and bound to its algorithm.
    package let jwk: JWK
    package let keyID: WireText
    package let encryption: KeyEncryption
    private let key: PrivateKey

    /// - Parameter keyID: The name under which the key is published; its thumbprint where there is none.
    /// - Returns: `nil` where the algorithm takes another kind of key.
    package init?(_ key: PrivateKey, encryption: KeyEncryption, keyID: WireText? = nil) {
        guard encryption.kind == key.kind else { return nil }
        let keyID = keyID ?? key.publicKey.thumbprint
        self.key = key
        self.keyID = keyID
        self.encryption = encryption
        jwk = JWK(key.publicKey, keyID: keyID, use: .encryption, algorithm: .encryption(encryption))
    }

    /// The key of the content, as its sender wrapped it or came to it.
    func contentKey(_ header: EncryptedHeader, wrapped: [UInt8]) throws(JOSEFailure) -> Secret {
        switch encryption {
        case .rsaOAEP: return try unwrap(wrapped, .sha1, header.content)
        case .rsaOAEP256: return try unwrap(wrapped, .sha256, header.content)
        case .ecdhES:
            // RFC 7518 §4.6: nothing is wrapped, because the key is agreed on.
            guard wrapped.isEmpty else { throw .notEncryptedToUs }
            guard let other = header.ephemeralKey, other.kind == .p256 else { throw .badHeader("epk") }
            do {
                return try JWE.agreedKey(
                    key,
                    other,
                    for: header.content,
                    partyU: header.partyU,
                    partyV: header.partyV
                )
            } catch { throw .notEncryptedToUs }
        }
    }

    /// RFC 7516 §11.5: a key that cannot be unwrapped is one that opens nothing, and takes as long.
    private func unwrap(
        _ wrapped: [UInt8],
        _ hash: RSAOAEP.Hash,
        _ content: ContentEncryption
    ) throws(JOSEFailure) -> Secret {
        if let found = RSAOAEP.decrypt(wrapped, with: key, hash: hash, byteCount: content.keyBytes) { return found }
        do { return try Entropy.system.secret(byteCount: content.keyBytes) } catch { throw .entropy(error) }
    }
}
