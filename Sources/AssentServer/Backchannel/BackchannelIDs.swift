internal import Crypto
internal import OAuth
internal import Text

/// Makes the identifiers that clients poll with, and makes them again for the notice that something can be fetched.
///
/// They are a MAC over a random name, so that the store, which keeps the name, keeps nothing to poll with. What a client
/// wants to be shown with the notice is its own secret, and is kept sealed by the same name.
struct BackchannelIDs: Sendable {
    private let key: HMACKey
    private let tokenKey: HMACKey

    /// - Parameter key: The server's own, from which these are derived.
    init(key: HMACKey) {
        self.key = HMACKey(key.sha256(Array("backchannel identifiers".utf8)))
        tokenKey = HMACKey(key.sha256(Array("backchannel notification tokens".utf8)))
    }

    /// 256 bits: OpenID CIBA Core 1.0 §7.3 wants 128 at the least.
    func id(of name: UUID) -> WireText { WireText(Base64URL.encode(key.sha256(Array(name.text.utf8)))) }

    /// A notification token as it is kept.
    func seal(_ token: WireText, of name: UUID) throws(Refusal) -> WireText {
        do throws(OpenSSLFailure) {
            let (plain, beside) = (token.bytes, [UInt8]())
            let sealed = try AEAD.seal(
                plain.span,
                key: secret(of: name),
                nonce: Self.nonce,
                authenticating: beside.span
            )
            return WireText(Base64URL.encode(sealed.ciphertext + sealed.tag))
        } catch { throw .serverFailed }
    }

    /// What was sealed; `nil` where that was by another key.
    func open(_ sealed: WireText, of name: UUID) -> WireText? {
        guard let bytes = Base64URL.decode(sealed), bytes.count > Self.tagBytes else { return nil }
        let beside: [UInt8] = []
        let parts = AEAD.Sealed(
            ciphertext: Array(bytes.dropLast(Self.tagBytes)),
            tag: Array(bytes.suffix(Self.tagBytes))
        )
        let plain = AEAD.open(parts, key: secret(of: name), nonce: Self.nonce, authenticating: beside.span)
        return plain.flatMap { WireText($0) }
    }

    /// A name is of one request, so that its key seals one token and needs one nonce.
    private func secret(of name: UUID) -> Secret {
        let key = tokenKey.sha256(Array(name.text.utf8))
        return Secret(copying: key.span)
    }

    private static let nonce = [UInt8](repeating: 0, count: AEAD.nonceBytes)
    private static let tagBytes = 16
}
