internal import HTTP
internal import Text

/// What an ID token says, and to whom: OpenID Connect Core §3.1.3.7.
enum IDTokenBindingChecks {
    static let all = [signature, audience, nonce, times, hash, bearer, person]

    static let signature = check(
        "B62",
        "ID token is signed by a key of the issuer's",
        "OpenID Connect Core §3.1.3.7",
        "A token whose signature nobody can verify says nothing, and clients learn not to verify.",
        [.form, .signature, .keyID]
    )

    static let audience = check(
        "B63",
        "ID token is from this issuer for this client",
        "OpenID Connect Core §3.1.3.7",
        "A token for another client, played here, would log its holder in as somebody else.",
        [.issuer, .audience, .authorizedParty, .subject]
    )

    static let nonce = check(
        "B64",
        "ID token carries the nonce of the request",
        "OpenID Connect Core §3.1.2.1, §3.1.3.7",
        "The nonce ties the token to the browser that began. Without it, a token of one session is good in another.",
        [.nonce]
    )

    static let times = check(
        "B65",
        "ID token is of now",
        "OpenID Connect Core §2",
        "A token without an end, or one from the future, outlives what it says.",
        [.expires, .issued]
    )

    static let hash = Check(
        "B66",
        "at_hash fits the access token",
        "OpenID Connect Core §3.1.3.6",
        expects: "the left half of the hash of the access token, where there is an at_hash",
        why: "With the hash a client can tell that nobody has put another access token beside the ID token."
    ) { bench throws(PartyFailure) in
        let (tokens, attempt, _) = try await bench.tokens()
        guard let token = tokens.id else { return .skip("there is no ID token") }
        guard ReadableToken(token)?.claims["at_hash"] != nil else { return .skip("there is no at_hash") }
        var checks = IDTokenChecks(server: bench.server, client: bench.plan.client, nonce: attempt.nonce)
        checks.accessToken = tokens.access
        return verdict(checks.findings(in: token, at: bench.now), [.accessTokenHash])
    }

    static let bearer = Check(
        "B67",
        "ID token is no access token",
        "RFC 8725 §3.12, RFC 9068 §4",
        expects: "401 at the userinfo endpoint",
        why: """
            Both are JWTs by the same key. A resource that looks at the signature only takes ID tokens, which clients \
            pass around freely.
            """
    ) { bench throws(PartyFailure) in
        try bench.require("userinfo_endpoint")
        guard let token = try await bench.tokens().tokens.id else { return .skip("there is no ID token") }
        return try await bench.party.userInfo(token).isRefusedToken
    }

    static let person = Check(
        "B68",
        "userinfo and ID token are about one person",
        "OpenID Connect Core §5.3.2",
        expects: "the same sub in both",
        why: "A client that joins the two by another claim than sub can be made to join two persons."
    ) { bench throws(PartyFailure) in
        try bench.require("userinfo_endpoint")
        let tokens = try await bench.tokens().tokens
        guard let token = tokens.id, let claims = ReadableToken(token)?.claims else {
            return .skip("there is no ID token")
        }
        let exchange = try await bench.party.userInfo(tokens.access)
        guard exchange.isSuccess, let told = exchange.json else { throw .answer(exchange, "There are no claims.") }
        guard let subject = told["sub"], subject == claims["sub"] else { return .fail("sub differs") }
        return .pass("one sub")
    }

    private static func check(
        _ id: WireText,
        _ title: WireText,
        _ clause: WireText,
        _ why: WireText,
        _ rules: [TokenRule]
    ) -> Check {
        Check(id, title, clause, expects: "every one of the rules holds", why: why) { bench throws(PartyFailure) in
            let (tokens, attempt, _) = try await bench.tokens()
            guard let token = tokens.id else { return .skip("there is no ID token") }
            let checks = IDTokenChecks(server: bench.server, client: bench.plan.client, nonce: attempt.nonce)
            return verdict(checks.findings(in: token, at: bench.now), rules)
        }
    }

    static func verdict(_ findings: [TokenFinding], _ rules: [TokenRule]) -> Verdict {
        let looked = findings.filter { rules.contains($0.rule) || $0.rule == .form }
        let problems = looked.compactMap(\.problem)
        guard problems.isEmpty else { return .fail(WireText(problems.map(\.string).joined(separator: "; "))) }
        return .pass(WireText(rules.map(\.rawValue).joined(separator: ", ")))
    }
}
