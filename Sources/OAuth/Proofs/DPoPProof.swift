package import Crypto
package import JOSE
package import Text

/// A proof that the sender of one request has a key: RFC 9449 §4.
package struct DPoPProof: Sendable, Hashable {
    /// Which key: the SHA-256 of RFC 7638.
    package let key: Fingerprint
    /// The change that spends it: the same proof does not come twice.
    package let spending: Change

    /// What may be used to sign one; discovery lists it.
    package static let algorithms: [Algorithm] = [.es256, .ps256, .edDSA]

    /// The request that it must have been made for.
    package struct Target: Sendable {
        let method: WireText
        let urls: [ProofURL]
        let accessToken: WireText?

        /// - Parameters:
        ///   - urls: The URL that was called, by every name that we have for it; never as the request spelled it.
        ///   - accessToken: The token that came with it, at a resource.
        package init(method: WireText, urls: [WireText], accessToken: WireText?) {
            self.method = method
            self.urls = urls.compactMap { ProofURL($0) }
            self.accessToken = accessToken
        }
    }

    /// RFC 9449 §4.3, in its order.
    ///
    /// - Parameter nonces: Ours, where proofs must have one.
    package init(
        _ text: WireText,
        for target: Target,
        nonces: ProofNonces?,
        at now: Timestamp
    ) throws(Refusal) {
        let token: ProofToken
        do { token = try ProofToken(text, ofType: "dpop+jwt", allowing: Set(Self.algorithms)) } catch {
            throw .proofInvalid
        }
        let claims = token.claims
        guard claims["htm"]?.text == target.method, let text = claims["htu"]?.text, let url = ProofURL(text),
            target.urls.contains(url)
        else { throw .proofInvalid }
        guard let identifier = claims["jti"]?.text,
            (1...Limits.assertionIdentifierBytes).contains(identifier.byteCount),
            let issued = claims["iat"]?.integer.map({ Timestamp($0) })
        else { throw .proofInvalid }
        guard now - Limits.proofSeconds <= issued, issued <= now + Limits.clockSkewSeconds else { throw .proofInvalid }
        try Self.requireTime(claims, at: now)
        if let nonces {
            guard let nonce = claims["nonce"]?.text, nonces.accept(nonce, at: now) else { throw .proofNonceNeeded }
        }
        if let accessToken = target.accessToken { try Self.require(accessToken, in: claims) }

        guard let key = Base64URL.decode(token.key.thumbprint).flatMap({ Fingerprint(bytes: $0) }) else {
            throw .proofInvalid
        }
        self.key = key
        // Kept past the last moment at which the proof could be taken.
        spending = .spendProof(key, Fingerprint(of: identifier), expires: issued + Limits.proofSeconds + 1)
    }

    /// What a proof need not say, it must not say wrongly: RFC 7519 §4.1.4 and §4.1.5.
    private static func requireTime(_ claims: JSON, at now: Timestamp) throws(Refusal) {
        let registered: RegisteredClaims
        do { registered = try RegisteredClaims(claims) } catch { throw .proofInvalid }
        if let expires = registered.expires, expires <= now - Limits.clockSkewSeconds { throw .proofInvalid }
        if let notBefore = registered.notBefore, now + Limits.clockSkewSeconds < notBefore { throw .proofInvalid }
    }

    /// `ath`, RFC 9449 §4.2: a proof for one token is none for another.
    private static func require(_ accessToken: WireText, in claims: JSON) throws(Refusal) {
        guard let text = claims["ath"]?.text, let bytes = Base64URL.decode(text),
            let shown = Fingerprint(bytes: bytes), ConstantTime.equal(shown, Fingerprint(of: accessToken))
        else { throw .proofInvalid }
    }
}
