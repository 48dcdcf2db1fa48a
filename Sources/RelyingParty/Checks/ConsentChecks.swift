internal import HTTP
internal import Text

/// What a registered consent is bound to, where the server has the UK's API for accounts.
enum ConsentChecks {
    static let all = [chosenOnly, otherClient, otherReader, decidedTwice, deleted, unknown]

    static let chosenOnly = Check(
        "B93",
        "accounts that were not chosen stay hidden",
        "UK Open Banking, PSD2 Article 67(2)(d)",
        expects: "the account that was chosen, and no other",
        why: "The person has ticked one box. A token that opens more than that has not been allowed by anybody."
    ) { bench throws(PartyFailure) in
        let (base, tokens, _) = try await granted(bench, boxes: [1])
        let exchange = try await bench.party.resource(
            .get(.resource, WireText("\(base)/accounts")),
            with: tokens.access
        )
        guard exchange.isSuccess else { throw .answer(exchange, "The accounts are not shown.") }
        let count = exchange.json?["Data"]?["Account"]?.array?.count ?? 0
        return count == 1 ? .pass("accounts: 1") : .fail(WireText("accounts: \(count)"))
    }

    static let otherClient = Check(
        "B94",
        "consent of another client cannot be authorised",
        "UK Open Banking, FAPI 1.0 Part 2 §8",
        expects: "refused",
        why: """
            The number of a consent is no secret. If any client may have it authorised, a person is shown one name \
            and another one gets the data.
            """
    ) { bench throws(PartyFailure) in
        let other = try bench.otherReader()
        let (_, consent) = try await registered(bench)
        let attempt = try AuthorizationAttempt(of: other.client, scope: bench.plan.scope).about(consent: consent)
        return try await bench.reaction(
            to: other.authorizationURL(attempt.parameters),
            also: [other.client.redirectURI]
        ).isRefused()
    }

    static let otherReader = Check(
        "B95",
        "consent of another client cannot be read",
        "UK Open Banking: GET /account-access-consents",
        expects: "refused",
        why: "What a client wants of a person, and what became of it, is between the three of them."
    ) { bench throws(PartyFailure) in
        let other = try bench.otherReader()
        let (base, consent) = try await registered(bench)
        let exchange = try await other.clientToken(scope: "accounts")
        guard let token = Tokens(exchange)?.access else { throw .setup("the second client gets no token for accounts") }
        let read = await bench.transport.send(
            Call.get(.consentRead, WireText("\(base)/account-access-consents/\(consent)")).bearing(token)
        )
        return read.status >= 400 && read.status < 500 ? .pass(read.summary) : .fail(read.summary)
    }

    static let decidedTwice = Check(
        "B96",
        "consent that was rejected cannot be authorised",
        "UK Open Banking: AccountAccessConsent status",
        expects: "refused",
        why:
            "A no is the end of a consent. A client that may ask again with the same one asks until the person gives in."
    ) { bench throws(PartyFailure) in
        let (_, consent) = try await registered(bench)
        let attempt = try AuthorizationAttempt(of: bench.plan.client, scope: bench.plan.scope).about(consent: consent)
        var browser = try await bench.browser()
        let first = await browser.open(bench.party.authorizationURL(attempt.parameters))
        let response = try await bench.driver(.deny).drive(&browser, from: first)
        guard response.error != nil else { return .fail(response.summary) }
        return try await bench.reaction(to: attempt).isRefused()
    }

    static let deleted = Check(
        "B97",
        "tokens of a consent that was deleted",
        "UK Open Banking: DELETE /account-access-consents",
        expects: "401 or 403 at once, and no refresh",
        why: "Who withdraws a consent expects the data to stop now, and not when a token happens to expire."
    ) { bench throws(PartyFailure) in
        let (base, tokens, consent) = try await granted(bench, boxes: [1])
        let exchange = try await bench.party.clientToken(scope: "accounts")
        guard let token = Tokens(exchange)?.access else { throw .answer(exchange, "There is no token.") }
        let url = WireText("\(base)/account-access-consents/\(consent)")
        let gone = await bench.transport.send(Call(.consentDeleted, .delete, url).bearing(token))
        guard gone.isSuccess else { throw .answer(gone, "The consent is not deleted.") }
        let call = Call.get(.resource, WireText("\(base)/accounts"))
        let after = try await bench.party.resource(call, with: tokens.access)
        guard [400, 401, 403].contains(after.status) else { return .fail(WireText("accounts: \(after.summary)")) }
        if let refresh = tokens.refresh {
            let renewed = try await bench.party.refresh(refresh)
            guard !renewed.isSuccess else { return .fail("the refresh token still works") }
        }
        return .pass(after.summary)
    }

    static let unknown = Check(
        "B98",
        "consent that was never registered",
        "UK Open Banking, OpenID Connect Core §5.5",
        expects: "refused",
        why: "A person can only agree to something that is written down. A made-up number stands for nothing."
    ) { bench throws(PartyFailure) in
        guard bench.plan.consentAPI != nil else { throw .setup("the server has no API for consents") }
        let attempt = try AuthorizationAttempt(of: bench.plan.client, scope: bench.plan.scope)
            .about(consent: WireText("no-such-consent-\(try Random.uuid())"))
        return try await bench.reaction(to: attempt).isRefused()
    }

    private static func registered(
        _ bench: Bench
    ) async throws(PartyFailure) -> (base: WireText, consent: WireText) {
        guard let base = bench.plan.consentAPI else { throw .setup("the server has no API for consents") }
        let exchange = try await bench.party.clientToken(scope: "accounts")
        guard let token = Tokens(exchange)?.access else { throw .answer(exchange, "There is no token.") }
        let call = Call.json(.consent, WireText("\(base)/account-access-consents"), bench.plan.consentDocument)
        let answer = try await bench.party.resource(call, with: token)
        guard answer.isSuccess, let id = answer.json?["Data"]?["ConsentId"]?.text else {
            throw .answer(answer, "There is no consent.")
        }
        return (base, id)
    }

    private static func granted(
        _ bench: Bench,
        boxes: [Int]
    ) async throws(PartyFailure) -> (base: WireText, tokens: Tokens, consent: WireText) {
        let (base, consent) = try await registered(bench)
        let attempt = try AuthorizationAttempt(of: bench.plan.client, scope: bench.plan.scope).about(consent: consent)
        let code = try await bench.code(attempt, boxes: boxes)
        let exchange = try await bench.party.redeem(code, attempt)
        guard let tokens = Tokens(exchange) else { throw .answer(exchange, "There are no tokens.") }
        return (base, tokens, consent)
    }
}
