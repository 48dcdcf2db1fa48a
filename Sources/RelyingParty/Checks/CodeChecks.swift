internal import HTTP
internal import Text

/// What a code is bound to: RFC 6749 §4.1.3, RFC 7636 §4.6.
enum CodeChecks {
    static let all = [
        otherRedirect, noRedirect, otherClient, wrongVerifier, noVerifier, shortVerifier, longVerifier, madeUp, cut,
        replayed, revoked, atOnce,
    ]

    static let otherRedirect = changed(
        "B38",
        "code with another redirect_uri",
        "RFC 6749 §4.1.3",
        """
        A code that was stolen by way of another redirect_uri is redeemed with that one, or with the good one. Since \
        the server knows where it sent the code, it can tell.
        """
    ) { form in
        form.replacing("redirect_uri", "https://attacker.example/callback")
    }

    static let noRedirect = changed(
        "B39",
        "code without redirect_uri",
        "RFC 6749 §4.1.3",
        "What was in the authorization request must be in this one. Whoever may leave it out need not know it."
    ) { form in
        form.replacing("redirect_uri", nil)
    }

    static let otherClient = Check(
        "B40",
        "code of another client",
        "RFC 6749 §4.1.3, §10.5",
        expects: "400 invalid_grant",
        why: """
            A code is for the client it was issued to. If another one can redeem it, any client that gets hold of \
            codes has the data of all.
            """
    ) { bench throws(PartyFailure) in
        let other = try bench.other()
        let attempt = try bench.attempt()
        let code = try await bench.code(attempt)
        return try await other.redeem(code, attempt).isRefused(with: "invalid_grant")
    }

    static let wrongVerifier = changed(
        "B41",
        "code with a wrong code_verifier",
        "RFC 7636 §4.6",
        "The verifier proves that who redeems the code began the journey. A challenge that is not checked protects nobody."
    ) { form in
        form.replacing("code_verifier", WireText(String(repeating: "w", count: 43)))
    }

    static let noVerifier = changed(
        "B42",
        "code without code_verifier",
        "RFC 7636 §4.6, RFC 9700 §2.1.1",
        "If the verifier can be left out, an attacker leaves it out: the downgrade that makes PKCE worth nothing."
    ) { form in
        form.replacing("code_verifier", nil)
    }

    static let shortVerifier = fitting(
        "B43",
        "code_verifier of 42 characters",
        "A verifier that is too short can be found by trying. The challenge hides its length, so that it is seen here first.",
        verifier: WireText(String(repeating: "s", count: 42))
    )

    static let longVerifier = fitting(
        "B44",
        "code_verifier of 129 characters",
        "A bound that is not kept on one side is a bound that the other side cannot rely on.",
        verifier: WireText(String(repeating: "l", count: 129))
    )

    static let madeUp = Check(
        "B45",
        "code that nobody was given",
        "RFC 6749 §5.2",
        expects: "400 invalid_grant",
        why: "A code that was made up is the least that a server must refuse, and its error tells the others apart."
    ) { bench throws(PartyFailure) in
        let attempt = try bench.attempt()
        return try await bench.party.redeem(try Random.token(), attempt).isRefused(with: "invalid_grant")
    }

    static let cut = Check(
        "B46",
        "code with its last character changed",
        "RFC 6749 §10.10",
        expects: "400 invalid_grant",
        why: """
            Codes are compared whole. A server that compares a beginning, or decodes carelessly, has fewer codes than \
            it believes.
            """
    ) { bench throws(PartyFailure) in
        let attempt = try bench.attempt()
        let code = try await bench.code(attempt)
        let last: WireText = code.string.hasSuffix("A") ? "Q" : "A"
        let changed = WireText("\(WireText(Array(code.bytes.dropLast())) ?? "")\(last)")
        return try await bench.party.redeem(changed, attempt).isRefused(with: "invalid_grant")
    }

    static let replayed = Check(
        "B47",
        "code used again",
        "RFC 6749 §4.1.2",
        expects: "400 invalid_grant",
        why: "A code is for one use. It has been in a URL, and whoever finds it there must come too late."
    ) { bench throws(PartyFailure) in
        let attempt = try bench.attempt()
        let code = try await bench.code(attempt)
        let first = try await bench.party.redeem(code, attempt)
        guard first.isSuccess else { throw .answer(first, "The first use gives no tokens.") }
        return try await bench.party.redeem(code, attempt).isRefused(with: "invalid_grant")
    }

