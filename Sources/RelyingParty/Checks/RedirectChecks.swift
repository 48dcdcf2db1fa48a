internal import HTTP
internal import Text

/// Redirect URIs that are nearly the registered one.
enum RedirectChecks {
    static let all = [missing, foreign, longer, query, fragment, letters, user, dots, afterForm]

    private static let why: WireText = """
        The code goes where redirect_uri says. Any comparison that is looser than byte by byte has been used to have \
        it sent to an attacker: by prefixes, added parameters, other letters, or what browsers make of odd URLs.
        """

    private static func check(
        _ id: WireText,
        _ title: WireText,
        _ clause: WireText = "RFC 9700 §2.1, RFC 6749 §3.1.2.4",
        _ change: @escaping @Sendable (WireText) -> WireText?
    ) -> Check {
        Check(
            id,
            title,
            clause,
            expects: "a page that says no, and no redirect",
            why: why
        ) { bench throws(PartyFailure) in
            let changed = change(bench.plan.client.redirectURI)
            let attempt = try bench.attempt().with("redirect_uri", changed)
            let destinations = changed.map { [withoutFragment($0)] } ?? []
            return try await bench.reaction(to: attempt, also: destinations).isRefusedOnPage
        }
    }

    private static func withoutFragment(_ url: WireText) -> WireText { url.split(at: UInt8(ascii: "#")).first ?? url }

    static let missing = check("B22", "redirect_uri missing", "OpenID Connect Core §3.1.2.1") { _ in nil }
    static let foreign = check("B23", "redirect_uri of another host") { _ in "https://attacker.example/callback" }
    static let longer = check("B24", "redirect_uri with a path behind it") { WireText("\($0)/more") }
    static let query = check("B25", "redirect_uri with a parameter added") {
        WireText("\($0)?next=https://attacker.example")
    }
    static let fragment = check("B26", "redirect_uri with a fragment") { WireText("\($0)#attacker") }
    static let letters = check("B27", "redirect_uri in other letters") { uri in
        guard let parts = URIReference(uri), let origin = parts.origin else { return uri }
        let path = parts.path.isEmpty ? WireText("/") : parts.path
        let upper = path.utf8.map { $0.isLowercase ? $0 & 0xDF : $0 }
        return WireText("\(origin)\(WireText(upper) ?? "/X")")
    }
    static let user = check("B28", "redirect_uri that only seems to be the host") { uri in
        WireText("https://\(URIReference(uri)?.authority ?? "client.example")@attacker.example/callback")
    }
    static let dots = check("B29", "redirect_uri with dots that lead elsewhere") { WireText("\($0)/../../elsewhere") }

    static let afterForm = Check(
        "B30",
        "no redirect repeats a form",
        "RFC 9700 §4.12",
        expects: "302 or 303 after every form, never 307 or 308",
        why: """
            With 307 a browser sends the form, and the password in it, once more to where it is redirected: to the \
            client.
            """
    ) { bench throws(PartyFailure) in
        let first = bench.transport.journal.count
        let attempt = try bench.attempt()
        var browser = Browser(bench.transport, destinations: [bench.plan.client.redirectURI])
        let opened = await browser.open(bench.party.authorizationURL(attempt.parameters))
        _ = try await bench.driver().drive(&browser, from: opened)
        let forms = bench.transport.journal.exchanges.filter { $0.number > first && $0.call.method == .post }
        guard !forms.isEmpty else { return .skip("no form was sent") }
        guard let bad = forms.first(where: { $0.status == 307 || $0.status == 308 }) else {
            return .pass(WireText("forms sent: \(forms.count)"))
        }
        return .fail(WireText("\(bad.status) after a form"))
    }
}
