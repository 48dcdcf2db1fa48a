package import Text

/// What a server says of itself: RFC 8414 §2.
package struct ServerDescription: Sendable {
    package let issuer: WireText
    package let document: JSON
    package let keys: JSON

    package init(issuer: WireText, document: JSON, keys: JSON) {
        self.issuer = issuer
        self.document = document
        self.keys = keys
    }

    /// Asks a server for its description and its keys.
    ///
    /// - Parameter issuer: As it was typed; one `/` at its end is passed over.
    package static func discover(
        _ issuer: WireText,
        by transport: Transport
    ) async throws(PartyFailure) -> ServerDescription {
        var failed: Exchange?
        for url in urls(of: issuer) {
            let exchange = await transport.send(.get(.discovery, url))
            guard exchange.isSuccess, let document = exchange.json, document["issuer"] != nil else {
                failed = failed ?? exchange
                continue
            }
            var keys: JSON = ["keys": []]
            if let url = document["jwks_uri"]?.text {
                let answer = await transport.send(.get(.keys, url))
                guard let read = answer.json else { throw .answer(answer, "The key set is no JSON.") }
                keys = read
            }
            return ServerDescription(issuer: document["issuer"]?.text ?? issuer, document: document, keys: keys)
        }
        guard let failed else { throw .setup(WireText("\(issuer) is not the URL of an issuer.")) }
        throw .answer(failed, "There is no description of the server.")
    }

    /// OpenID Connect Discovery §4.1 puts the path behind the issuer, RFC 8414 §3.1 between host and path.
    package static func urls(of issuer: WireText) -> [WireText] {
        let trimmed =
            issuer.bytes.last == UInt8(ascii: "/") ? WireText(Array(issuer.bytes.dropLast())) ?? issuer : issuer
        guard let uri = URIReference(trimmed), let origin = uri.origin else { return [] }
        return [
            WireText("\(trimmed)/.well-known/openid-configuration"),
            WireText("\(origin)/.well-known/oauth-authorization-server\(uri.path)"),
        ]
    }

    package func url(_ name: WireText) -> WireText? { document[name]?.text }

    /// An endpoint that wants to know who calls: RFC 8705 §5.
    package func url(_ name: WireText, showingCertificate: Bool) -> WireText? {
        if showingCertificate, let alias = document["mtls_endpoint_aliases"]?[name]?.text { return alias }
        return url(name)
    }

    /// Whether a list names a value; `nil` where there is no such list.
    package func lists(_ name: WireText, _ value: WireText) -> Bool? {
        document[name]?.texts?.contains(value)
    }

    package func says(_ name: WireText) -> Bool { document[name]?.boolean == true }
}
