import Crypto
package import JOSE
package import Text

/// An ID token: OpenID Connect Core §2, with the hashes of what travels beside it.
package struct IDToken: Sendable, Hashable {
    /// The decision that it tells of.
    package let family: TokenFamily
    /// `sub`.
    package let subject: WireText
    /// What was asked for about the person.
    package let person: [JSON.Member]
    /// `nonce`, in the first token of a request and in no later one: OpenID Connect Core §12.2.
    package let nonce: WireText?
    /// `iss`, which is us.
    package let issuer: Issuer
    /// `iat`.
    package let issued: Timestamp
    /// `exp`.
    package let expires: Timestamp
    /// What it stands beside in the same answer.
    package let neighbours: Neighbours
    /// The request by the back channel that it answers: OpenID CIBA Core 1.0 §10.3.1.
    package let authReqID: WireText?

    /// What is delivered together with it.
    package enum Neighbours: Sendable, Hashable {
        /// From the authorization endpoint: OpenID Connect Core §3.3.2.11, and `s_hash` of FAPI.
        case code(WireText, state: WireText?)
        /// From the token endpoint.
        case accessToken(WireText, refreshTokenExpires: Timestamp?)
    }

    /// The token of one answer.
    ///
    /// - Parameters:
    ///   - person: Claims of the person that the request asked for in the ID token.
    ///   - isRenewal: Whether it comes of a refresh token.
    package init(
        _ family: TokenFamily,
        subject: WireText,
        person: [JSON.Member] = [],
        isRenewal: Bool = false,
        issuer: Issuer,
        beside neighbours: Neighbours,
        answering authReqID: WireText? = nil,
        lifetimes: Lifetimes,
        at now: Timestamp
    ) {
        self.family = family
        self.subject = subject
        self.person = person
        nonce = isRenewal ? nil : family.nonce
        self.issuer = issuer
        self.neighbours = neighbours
        self.authReqID = authReqID
        issued = now
        expires = now + lifetimes.idToken
    }

    /// - Parameter algorithm: The one the token is signed with, whose hash the neighbours are cut with.
    package func claims(signedWith algorithm: Algorithm) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("iss", issuer.text)
        writer.member("sub", subject)
        writer.member("aud", family.client.text)
        writer.member("exp", expires.seconds)
        writer.member("iat", issued.seconds)
        writer.member("auth_time", family.authenticated.seconds)
        writer.member("acr", family.acr)
        if let sid = family.sid { writer.member("sid", sid) }
        if let nonce { writer.member("nonce", nonce) }
        if let intent = family.intent { writer.member("openbanking_intent_id", intent.text) }
        for member in person { writer.member(member.name, json: member.value) }
        if let authReqID { writer.member("urn:openid:params:jwt:claim:auth_req_id", authReqID) }
        switch neighbours {
        case .code(let code, let state):
            writer.member("c_hash", Self.half(of: code, algorithm))
            if let state { writer.member("s_hash", Self.half(of: state, algorithm)) }
        case .accessToken(let token, let refreshTokenExpires):
            writer.member("at_hash", Self.half(of: token, algorithm))
            if family.intent != nil, let refreshTokenExpires {
                // UK Read/Write API 3.1.2, "Token Expiry Time".
                writer.member(
                    "http://openbanking.org.uk/refresh_token_expires_at",
                    refreshTokenExpires.seconds
                )
            }
        }
        writer.endObject()
        return writer.bytes
    }

    /// OpenID Connect Core §3.3.2.11: the left half of the hash that the algorithm uses.
    private static func half(of text: WireText, _ algorithm: Algorithm) -> WireText {
        let digest =
            switch algorithm {
            // RFC 8032 §5.1: Ed25519 hashes with SHA-512.
            case .edDSA: Digest.sha512(text)
            case .es256, .ps256, .rs256, .hs256: Digest.sha256(text)
            }
        return WireText(Base64URL.encode(Array(digest.prefix(digest.count / 2))))
    }
}
