internal import HTTP
package import Text

extension ClientIdentity {
    /// Registers a new client where the server lets anybody: RFC 7591 §3.
    ///
    /// - Parameter key: What it will sign with; with one it authenticates by it.
    package static func register(
        _ name: WireText,
        redirectURI: WireText,
        scope: WireText?,
        key: ClientKey? = nil,
        at server: ServerDescription,
        by transport: Transport
    ) async throws(PartyFailure) -> ClientIdentity {
        guard let url = server.url("registration_endpoint") else {
            throw .setup("The server registers nobody by itself; name a client with --client or --client-file.")
        }
        let method: WireText = key == nil ? "client_secret_basic" : "private_key_jwt"
        var document: [JSON.Member] = [
            .init("client_name", .text(name)), .init("redirect_uris", [.text(redirectURI)]),
            .init("token_endpoint_auth_method", .text(method)), .init("response_types", ["code"]),
            .init("grant_types", ["authorization_code", "refresh_token"]),
        ]
        if let scope { document.append(.init("scope", .text(scope))) }
        if let key { document.append(.init("jwks", ["keys": [key.jwk]])) }
        let exchange = await transport.send(.json(.registration, url, .object(document)))
        guard exchange.isSuccess, let answer = exchange.json, let members = answer.members else {
            throw .answer(exchange, "The client was not registered.")
        }
        // What was asked for stands where the server does not say it again.
        let asked = document.filter { answer[$0.name] == nil }
        return try ClientIdentity(.object(members + asked), key: key)
    }
}
