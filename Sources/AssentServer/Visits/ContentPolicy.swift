internal import HTTP
internal import OAuth
internal import Text

/// The Content-Security-Policy of a page: nothing but its own style, and forms that lead to where we redirect.
struct ContentPolicy {
    let field: FieldValue

    /// Where the forms of a page lead.
    enum Leaving {
        case nowhere
        /// To us, and from us by redirect to the client and wherever it redirects next.
        case byRedirect(RedirectionTarget)
        /// To the client, and from it to wherever it redirects next.
        case byForm(to: WireText)
        /// To us, and from us to where a client has the browser back that has logged out.
        case afterLogout(to: WireText)
    }

    /// - Parameters:
    ///   - styles: The page's style blocks, as `sources` names them.
    ///   - frames: Origins of the frames that the page has.
    init(styles: String, leaving: Leaving, frames: [WireText] = []) {
        var text =
            "default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; img-src 'self' data:"
        if !styles.isEmpty { text += "; style-src \(styles)" }
        if !frames.isEmpty { text += "; frame-src " + frames.map(\.string).joined(separator: " ") }
        switch leaving {
        case .nowhere: text += "; form-action 'self'"
        case .byRedirect(let target) where target.isHere: text += "; form-action 'self'"
        case .byRedirect(let target): text += "; form-action 'self' \(Self.beyond(target.redirectURI))"
        case .byForm(let uri): text += "; form-action \(Self.beyond(uri))"
        case .afterLogout(let uri): text += "; form-action 'self' \(Self.beyond(uri))"
        }
        field = FieldValue(WireText(text)) ?? "default-src 'none'; frame-ancestors 'none'"
    }

    /// Blocks of a page by their SHA-256, as a policy lists them.
    static func sources(_ digests: [[UInt8]]) -> String {
        digests.map { "'sha256-\(Base64.encode($0))'" }.joined(separator: " ")
    }

    // Chromium holds every hop of a redirect to `form-action`, so the client and wherever it redirects next
    // must fit: any https, and exactly the plain or private scheme that this client registered.
    private static func beyond(_ uri: WireText) -> String {
        // Most are, and need not be taken apart to be seen to be.
        guard !uri.hasPrefix("https:"), let scheme = URIReference(uri)?.scheme, scheme != "https" else {
            return "https:"
        }
        return "https: \(scheme):"
    }
}
