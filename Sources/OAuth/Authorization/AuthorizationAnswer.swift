package import Text

/// What goes back to the client through the browser, as parameters of its redirect URI.
package struct AuthorizationAnswer: Sendable, Hashable {
    /// Where it goes.
    package let target: RedirectionTarget
    /// What it says, in order.
    package let parameters: FormFields

    /// A code, and an ID token where the response type asks for one; neither where the person was only asked.
    package init(_ target: RedirectionTarget, code: WireText?, idToken: WireText?, issuer: Issuer) {
        self.target = target
        var parameters = FormFields()
        if let code { parameters.append("code", code) }
        if let idToken { parameters.append("id_token", idToken) }
        self.parameters = parameters.completed(for: target, issuer)
    }

    /// A refusal: RFC 6749 §4.1.2.1.
    package init(_ target: RedirectionTarget, refusal: Refusal, issuer: Issuer) {
        self.init(
            target,
            error: refusal.code,
            description: WireText(refusal.sentence),
            page: refusal.page(at: issuer),
            issuer: issuer
        )
    }

    init(_ target: RedirectionTarget, error: WireText, description: WireText, page: WireText, issuer: Issuer) {
        var parameters = FormFields()
        parameters.append("error", error)
        parameters.append("error_description", description)
        parameters.append("error_uri", page)
        self.init(target, parameters: parameters.completed(for: target, issuer))
    }

    init(_ target: RedirectionTarget, parameters: FormFields) {
        self.target = target
        self.parameters = parameters
    }

    /// Whether the client hears that it did not get what it asked for.
    package var isRefusal: Bool { parameters["error"] != nil }

    /// The URI to send the browser to, for the modes that are a redirect.
    package var location: WireText {
        let uri = target.redirectURI.string
        switch target.mode.carrier {
        case .fragment: return WireText("\(uri)#\(parameters.encoded)")
        case .query, .formPost:
            // RFC 6749 §3.1.2: a query that was registered stays as it is.
            return WireText("\(uri)\(uri.utf8.contains(UInt8(ascii: "?")) ? "&" : "?")\(parameters.encoded)")
        }
    }
}

extension AuthorizationAnswer {
    /// The claims of the JWT that is sent in its place: JARM §2.1.
    package func claims(from issuer: Issuer, at now: Timestamp) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("iss", issuer.text)
        writer.member("aud", target.client.text)
        writer.member("exp", (now + Limits.signedAnswerSeconds).seconds)
        for field in parameters.fields where field.name != "iss" { writer.member(field.name, field.value) }
        writer.endObject()
        return writer.bytes
    }

    /// The same answer with everything in a JWT: nothing stands beside it.
    package func carrying(_ token: WireText) -> AuthorizationAnswer {
        AuthorizationAnswer(target, parameters: FormFields([.init("response", token)]))
    }
}

extension FormFields {
    /// RFC 6749 §4.1.2: the state exactly as it came.
    ///
    /// RFC 9207 §2: who answers, against mix-up.
    fileprivate func completed(for target: RedirectionTarget, _ issuer: Issuer) -> FormFields {
        var fields = self
        if let state = target.state { fields.append("state", state) }
        fields.append("iss", issuer.text)
        return fields
    }
}
