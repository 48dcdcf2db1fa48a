import Text

extension ClientMetadata {
    /// The members that `links` reads.
    static let linkMembers: Set<WireText> = ["client_uri", "policy_uri", "tos_uri", "logo_uri", "initiate_login_uri"]

    /// What a client says of itself.
    static func links(_ document: JSON) throws(Problem) -> ClientLinks {
        ClientLinks(
            site: try link(document, "client_uri"),
            policy: try link(document, "policy_uri"),
            terms: try link(document, "tos_uri"),
            logo: try link(document, "logo_uri"),
            initiateLogin: try link(document, "initiate_login_uri")
        )
    }

    /// It stands on a page of ours, so it is held to what a browser takes for a link and for nothing else.
    private static func link(_ document: JSON, _ member: WireText) throws(Problem) -> WireText? {
        guard let text = try text(document, member) else { return nil }
        guard isLink(text) else { throw Problem(member, "It must be an https URL.") }
        return text
    }

    static func isLink(_ text: WireText) -> Bool {
        guard let uri = URIReference(text) else { return false }
        return uri.scheme == "https" && uri.host != nil && uri.hasPlainAuthority && text.isVisibleASCII
            && text.byteCount <= Limits.redirectURIBytes
    }
}
