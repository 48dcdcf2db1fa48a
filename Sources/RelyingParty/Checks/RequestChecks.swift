internal import HTTP
internal import Text

/// What an authorization endpoint does with a request that it cannot take.
enum RequestChecks {
    static let all = [
        unknownClient, missingType, tokenType, repeated, noChallenge, plainChallenge, foreignScope, silent, maxAge,
        stateInError, issuerInError, stateAndIssuer, deniedState, cancelled,
    ]

    static let unknownClient = Check(
        "B08",
        "client_id that is not known",
        "RFC 6749 §4.1.2.1",
        expects: "a page that says no, and no redirect",
        why: """
            Nobody has vouched for the URL in such a request. A server that sends the browser there with an error is \
            an open redirect: links to it look like links to the bank and lead anywhere.
            """
    ) { bench throws(PartyFailure) in
        let unknown: WireText = "https://unknown.example/callback"
        let attempt = try bench.attempt().with("client_id", WireText("nobody-\(try Random.token())")).with(
            "redirect_uri",
            unknown
        )
        return try await bench.reaction(to: attempt, also: [unknown]).isRefusedOnPage
    }

    static let missingType = Check(
        "B09",
        "response_type missing",
        "RFC 6749 §4.1.2.1",
        expects: "invalid_request",
        why: "A required parameter has no default. A server that guesses one answers a question nobody asked."
    ) { bench throws(PartyFailure) in
        try await bench.reaction(to: try bench.attempt().with("response_type", nil))
            .isRefused(with: "invalid_request", "unsupported_response_type")
    }

    static let tokenType = Check(
        "B10",
        "response_type token",
        "RFC 9700 §2.1.2",
        expects: "unsupported_response_type or unauthorized_client",
        why: """
            The implicit grant puts an access token into a URL, where it leaks and can be injected into another \
            client. Servers should no longer give one, and clients should no longer be able to ask.
            """
    ) { bench throws(PartyFailure) in
        try await bench.reaction(to: try bench.attempt().with("response_type", "token"))
            .isRefused(with: "unsupported_response_type", "unauthorized_client", "invalid_request")
    }

    static let repeated = Check(
        "B11",
        "a parameter sent twice",
        "RFC 6749 §3.1",
        expects: "invalid_request, or a page that says no",
        why: """
            Two parts of a system may each read another one of the two values: what was checked is then not what is \
            used. The standard forbids it for that reason.
            """
    ) { bench throws(PartyFailure) in
        var attempt = try bench.attempt()
        attempt.parameters.append("scope", "openid")
        return try await bench.reaction(to: attempt).isRefused(with: "invalid_request")
    }

    static let noChallenge = Check(
        "B12",
        "code_challenge missing",
        "RFC 9700 §2.1.1, RFC 7636 §4.4.1",
        expects: "invalid_request",
        why: """
            Without a challenge a stolen code works in anybody's session. Where it is optional, an attacker simply \
            takes it out of the request.
            """
    ) { bench throws(PartyFailure) in
        let attempt = try bench.attempt().with("code_challenge", nil).with("code_challenge_method", nil)
        return try await bench.reaction(to: attempt).isRefused(with: "invalid_request")
    }

    static let plainChallenge = Check(
        "B13",
        "code_challenge_method plain",
        "RFC 9700 §2.1.1, RFC 7636 §4.4.1",
        expects: "invalid_request",
        why:
            "With plain the challenge is the verifier, and whoever reads the request in the browser can redeem the code."
    ) { bench throws(PartyFailure) in
        let attempt = try bench.attempt().with("code_challenge_method", "plain")
        return try await bench.reaction(to: attempt).isRefused(with: "invalid_request")
    }

    static let foreignScope = Check(
        "B14",
        "scope that the client may not have",
        "RFC 6749 §3.3, §4.1.2.1",
        expects: "invalid_scope",
        why: """
            A server that lets any client ask for any scope leaves the decision to a person who cannot know what \
            this client was checked for.
            """
    ) { bench throws(PartyFailure) in
        let attempt = try bench.attempt().with("scope", WireText("\(bench.plan.loginScope) no-such-scope-here"))
        return try await bench.reaction(to: attempt).isRefused(with: "invalid_scope")
    }

    static let silent = Check(
        "B15",
        "prompt none without a login",
        "OpenID Connect Core §3.1.2.1, §3.1.2.6",
        expects: "login_required, and no page",
        why: """
            A client uses prompt=none in a hidden frame to learn whether somebody is logged in. If a page is shown \
            there, nobody sees it, and the client waits for ever.
            """
    ) { bench throws(PartyFailure) in
        let attempt = try bench.attempt().with("prompt", "none")
        guard case .returned(let response, _) = try await bench.reaction(to: attempt, loggedIn: false) else {
            return .fail("the browser is not sent back")
        }
        let errors: [WireText] = ["login_required", "interaction_required", "consent_required"]
        guard let error = response.error, errors.contains(error) else { return .fail(response.summary) }
        return .pass(WireText("error=\(error)"))
    }

