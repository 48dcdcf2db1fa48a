internal import HTTP
internal import OAuth
internal import Text

/// Whether a form was sent by a page of ours, as the browser itself says.
enum SameOrigin {
    /// A browser always sends one of the two; a client that sends neither is no browser, and has the
    /// form's own token to show.
    static func allows(_ request: Request, issuer: Issuer) -> Bool {
        let site = request.fields.first(.secFetchSite)
        guard site == nil || site == "same-origin" else { return false }
        guard let origin = request.fields.first(.origin) else { return true }
        // Our pages send no referrer, and Fetch then sends `null` as the origin of their forms. That alone
        // could come from anywhere, so it counts only beside the browser's word for where it came from.
        if origin == "null" { return site == "same-origin" }
        return origin == URIReference(issuer.text)?.origin
    }
}
