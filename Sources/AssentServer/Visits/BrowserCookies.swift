internal import Crypto
internal import HTTP
internal import Text

/// The two cookies that a browser carries for us, by the fingerprints of what they hold.
struct BrowserCookies: Sendable {
    let browser: Fingerprint?
    let session: Fingerprint?

    /// Ties requests that wait to the browser that began them.
    static let browser: WireText = "__Host-assent-browser"
    /// A person's login; a new one at every authentication.
    static let session: WireText = "__Host-assent-session"

    init(of request: Request) {
        browser = Self.read(Self.browser, of: request).map { Fingerprint(of: $0) }
        session = Self.read(Self.session, of: request).map { Fingerprint(of: $0) }
    }

    /// Cookies that somebody else was sent, and names to us: looked at, and never sent anywhere.
    init(_ cookies: JSON) {
        browser = Self.read(Self.browser, of: cookies).map { Fingerprint(of: $0) }
        session = Self.read(Self.session, of: cookies).map { Fingerprint(of: $0) }
    }

    /// A cookie of one of these names, if it has the form of what we set.
    static func read(_ name: WireText, of request: Request) -> WireText? {
        guard let value = Cookie.read(name, from: request.fields).only, value.byteCount == tokenBytes else {
            return nil
        }
        return value
    }

    private static func read(_ name: WireText, of cookies: JSON) -> WireText? {
        guard let value = cookies[name]?.text, value.byteCount == tokenBytes else { return nil }
        return value
    }

    private static let tokenBytes = 43
}

extension Response {
    func setting(_ cookie: SetCookie?) -> Response {
        guard let cookie else { return self }
        var response = self
        response.fields.append(.setCookie, cookie.field)
        return response
    }

    /// Has the browser forget a cookie of ours that came twice, because nobody can tell which of them is ours.
    func clearingRepeatedCookies(of request: Request) -> Response {
        var response = self
        for name in [BrowserCookies.browser, BrowserCookies.session] {
            guard Cookie.read(name, from: request.fields) == .repeated,
                !fields.all(.setCookie).contains(where: { $0.hasPrefix(WireText("\(name)=")) })
            else { continue }
            response = response.setting(.forgetting(name))
        }
        return response
    }
}
