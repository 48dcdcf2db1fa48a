import Crypto
package import Text

/// The authorization code grant: RFC 6749 §4.1.3, with PKCE (RFC 7636 §4.6).
///
/// Nothing is spent here. `decide` names the change, and the store makes it only where nobody else has
/// spent the code first; the loser of that race is answered like a replay.
package struct AuthorizationCodeGrant: Grant {
    /// The name of RFC 6749 §4.1.3.
    package static let type: GrantType = "authorization_code"

    /// There is nothing to set up.
    package init() {}

    /// What the store knows about it.
    package struct Facts: Sendable {
        let code: CodeRecord?
        let standing: Standing?

        /// What was found; nothing of it is believed to be this client's.
        package init(code: CodeRecord?, standing: Standing?) {
            self.code = code
            self.standing = standing
        }
    }

    /// Looks the code up by its fingerprint, and its consent where it has one.
    package func load(
        _ request: TokenRequest,
        from store: some GrantReader
    ) async throws(StoreFailure) -> Facts {
        guard let text = request.fields[.code], let code = try await store.code(Fingerprint(of: text)) else {
            return Facts(code: nil, standing: nil)
        }
        guard let intent = code.family.intent else { return Facts(code: code, standing: nil) }
        return Facts(code: code, standing: try await store.standing(of: intent, at: request.now))
    }

    /// Spends it for tokens, if it is this client's and still worth something.
    package func decide(_ request: TokenRequest, _ facts: Facts) throws(Refusal) -> Issuance {
        _ = try request.fields.require(.code)
        let redirectURI = try request.fields.require(.redirectURI)
        // RFC 6749 §4.1.3: the code was issued to this client. Another client's code is answered as an
        // unknown one, and stays as it is: a stranger can neither probe it nor burn it.
        guard let code = facts.code, code.family.client == request.client.id else { throw .codeUnknown }
        let family = code.family
        guard code.spent == nil else { throw .codeReplayed(family.id, at: request.now) }
        guard request.now < code.expires else { throw .codeExpired }

        // RFC 6749 §4.1.3: identical, so compared as written and never normalised.
        guard redirectURI == family.redirectURI else { throw .redirectURIDiffers }
        try Self.requireProof(request.fields[.codeVerifier], of: code.challenge)
        if let certificate = code.certificate {
            guard certificate == request.certificate else { throw .certificateDiffers }
        }
        // RFC 9449 §10: whoever stole the code and its verifier has another key.
        if let proofKey = code.proofKey {
            guard let shown = request.proofKey else { throw .proofMissing }
            guard shown == proofKey else { throw .proofKeyDiffers }
        }
        try FamilyIssuance.requireInForce(family, facts.standing, for: request)

        return try FamilyIssuance.issue(
            family,
            facts.standing,
            for: request,
            spending: .spendCode(code.fingerprint, of: family.id, at: request.now)
        )
    }

    private static func requireProof(_ verifier: WireText?, of challenge: Challenge?) throws(Refusal) {
        guard let challenge else {
            // RFC 9700 §2.1.1: a verifier without a challenge is a sign that somebody took the challenge away.
            guard verifier == nil else { throw .verifierDiffers }
            return
        }
        // RFC 7636 §4.6 knows one code for a proof that fails, and OpenID's suite wants it where there is none at all.
        guard let verifier else { throw .verifierMissing }
        try challenge.verify(verifier)
    }
}
