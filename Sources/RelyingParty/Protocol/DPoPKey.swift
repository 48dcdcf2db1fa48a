internal import Crypto
package import HTTP
internal import JOSE
internal import Net
package import Text

/// A key whose possession is proved with each request: RFC 9449.
package struct DPoPKey: Sendable {
    private let key: ClientKey

    package init() throws(PartyFailure) {
        key = try ClientKey.make()
    }

    package var thumbprint: WireText { key.key.publicKey.thumbprint }

    /// RFC 9449 §4.2.
    ///
    /// - Parameter claims: What stands in the place of the claims of the same names, or beside them.
    package func proof(
        _ method: Method,
        _ url: WireText,
        token: WireText? = nil,
        nonce: WireText? = nil,
        claims changes: [JSON.Member] = [],
        at now: Timestamp? = nil
    ) throws(PartyFailure) -> WireText {
        let place = url.split(at: UInt8(ascii: "?")).first ?? url
        var claims: [JSON.Member] = [
            .init("jti", .text(try Random.token())), .init("htm", .text(method.token)), .init("htu", .text(place)),
            .init("iat", .integer((now ?? SystemClock.now).seconds)),
        ]
        if let token { claims.append(.init("ath", .text(WireText(Base64URL.encode(Digest.sha256(token)))))) }
        if let nonce { claims.append(.init("nonce", .text(nonce))) }
        for change in changes {
            claims.removeAll { $0.name == change.name }
            if change.value != .null { claims.append(change) }
        }
        let bare = JWK(key.key.publicKey, keyID: nil).json
        return try key.sign(
            .object(claims),
            header: ["typ": "dpop+jwt", "alg": .text(key.algorithm.name), "jwk": bare]
        )
    }
}
