package import Text

/// What a client says of itself on the web: RFC 7591 §2 and OpenID Connect Registration §2.
///
/// None of it is fetched by anybody here: a person follows a link, or does not.
package struct ClientLinks: Sendable, Hashable {
    /// `client_uri`: its home page.
    package let site: WireText?
    /// `policy_uri`: what it does with what it learns of people.
    package let policy: WireText?
    /// `tos_uri`: what it has people agree to.
    package let terms: WireText?
    /// `logo_uri`: kept and never shown, because pages load nothing from elsewhere.
    package let logo: WireText?
    /// `initiate_login_uri`: where others may have a login begin.
    package let initiateLogin: WireText?

    /// By default a client says nothing.
    package init(
        site: WireText? = nil,
        policy: WireText? = nil,
        terms: WireText? = nil,
        logo: WireText? = nil,
        initiateLogin: WireText? = nil
    ) {
        self.site = site
        self.policy = policy
        self.terms = terms
        self.logo = logo
        self.initiateLogin = initiateLogin
    }
}
