package import Text

extension AuthorizationAnswer {
    /// A refusal in the words that the contract of a bank's own consent page has for it.
    package init(_ target: RedirectionTarget, denied issuer: Issuer) {
        self.init(
            target,
            error: Refusal.accessDenied.code,
            description: "User denied the consent",
            page: Refusal.accessDenied.page(at: issuer),
            issuer: issuer
        )
    }

    /// The same answer with OpenID Connect Session Management 1.0 §3.2's `session_state` in it.
    package func adding(sessionState: WireText) -> AuthorizationAnswer {
        var fields = FormFields()
        for field in parameters.fields {
            if field.name == "state" || field.name == "iss", fields["session_state"] == nil {
                fields.append("session_state", sessionState)
            }
            fields.append(field.name, field.value)
        }
        return AuthorizationAnswer(target, parameters: fields)
    }
}
