internal import HTTP
internal import Text

/// What protects the pages on which a person decides: RFC 9700 §4.16, RFC 6819.
enum PageChecks {
    static let all = [framing, policy, scripts, caching, cookies, formToken, otherBrowser]

    static let framing = Check(
        "B99",
        "pages cannot be framed",
        "RFC 9700 §4.16",
        expects: "frame-ancestors in the policy, or X-Frame-Options",
        why: "A page in an invisible frame over a game lets people press Allow without knowing."
    ) { bench throws(PartyFailure) in
        let (exchange, _) = try await login(bench)
        let fields = exchange.response?.fields ?? Fields()
        let policy = fields.first(.contentSecurityPolicy)?.string ?? ""
        return policy.contains("frame-ancestors") || fields.contains(.xFrameOptions)
            ? .pass("they cannot") : .fail("neither is there")
    }

    static let policy = Check(
        "B100",
        "pages say where content may come from",
        "RFC 9700 §4.16, Content Security Policy 3",
        expects: "a Content-Security-Policy with default-src or script-src",
        why:
            "If a name that a client has registered ever gets onto the page as markup, the policy keeps it from acting."
    ) { bench throws(PartyFailure) in
        let (exchange, _) = try await login(bench)
        let policy = exchange.response?.fields.first(.contentSecurityPolicy)?.string ?? ""
        return policy.contains("default-src") || policy.contains("script-src")
            ? .pass("they do") : .fail("there is no policy")
    }

    static let scripts = Check(
        "B101",
        "pages work without scripts",
        "WCAG 2.2, robustness",
        expects: "no script on the login page",
        why: "A page that takes a password has no need of programs, and each one is a way for somebody else's."
    ) { bench throws(PartyFailure) in
        let (_, page) = try await login(bench)
        return page.scripts == 0 ? .pass("none") : .fail(WireText("scripts: \(page.scripts)"))
    }

    static let caching = Check(
        "B102",
        "pages are not cached",
        "RFC 9111 §5.2.2.5",
        expects: "Cache-Control: no-store",
        why: "The back button of a shared computer must not bring back what the last person was asked."
    ) { bench throws(PartyFailure) in
        let (exchange, _) = try await login(bench)
        let value = exchange.response?.fields.first(.cacheControl)?.lowercasedASCII.string ?? ""
        return value.contains("no-store")
            ? .pass("no-store") : .fail(WireText(value.isEmpty ? "nothing is said" : value))
    }

    static let cookies = Check(
        "B103",
        "cookies of a login are for the server alone",
        "RFC 6265 §4.1.2, RFC 9700 §4.7",
        expects: "HttpOnly and SameSite at each cookie that is set at the login",
        why: "A login that a script can read, or that other sites can send along, is a login that others can use."
    ) { bench throws(PartyFailure) in
        let first = bench.transport.journal.count
        var browser = Browser(bench.transport, destinations: [bench.plan.client.redirectURI])
        let opened = await browser.open(bench.party.authorizationURL(try bench.attempt().parameters))
        _ = try await bench.driver().drive(&browser, from: opened)
        var count = 0
        for exchange in bench.transport.journal.exchanges where exchange.number > first {
            for line in exchange.response?.fields.all(.setCookie).compactMap({ SetCookieLine($0) }) ?? []
            where !line.isOver {
                count += 1
                // What OpenID Connect Session Management lets a script read is no login.
                if line.sameSite == nil || !line.isHTTPOnly && !line.name.string.contains("state") {
                    return .fail(WireText("the cookie \(line.name)"))
                }
            }
        }
        return count == 0 ? .skip("no cookie is set") : .pass(WireText("cookies: \(count)"))
    }

    static let formToken = Check(
        "B104",
        "a form that another page made is not taken",
        "RFC 6819 §5.3.5, RFC 9700 §4.7",
        expects: "the login form without its hidden fields leads nowhere",
        why:
            "A page elsewhere can post a form in the person's browser. What it cannot do is know what is hidden in ours."
    ) { bench throws(PartyFailure) in
        var browser = Browser(bench.transport, destinations: [bench.plan.client.redirectURI])
        let opened = await browser.open(bench.party.authorizationURL(try bench.attempt().parameters))
        guard case .page(let exchange, let page) = opened else { throw .answer(opened.exchange, "There is no page.") }
        let (form, button) = try bench.driver().choice(on: page, exchange)
        guard form.controls.contains(where: { $0.kind == .hidden }) else {
            return .skip("nothing is hidden in the form")
        }
        var bare = form
        bare.controls.removeAll { $0.kind == .hidden }
        let sent = await browser.send(try bench.driver().filled(bare), pressing: button, on: exchange)
        return sent.status >= 400 ? .pass(sent.summary) : .fail(sent.summary)
    }

    static let otherBrowser = Check(
        "B105",
        "a form counts in its own browser only",
        "RFC 9700 §4.7, RFC 6819 §4.4.1.8",
        expects: "the same form without the cookies of its browser is refused",
        why: """
            An attacker can begin a journey and have somebody else finish it. What is decided must belong to the \
            browser that was shown the question.
            """
    ) { bench throws(PartyFailure) in
        var browser = try await bench.browser()
        let attempt = try bench.attempt().with("prompt", "consent")
        let opened = await browser.open(bench.party.authorizationURL(attempt.parameters))
        guard case .page(let exchange, let page) = opened else { throw .setup("the server asks nothing") }
        let (form, button) = try bench.driver().choice(on: page, exchange)
        var stranger = Browser(bench.transport, destinations: [bench.plan.client.redirectURI])
        switch await stranger.submit(try bench.driver().filled(form), pressing: button, on: exchange) {
        case .returned(_, let url, _) where AuthorizationResponse(url: url)?.code != nil:
            return .fail("a code is given")
        case .page(let exchange, _) where exchange.status < 400: return .fail(exchange.summary)
        case let arrival: return .pass(arrival.exchange.summary)
        }
    }

    private static func login(_ bench: Bench) async throws(PartyFailure) -> (Exchange, HTMLPage) {
        var browser = Browser(bench.transport, destinations: [bench.plan.client.redirectURI])
        let opened = await browser.open(bench.party.authorizationURL(try bench.attempt().parameters))
        guard case .page(let exchange, let page) = opened, exchange.isSuccess else {
            throw .answer(opened.exchange, "There is no page.")
        }
        return (exchange, page)
    }
}
