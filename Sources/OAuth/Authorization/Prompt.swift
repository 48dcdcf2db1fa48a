package import Text

/// What a client wants the person to be asked: OpenID Connect Core §3.1.2.1.
package struct Prompt: Sendable, Hashable {
    /// No page at all: an answer, or an error.
    package let isSilent: Bool
    /// The password again, whatever session there is.
    package let wantsLogin: Bool
    /// The consent page again, whatever was agreed before.
    package let wantsConsent: Bool

    /// Reads values between single spaces, each known and each once.
    package init(_ text: WireText?) throws(Refusal) {
        var values: [WireText] = []
        for value in text?.split(at: .space) ?? [] {
            switch value {
            case "none", "login", "consent", "select_account": break
            default: throw .parameterMalformed(.prompt)
            }
            guard !values.contains(value) else { throw .parameterMalformed(.prompt) }
            values.append(value)
        }
        isSilent = values.contains("none")
        guard !isSilent || values.count == 1 else { throw .promptContradictory }
        // With one person a session, choosing another one is signing in again.
        wantsLogin = values.contains("login") || values.contains("select_account")
        wantsConsent = values.contains("consent")
    }
}
