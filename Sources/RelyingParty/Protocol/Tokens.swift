package import Text

/// A good answer of a token endpoint: RFC 6749 §5.1.
package struct Tokens: Sendable {
    package let access: WireText
    package let type: WireText
    package let expiresIn: Int64?
    package let refresh: WireText?
    package let id: WireText?
    package let scope: WireText?

    package init?(_ json: JSON) {
        guard let access = json["access_token"]?.text else { return nil }
        self.access = access
        type = json["token_type"]?.text ?? ""
        expiresIn = json["expires_in"]?.integer
        refresh = json["refresh_token"]?.text
        id = json["id_token"]?.text
        scope = json["scope"]?.text
    }

    private init(_ other: Tokens, refresh: WireText) {
        access = other.access
        type = other.type
        expiresIn = other.expiresIn
        self.refresh = refresh
        id = other.id
        scope = other.scope
    }

    /// RFC 6749 §6: without a new refresh token the old one stays good.
    func keeping(refresh old: WireText) -> Tokens {
        refresh == nil ? Tokens(self, refresh: old) : self
    }

    package init?(_ exchange: Exchange) {
        guard exchange.isSuccess, let json = exchange.json else { return nil }
        self.init(json)
    }
}

/// The two readable parts of a JWT, as anybody who holds it can read them, believed by nobody.
package struct ReadableToken: Sendable {
    package let header: JSON
    package let claims: JSON

    package init?(_ token: WireText) {
        let parts = token.split(at: UInt8(ascii: "."))
        guard parts.count == 3, let head = Base64URL.decode(parts[0]), let body = Base64URL.decode(parts[1]),
            let header = try? JSONReader.read(head), let claims = try? JSONReader.read(body), header.members != nil,
            claims.members != nil
        else { return nil }
        self.header = header
        self.claims = claims
    }
}
