package import Text

/// What a client has registered about the end of a login.
package struct LogoutRegistration: Sendable, Hashable {
    /// `post_logout_redirect_uris`: OpenID Connect RP-Initiated Logout §3.1.
    package let redirectURIs: [RedirectURI]
    /// `backchannel_logout_uri`: OpenID Connect Back-Channel Logout §2.2.
    package let backchannelURI: WireText?
    /// `frontchannel_logout_uri`: OpenID Connect Front-Channel Logout §2.
    package let frontchannelURI: WireText?

    /// By default a client hears nothing, and nobody comes back to it.
    package init(
        redirectURIs: [RedirectURI] = [],
        backchannelURI: WireText? = nil,
        frontchannelURI: WireText? = nil
    ) {
        self.redirectURIs = redirectURIs
        self.backchannelURI = backchannelURI
        self.frontchannelURI = frontchannelURI
    }

    /// Whether a browser may go there after a logout; RP-Initiated Logout §3: exactly as registered.
    package func allowsRedirect(to uri: WireText) -> Bool {
        redirectURIs.contains { $0.text == uri }
    }
}

extension Client {
    /// Where a frame of our page tells the client in its own browser that a login has ended.
    ///
    /// Front-Channel Logout §2: issuer and login are added to what was registered.
    package func frontchannelURL(ending sid: WireText, issuer: Issuer) -> WireText? {
        logout.frontchannelURI.map { uri in
            let fields = FormFields([.init("iss", issuer.text), .init("sid", sid)])
            return WireText("\(uri)\(uri.utf8.contains(UInt8(ascii: "?")) ? "&" : "?")\(fields.encoded)")
        }
    }
}
