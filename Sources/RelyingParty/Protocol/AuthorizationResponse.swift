internal import JOSE
package import Text

/// What a browser brought back: RFC 6749 §4.1.2, in whichever way it was carried.
package struct AuthorizationResponse: Sendable {
    package let parameters: FormFields
    package let carrier: Carrier
    package let exchange: Exchange?

    /// OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode, JARM §2.3.
    package enum Carrier: String, Sendable {
        case query
        case fragment
        case form
    }

    package init(parameters: FormFields, carrier: Carrier, exchange: Exchange? = nil) {
        self.parameters = parameters
        self.carrier = carrier
        self.exchange = exchange
    }

    /// Reads the URL that a browser was sent to.
    package init?(url: WireText, exchange: Exchange? = nil) {
        guard let uri = URIReference(url) else { return nil }
        let carrier: Carrier = uri.fragment == nil ? .query : .fragment
        guard let fields = try? FormFields(uri.fragment ?? uri.query ?? "") else { return nil }
        self.init(parameters: fields, carrier: carrier, exchange: exchange)
    }

    /// Reads what a browser without scripts came back with.
    package init?(_ arrival: Browser.Arrival) {
        guard case .returned(let exchange, let url, let form) = arrival else { return nil }
        if let form {
            self.init(parameters: form, carrier: .form, exchange: exchange)
        } else {
            self.init(url: url, exchange: exchange)
        }
    }

    package subscript(name: WireText) -> WireText? { parameters[name] }

    package var code: WireText? { parameters["code"] }
    package var error: WireText? { parameters["error"] }

    package var summary: WireText {
        if let error { return WireText(parameters["error_description"].map { "\(error): \($0)" } ?? "\(error)") }
        return code == nil ? "neither a code nor an error" : "a code"
    }

    /// The answer inside of a signed one, where it is one and the signature holds: JARM §2.4.
    package func opened(
        from server: ServerDescription,
        for client: ClientIdentity,
        at now: Timestamp
    ) throws(PartyFailure) -> AuthorizationResponse {
        guard let token = parameters["response"] else { return self }
        let claims: JSON
        do {
            let algorithms = Set(Algorithm.allCases.filter { $0.signature != nil })
            claims = try JWT(token, signedBy: try JWKSet(server.keys), allowing: algorithms).claims
        } catch { throw .setup("The signed answer cannot be verified by the server's keys.") }
        do {
            let checks = ClaimChecks(issuer: server.issuer, audiences: [client.id], required: [.issuer, .expires])
            _ = try checks.decide(claims, at: now)
        } catch { throw .setup(WireText("The claims of the signed answer are not right: \(error).")) }
        var fields = FormFields()
        for member in claims.members ?? [] where !["aud", "exp", "iat"].contains(member.name) {
            if let text = member.value.text { fields.append(member.name, text) }
        }
        return AuthorizationResponse(parameters: fields, carrier: carrier, exchange: exchange)
    }
}
