package import Text

/// What a merchant's back end shows when it acts for one of its users: Acount's bearer token.
///
/// It is no access token: no person of ours stands behind it, and it opens no account by itself.
package struct MerchantToken: Sendable, Hashable {
    /// `iss`, which is us.
    package let issuer: WireText
    /// `aud`: the one surface that takes it.
    package let audience: WireText
    /// `sub`: what the merchant calls its user.
    package let user: WireText
    /// `client_id`: the merchant as a client.
    package let client: Identifier<Client>
    /// `merchantId`: the merchant as its API knows it.
    package let merchant: Int
    /// `permissions`: in the words of that API.
    package let permissions: [WireText]
    /// `jti`.
    package let identifier: WireText
    /// `iat`.
    package let issued: Timestamp
    /// `exp`.
    package let expires: Timestamp

    /// A token for the next hour.
    package init(
        issuer: Issuer,
        user: WireText,
        client: Identifier<Client>,
        merchant: Int,
        permissions: [WireText],
        identifier: WireText,
        at now: Timestamp
    ) {
        self.issuer = issuer.text
        audience = Self.audience(of: issuer)
        self.user = user
        self.client = client
        self.merchant = merchant
        self.permissions = permissions
        self.identifier = identifier
        issued = now
        expires = now + Self.lifetimeSeconds
    }

    /// Reads verified claims; `nil` where one is missing or of another type: a number is no text, a list is no number.
    package init?(claims: JSON) {
        guard let issuer = claims["iss"]?.text, let audience = claims["aud"]?.text, let user = claims["sub"]?.text,
            let client = claims["client_id"]?.text,
            let merchant = claims["merchantId"]?.integer.flatMap({ Int(exactly: $0) }),
            let permissions = claims["permissions"]?.texts, let identifier = claims["jti"]?.text,
            let issued = claims["iat"]?.integer, let expires = claims["exp"]?.integer
        else { return nil }
        self.issuer = issuer
        self.audience = audience
        self.user = user
        self.client = Identifier(client)
        self.merchant = merchant
        self.permissions = permissions
        self.identifier = identifier
        self.issued = Timestamp(issued)
        self.expires = Timestamp(expires)
    }

    /// Its `typ`: RFC 8725 §3.11.
    package static let type: WireText = "merchant+jwt"

    /// Whom it is for: never the audience of an access token.
    package static func audience(of issuer: Issuer) -> WireText { issuer.url("/v1/ais") }

    /// As Acount's documents say.
    private static let lifetimeSeconds = 3_600

    /// What is signed.
    package var claims: [UInt8] {
        JSONWriter.write([
            "iss": .text(issuer), "sub": .text(user), "aud": .text(audience), "exp": .integer(expires.seconds),
            "iat": .integer(issued.seconds), "jti": .text(identifier), "client_id": .text(client.text),
            "merchantId": .integer(Int64(merchant)), "permissions": .array(permissions.map { .text($0) }),
        ])
    }
}
