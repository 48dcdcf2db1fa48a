internal import Consents
internal import OAuth
internal import Text

extension House {
    /// Where a person decides about a consent that was registered without OAuth.
    ///
    /// It is an authorization request like any other, of a type that hands nothing out (OAuth 2.0 Multiple Response
    /// Types §4), so the one login and the one consent page serve it.
    func consentLink(
        _ consent: Consent,
        of client: Client,
        returningTo redirectURI: WireText,
        state: WireText
    ) -> WireText {
        let claims: JSON = [
            "id_token": ["openbanking_intent_id": ["value": .text(consent.id.text), "essential": true]]
        ]
        var query = FormFields()
        query.append("response_type", "none")
        query.append("client_id", client.id.text)
        query.append("redirect_uri", redirectURI)
        query.append("scope", "openid accounts")
        query.append("state", state)
        query.append("claims", WireText(String(decoding: JSONWriter.write(claims), as: UTF8.self)))
        return issuer.url(WireText("/authorize?\(query.encoded)"))
    }
}