    static let maxAge = Check(
        "B16",
        "max_age 0 asks for the password again",
        "OpenID Connect Core §3.1.2.1",
        expects: "a page with a password, although somebody is logged in",
        why: """
            A client asks for a fresh login before something that matters. If an old one counts, whoever finds an \
            open browser passes as its owner.
            """
    ) { bench throws(PartyFailure) in
        let attempt = try bench.attempt().with("max_age", "0")
        switch try await bench.reaction(to: attempt) {
        case .page(_, let page) where page.forms.contains(where: \.asksForPassword):
            return .pass("the password is asked for")
        case let reaction: return .fail(reaction.words)
        }
    }

    static let stateInError = Check(
        "B17",
        "state comes back with an error",
        "RFC 6749 §4.1.2.1",
        expects: "state, as it was sent, beside error",
        why: """
            The client finds the person's session by state. Without it an error belongs to nobody, and the person \
            ends at a page that knows nothing of where they came from.
            """
    ) { bench throws(PartyFailure) in
        let attempt = try bench.attempt().with("prompt", "none")
        guard case .returned(let response, _) = try await bench.reaction(to: attempt, loggedIn: false),
            response.error != nil
        else { return .fail("the browser is not sent back with an error") }
        return response["state"] == attempt.state ? .pass("as it was sent") : .fail("state is another, or missing")
    }

    static let issuerInError = Check(
        "B18",
        "iss comes back with an error",
        "RFC 9207 §2",
        expects: "iss, the issuer, beside error",
        why: """
            A client that talks to several servers tells by iss whose answer it holds, errors included: an error of \
            one server must not end a journey at another.
            """
    ) { bench throws(PartyFailure) in
        let attempt = try bench.attempt().with("prompt", "none")
        guard case .returned(let response, _) = try await bench.reaction(to: attempt, loggedIn: false),
            response.error != nil
        else { return .fail("the browser is not sent back with an error") }
        return issuerVerdict(response, bench)
    }

    static let stateAndIssuer = Check(
        "B19",
        "state and iss come back with a code",
        "RFC 6749 §4.1.2, RFC 9207 §2",
        expects: "both, as they must be",
        why: """
            State binds the answer to the browser that began, iss to the server that was asked. Without them a code \
            can be slipped into somebody else's session, or a code of one server be sent to another.
            """
    ) { bench throws(PartyFailure) in
        let attempt = try bench.attempt()
        let response = try await bench.answer(bench.party.authorizationURL(attempt.parameters))
        guard response.code != nil else { return .fail(response.summary) }
        guard response["state"] == attempt.state else { return .fail("state is another, or missing") }
        return issuerVerdict(response, bench)
    }

    static let deniedState = Check(
        "B20",
        "a person who says no is sent back",
        "RFC 6749 §4.1.2.1",
        expects: "access_denied with state",
        why: """
            People change their minds. A journey that ends at a page of the bank leaves the client waiting and the \
            person stranded; it is among the first complaints of third parties.
            """
    ) { bench throws(PartyFailure) in
        let attempt = try bench.attempt().with("prompt", "consent")
        var browser = try await bench.browser()
        let first = await browser.open(bench.party.authorizationURL(attempt.parameters))
        let response = try await bench.driver(.deny).drive(&browser, from: first)
        guard response.error == "access_denied" else { return .fail(response.summary) }
        return response["state"] == attempt.state ? .pass("access_denied") : .fail("state is another, or missing")
    }

    static let cancelled = Check(
        "B21",
        "a person can turn back before logging in",
        "RFC 6749 §4.1.2.1, UK customer experience guidelines",
        expects: "a button at the login that leads back with access_denied and state",
        why: """
            Whoever does not trust the page must be able to leave it without giving a password away, and arrive \
            where they came from.
            """
    ) { bench throws(PartyFailure) in
        let attempt = try bench.attempt()
        var browser = Browser(bench.transport, destinations: [bench.plan.client.redirectURI])
        let first = await browser.open(bench.party.authorizationURL(attempt.parameters))
        let response = try await bench.driver(.cancelAtLogin).drive(&browser, from: first)
        guard response.error == "access_denied" else { return .fail(response.summary) }
        return response["state"] == attempt.state ? .pass("access_denied") : .fail("state is another, or missing")
    }

    private static func issuerVerdict(_ response: AuthorizationResponse, _ bench: Bench) -> Verdict {
        switch response["iss"] {
        case bench.server.issuer: .pass("iss is the issuer")
        case nil where response["response"] != nil: .pass("iss is in the signed answer")
        case nil: .fail("iss is missing")
        default: .fail("iss is another")
        }
    }
}
