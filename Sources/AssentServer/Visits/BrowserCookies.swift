internal import Crypto
internal import HTTP
internal import OAuth
internal import Text

/// The two cookies that a browser carries for us, by the fingerprints of what they hold.
struct BrowserCookies: Sendable {
    let browser: Fingerprint?
    let session: Fingerprint?

    /// Ties requests that wait to the browser that began them.
    static let browser: WireText = "__Host-assent-browser"
    /// A person's login; a new one at every authentication.
    static let session: WireText = "__Host-assent-session"
    /// What changes with the login, for the one script of ours: see `SessionState`.
    static let state: WireText = "__Host-assent-state"
    /// The language that somebody chose, and when: see `LanguageChoice`.
    static let language: WireText = "__Host-assent-language"

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

extension SetCookie {
    /// What a browser gets with a new login.
    static func login(_ cookie: WireText, _ session: Session) -> [SetCookie?] {
        [
            SetCookie(BrowserCookies.session, cookie),
            .readable(
                BrowserCookies.state,
                SessionState.browserState(of: session),
                // A script cannot ask whether the login has run out, so the cookie goes with it.
                seconds: Int(session.expires.since(session.authenticated))
            ),
        ]
    }
}

extension Response {
    func setting(_ cookies: [SetCookie?]) -> Response { cookies.reduce(self) { $0.setting($1) } }

    func setting(_ cookie: SetCookie?) -> Response {
        guard let cookie else { return self }
        var response = self
        response.fields.append(.setCookie, cookie.field)
        return response
    }

    /// Has the browser forget what it holds of a login, ended or not.
    func forgettingLogin(of request: Request) -> Response {
        var response = self
        if Cookie.read(BrowserCookies.session, from: request.fields) != .absent {
            response = response.setting(.forgetting(BrowserCookies.session))
        }
        if Cookie.read(BrowserCookies.state, from: request.fields) != .absent {
            response = response.setting(.readable(BrowserCookies.state, "", seconds: 0))
        }
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
