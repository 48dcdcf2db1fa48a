internal import HTTP
internal import Text

/// What an access token says, and how it is taken: RFC 9068, RFC 6750.
enum AccessTokenBindingChecks {
    static let all = [type, claims, junk, inQuery, notCached, errorsAreJSON]

    static let type = check(
        "B69",
        "access token says what it is",
        "RFC 9068 §2.1",
        "With typ at+jwt no other JWT by the same key is taken for an access token, nor this one for another.",
        [.type, .keyID, .signature]
    )

    static let claims = check(
        "B70",
        "access token says for whom, until when and about whom",
        "RFC 9068 §2.2",
        "A resource that cannot see the audience takes tokens for others; one without an end is good for ever.",
        [.issuer, .audience, .expires, .issued, .subject, .clientID, .identifier]
    )

    static let junk = Check(
        "B71",
        "access token that nobody was given",
        "RFC 6750 §3.1",
        expects: "401 with a challenge",
        why: "The challenge tells a client to get a new token; without it libraries retry, or give up for good."
    ) { bench throws(PartyFailure) in
        try bench.require("userinfo_endpoint")
        let exchange = try await bench.party.userInfo(try Random.token())
        guard exchange.status == 401 else { return .fail(exchange.summary) }
        return exchange.response?.fields.contains(.wwwAuthenticate) == true
            ? .pass(exchange.summary) : .fail("there is no WWW-Authenticate")
    }

    static let inQuery = Check(
        "B72",
        "access token in the URL",
        "RFC 6750 §2.3, RFC 9700 §4.3.2",
        expects: "refused",
        why: "URLs are logged and passed on in referrers. A resource that takes tokens there has them in its logs."
    ) { bench throws(PartyFailure) in
        try bench.require("userinfo_endpoint")
        let tokens = try await bench.tokens().tokens
        let query = FormFields([.init("access_token", tokens.access)])
        let url = WireText("\(bench.party.endpoint("userinfo_endpoint") ?? "")?\(query.encoded)")
        let exchange = await bench.transport.send(.get(.userInfo, url))
        return exchange.status >= 400 ? .pass(exchange.summary) : .fail(exchange.summary)
    }

    static let notCached = Check(
        "B73",
        "answers with tokens are not cached",
        "RFC 6749 §5.1",
        expects: "Cache-Control: no-store",
        why: "An answer that a proxy or a browser keeps gives the tokens in it to whoever looks there."
    ) { bench throws(PartyFailure) in
        let exchange = try await bench.tokens().exchange
        let value =
            exchange.response?.fields.all(.cacheControl).map(\.lowercasedASCII.string).joined(separator: ", ") ?? ""
        return value.split(separator: ",").contains { $0.utf8.filter { $0 != .space }.elementsEqual("no-store".utf8) }
            ? .pass("no-store") : .fail(WireText(value.isEmpty ? "there is no Cache-Control" : value))
    }

    static let errorsAreJSON = Check(
        "B74",
        "errors of the token endpoint are JSON",
        "RFC 6749 §5.2",
        expects: "application/json with error",
        why: "A page in HTML, as gateways like to send it, breaks every client at the moment when it has to act."
    ) { bench throws(PartyFailure) in
        let exchange = try await bench.party.token(FormFields([.init("grant_type", "authorization_code")]))
        guard exchange.status == 400 || exchange.status == 401 else { return .fail(exchange.summary) }
        guard exchange.mediaType == "application/json" else {
            return .fail(WireText("\(exchange.mediaType ?? "no type")"))
        }
        return exchange.json?["error"]?.text == nil ? .fail("error is missing") : .pass(exchange.summary)
    }

    private static func check(
        _ id: WireText,
        _ title: WireText,
        _ clause: WireText,
        _ why: WireText,
        _ rules: [TokenRule]
    ) -> Check {
        Check(id, title, clause, expects: "every one of the rules holds, where the token is a JWT", why: why) {
            bench throws(PartyFailure) in
            let tokens = try await bench.tokens().tokens
            let checks = AccessTokenChecks(server: bench.server, client: bench.plan.client)
            let findings = checks.findings(in: tokens.access, at: bench.now)
            guard !findings.isEmpty else { return .skip("it is not one that clients can read") }
            return IDTokenBindingChecks.verdict(findings, rules)
        }
    }
}
