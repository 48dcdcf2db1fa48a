package import Text

/// What a resource demands of the login behind a token: RFC 9470.
package struct StepUp: Sendable, Hashable {
    /// How old the login may be, in seconds; absent for any age.
    package let maxAge: Int?
    /// The level that it must have; absent for any level.
    package let acr: WireText?

    /// By default any login will do.
    package init(maxAge: Int? = nil, acr: WireText? = nil) {
        self.maxAge = maxAge
        self.acr = acr
    }

    /// The login behind a token: `auth_time` and `acr`.
    package struct Login: Sendable, Hashable {
        package let authenticated: Timestamp
        package let acr: WireText

        package init(authenticated: Timestamp, acr: WireText) {
            self.authenticated = authenticated
            self.acr = acr
        }
    }

    /// Refuses a login that is too old or too weak.
    func require(_ login: Login?, at now: Timestamp) throws(SurfaceRefusal) {
        if let acr, login?.acr != acr { throw .loginInsufficient(self) }
        guard let maxAge else { return }
        guard let login, now.since(login.authenticated) <= Int64(maxAge) else { throw .loginInsufficient(self) }
    }

    /// RFC 9470 §3: what the client shall ask for at the authorization endpoint.
    ///
    /// - Parameter scheme: The one that the client used: `Bearer` or `DPoP`.
    package func challenge(_ scheme: String) -> WireText {
        var text = "\(scheme) error=\"insufficient_user_authentication\""
        text += ", error_description=\"The login behind this token is too old or too weak.\""
        if let acr { text += ", acr_values=\"\(acr)\"" }
        if let maxAge { text += ", max_age=\"\(maxAge)\"" }
        return WireText(text)
    }
}
