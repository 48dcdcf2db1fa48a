package import Text

/// One authorization request of ours, with what its answer will be held to.
package struct AuthorizationAttempt: Sendable {
    package var parameters: FormFields
    package let state: WireText
    package let nonce: WireText
    package let proofKey: PKCE
    package let redirectURI: WireText

    /// RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1.
    package init(
        of client: ClientIdentity,
        scope: WireText,
        responseType: WireText = "code",
        responseMode: WireText? = nil
    ) throws(PartyFailure) {
        state = try Random.token()
        nonce = try Random.token()
        proofKey = try PKCE()
        redirectURI = client.redirectURI
        parameters = FormFields([
            .init("response_type", responseType), .init("client_id", client.id),
            .init("redirect_uri", client.redirectURI), .init("scope", scope), .init("state", state),
            .init("nonce", nonce), .init("code_challenge", proofKey.challenge), .init("code_challenge_method", "S256"),
        ])
        if let responseMode { parameters.append("response_mode", responseMode) }
    }

    /// The same with one parameter changed, or taken away.
    package func with(_ name: WireText, _ value: WireText?) -> AuthorizationAttempt {
        var changed = self
        var fields = parameters.fields.filter { $0.name != name }
        if let value { fields.append(.init(name, value)) }
        changed.parameters = FormFields(fields)
        return changed
    }

    /// With the consent that it is about: Open Banking Security Profile, the claim `openbanking_intent_id`.
    package func about(consent: WireText) -> AuthorizationAttempt {
        let claims: JSON = ["id_token": ["openbanking_intent_id": ["value": .text(consent), "essential": true]]]
        return with("claims", WireText(JSONWriter.write(claims)))
    }

    /// What a request object says: RFC 9101 §4.
    package func claims(of client: ClientIdentity, for server: ServerDescription, at now: Timestamp) -> JSON {
        var claims: [JSON.Member] = [
            .init("iss", .text(client.id)), .init("aud", .text(server.issuer)), .init("nbf", .integer(now.seconds)),
            .init("exp", .integer((now + 300).seconds)),
        ]
        for field in parameters.fields {
            if field.name == "claims", let json = try? JSONReader.read(field.value.bytes) {
                claims.append(.init(field.name, json))
            } else {
                claims.append(.init(field.name, .text(field.value)))
            }
        }
        return .object(claims)
    }
}
