import Text

extension ClientMetadata {
    /// The members of the logout specifications.
    static let logoutMembers: Set<WireText> = [
        "post_logout_redirect_uris", "backchannel_logout_uri", "backchannel_logout_session_required",
        "frontchannel_logout_uri", "frontchannel_logout_session_required",
    ]

    /// What a client wants when a login ends.
    static func logout(_ document: JSON, _ redirectURIs: [RedirectURI]) throws(Problem) -> LogoutRegistration {
        let frontchannel = try notified(document, "frontchannel_logout")
        if let frontchannel {
            let origins = redirectURIs.map { URIReference($0.text)?.origin }
            // Front-Channel Logout §2: a frame of ours opens nothing but what is the client's own.
            guard let origin = URIReference(frontchannel)?.origin, origins.contains(origin) else {
                throw Problem("frontchannel_logout_uri", "It must be of the scheme, host and port of a redirect URI.")
            }
        }
        return LogoutRegistration(
            redirectURIs: try logoutRedirectURIs(document),
            backchannelURI: try notified(document, "backchannel_logout"),
            frontchannelURI: frontchannel
        )
    }

    private static func logoutRedirectURIs(_ document: JSON) throws(Problem) -> [RedirectURI] {
        let member: WireText = "post_logout_redirect_uris"
        var uris: [RedirectURI] = []
        for text in try texts(document, member) ?? [] {
            do { uris.append(try RedirectURI(registering: text, portIsFree: false)) } catch {
                throw Problem(member, "\(text) cannot be registered: \(error.sentence)")
            }
        }
        return uris
    }

    /// Where a client wants to be told; `sid` is always said, so its being required changes nothing.
    private static func notified(_ document: JSON, _ name: String) throws(Problem) -> WireText? {
        let (member, required) = (WireText("\(name)_uri"), WireText("\(name)_session_required"))
        let isRequired = try boolean(document, required)
        guard let text = try text(document, member) else {
            guard !isRequired else { throw Problem(required, "It needs \(member).") }
            return nil
        }
        do throws(RedirectURI.Problem) {
            let uri = try RedirectURI(registering: text, portIsFree: false)
            let scheme = URIReference(uri.text)?.scheme
            guard scheme == "https" || scheme == "http" else { throw RedirectURI.Problem.schemeRefused }
            guard (try? FormFields(URIReference(uri.text)?.query ?? ""))?["sid"] == nil else {
                throw RedirectURI.Problem.carriesAnswerParameter
            }
        } catch {
            throw Problem(member, "\(text) cannot be registered: \(error.sentence)")
        }
        return text
    }
}