    static let revoked = Check(
        "B48",
        "tokens of a code that was used again",
        "RFC 6749 §4.1.2, §10.5",
        expects: "both tokens are worth nothing from then on",
        why: """
            Two uses mean that two parties hold the code, and the server cannot know who came first. So neither \
            keeps what it got.
            """
    ) { bench throws(PartyFailure) in
        let attempt = try bench.attempt()
        let code = try await bench.code(attempt)
        let first = try await bench.party.redeem(code, attempt)
        guard let tokens = Tokens(first) else { throw .answer(first, "The first use gives no tokens.") }
        _ = try await bench.party.redeem(code, attempt)
        return try await bench.verdictOnDead(tokens)
    }

    static let atOnce = Check(
        "B49",
        "code used five times at once",
        "RFC 6749 §4.1.2",
        expects: "at most one use gets tokens",
        why: """
            Looking a code up and spending it must be one act. A server that finds first and marks afterwards gives \
            tokens to everybody who asks in between.
            """
    ) { bench throws(PartyFailure) in
        let attempt = try bench.attempt()
        let code = try await bench.code(attempt)
        let party = bench.party
        async let first = Result.of { () async throws(PartyFailure) in try await party.redeem(code, attempt) }
        async let second = Result.of { () async throws(PartyFailure) in try await party.redeem(code, attempt) }
        async let third = Result.of { () async throws(PartyFailure) in try await party.redeem(code, attempt) }
        async let fourth = Result.of { () async throws(PartyFailure) in try await party.redeem(code, attempt) }
        async let fifth = Result.of { () async throws(PartyFailure) in try await party.redeem(code, attempt) }
        let answers = await [first, second, third, fourth, fifth]
        let winners = answers.count { (try? $0.get())?.isSuccess == true }
        return winners <= 1 ? .pass(WireText("\(winners) of 5")) : .fail(WireText("\(winners) of 5 got tokens"))
    }

    // MARK: How they are made

    private static func changed(
        _ id: WireText,
        _ title: WireText,
        _ clause: WireText,
        _ why: WireText,
        _ change: @escaping @Sendable (FormFields) -> FormFields
    ) -> Check {
        Check(id, title, clause, expects: "400 invalid_grant or invalid_request", why: why) {
            bench throws(PartyFailure) in
            let attempt = try bench.attempt()
            let code = try await bench.code(attempt)
            let form = change(bench.party.redemption(code, attempt))
            return try await bench.party.token(form).isRefused(with: "invalid_grant", "invalid_request")
        }
    }

    /// A verifier that fits its challenge and is none nevertheless.
    private static func fitting(_ id: WireText, _ title: WireText, _ why: WireText, verifier: WireText) -> Check {
        Check(id, title, "RFC 7636 §4.1", expects: "400 invalid_grant or invalid_request", why: why) {
            bench throws(PartyFailure) in
            let attempt = try bench.attempt().with("code_challenge", PKCE(verifier: verifier).challenge)
            let code = try await bench.code(attempt)
            let form = bench.party.redemption(code, attempt).replacing("code_verifier", verifier)
            return try await bench.party.token(form).isRefused(with: "invalid_grant", "invalid_request")
        }
    }
}

extension FormFields {
    /// The same with one field changed, or taken away.
    func replacing(_ name: WireText, _ value: WireText?) -> FormFields {
        var kept = FormFields(fields.filter { $0.name != name })
        if let value { kept.append(name, value) }
        return kept
    }
}

extension Result where Success: Sendable {
    /// What comes of work, for several works at once.
    static func of(_ work: () async throws(Failure) -> Success) async -> Result {
        do throws(Failure) { return .success(try await work()) } catch { return .failure(error) }
    }
}

extension Bench {
    /// Whether nothing can be had for tokens any more.
    func verdictOnDead(_ tokens: Tokens) async throws(PartyFailure) -> Verdict {
        if let refresh = tokens.refresh {
            let exchange = try await party.refresh(refresh)
            guard !exchange.isSuccess else { return .fail("the refresh token still works") }
        }
        if server.url("introspection_endpoint") != nil, plan.client.method != .none {
            let exchange = try await party.introspect(tokens.access)
            guard exchange.json?["active"]?.boolean == false else { return .fail("the access token is still active") }
            return .pass("both are dead")
        }
        guard server.url("userinfo_endpoint") != nil else { return .pass("the refresh token is dead") }
        let exchange = try await party.userInfo(tokens.access)
        return exchange.isSuccess ? .fail("the access token still works") : .pass("both are dead")
    }
}
