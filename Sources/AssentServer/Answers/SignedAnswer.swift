internal import HTTP
internal import JOSE
internal import OAuth
internal import Text

extension House {
    /// The claims of UserInfo in the form that the client is registered for: OpenID Connect Core §5.3.2.
    func userInfo(_ claims: [UInt8], for bearer: BearerToken) throws(Refusal) -> Response {
        guard let client = bearer.facts.client, let format = client.answers.userInfo else {
            return .json(.ok, bytes: claims)
        }
        guard let members = (try? JSONReader.read(claims))?.members else { throw .serverFailed }
        // Without `exp` and `iat` it is no ID token, whoever looks at it: RFC 8725 §3.12.
        let signed = JSON.object(
            [JSON.Member("iss", .text(issuer.text)), JSON.Member("aud", .text(client.id.text))] + members
        )
        let token = try keys.sign(JSONWriter.write(signed), type: "JWT", as: format, entropy: entropy)
        return .jwt(token, "application/jwt")
    }

    /// What is told of a token, as a JWT for whoever asks for one: RFC 9701 §5.
    func answer(
        _ introspection: Introspection,
        to request: Request,
        of caller: Client,
        at now: Timestamp
    ) throws(Refusal) -> Response {
        let plain = Response.json(.ok, bytes: introspection.document)
        let format = caller.introspectionFormat
        let accepted = Accept(request.fields).preferred(of: ["application/json", Introspection.mediaType])
        // Who has registered nothing is answered with RS256, or in plain JSON where we have no such key.
        guard accepted == Introspection.mediaType,
            caller.answers.introspection != nil || keys.algorithms.contains(format.algorithm)
        else { return plain }
        guard let told = try? JSONReader.read(introspection.document) else { throw .serverFailed }
        // RFC 9701 §5: nothing of the token stands at the top, so that nobody takes the answer for the token.
        let claims: JSON = [
            "iss": .text(issuer.text), "aud": .text(caller.id.text), "iat": .integer(now.seconds),
            "token_introspection": told,
        ]
        let token = try keys.sign(JSONWriter.write(claims), type: Introspection.type, as: format, entropy: entropy)
        return .jwt(token, Introspection.mediaType)
    }
}

extension Response {
    static func jwt(_ token: WireText, _ mediaType: WireText) -> Response {
        var response = Response(.ok, body: token.bytes)
        if let value = FieldValue(mediaType) { response.fields.append(.contentType, value) }
        return response
    }
}
