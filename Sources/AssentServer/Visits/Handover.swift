internal import HTTP
internal import OAuth
internal import Text

extension Visit {
    /// The bank's own consent page, where it has one and can end the request.
    var bankPage: WireText? {
        // A form that posts itself is a page, and the answer to that page of the bank is a redirect.
        // And one that does not leave us has no redirect for it to pass on.
        guard consent != nil, authorization.target.mode.carrier != .formPost, !authorization.target.isHere else {
            return nil
        }
        return house.consentPage
    }

    /// Sends the browser to the bank's own page, with the name of the request.
    ///
    /// The name opens nothing by itself. The login is tied to it here, because the page asks for what to show without
    /// the browser's cookies.
    func handOver(to page: WireText) async throws(PageFailure) -> Response {
        guard let session else { throw .refused(.loginRequired) }
        if interaction.session != session.fingerprint {
            do {
                try await house.commit([
                    OAuth.Change.signIn(interaction.id, session: session.fingerprint, of: session.person, at: now)
                ])
            } catch { throw .refused(error) }
        }
        return .redirect(to: WireText("\(page)?sessionDataKeyConsent=\(interaction.id)"))
    }
}
