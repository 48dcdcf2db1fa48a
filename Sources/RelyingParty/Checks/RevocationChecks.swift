internal import HTTP
internal import Text

/// What is told of tokens, and how they end: RFC 7662, RFC 7009.
enum RevocationChecks {
    static let all = [anonymous, junk, refreshEnds, accessEnds, unknown, notYours]

    static let anonymous = Check(
        "B80",
        "introspection by nobody",
        "RFC 7662 §2.1",
        expects: "401 invalid_client",
        why: "An endpoint that tells everybody what a token is worth is a place to try stolen ones, or guessed ones."
    ) { bench throws(PartyFailure) in
        try bench.require("introspection_endpoint")
        let exchange = try await bench.party.introspect(try Random.token(), as: .absent)
        return exchange.status == 401 || exchange.status == 400 && exchange.error != nil
            ? .pass(exchange.summary) : .fail(exchange.summary)
    }

    static let junk = Check(
        "B81",
        "introspection of a token that nobody was given",
        "RFC 7662 §2.2",
        expects: "active false and nothing else",
        why: "Anything more would tell a token that was never there from one that has ended."
    ) { bench throws(PartyFailure) in
        try bench.require("introspection_endpoint")
        let party = try bench.confidential()
        let exchange = try await party.introspect(try Random.token())
        guard exchange.json?["active"]?.boolean == false else { return .fail(exchange.summary) }
        let others = exchange.json?.members?.filter { $0.name != "active" } ?? []
        return others.isEmpty ? .pass("active is false") : .fail(WireText("it also tells \(others[0].name)"))
    }

    static let refreshEnds = Check(
        "B82",
        "refresh token that was revoked",
        "RFC 7009 §2.1",
        expects: "400 invalid_grant",
        why: "A person who removes an app expects it to be over at once. The client's own part in that is revocation."
    ) { bench throws(PartyFailure) in
        try bench.require("revocation_endpoint")
        let token = try await RefreshChecks.refreshToken(bench)
        let exchange = try await bench.party.revoke(token, hint: "refresh_token")
        guard exchange.status == 200 else { return .fail(exchange.summary) }
        return try await bench.party.refresh(token).isRefused(with: "invalid_grant")
    }

    static let accessEnds = Check(
        "B83",
        "access token whose refresh token was revoked",
        "RFC 7009 §2.1",
        expects: "not active from then on",
        why:
            "Who revokes the refresh token ends the grant. An access token that lives on for an hour is an hour too long."
    ) { bench throws(PartyFailure) in
        try bench.require("revocation_endpoint")
        let tokens = try await bench.tokens().tokens
        guard let refresh = tokens.refresh else { return .skip("there is no refresh token") }
        let exchange = try await bench.party.revoke(refresh)
        guard exchange.status == 200 else { return .fail(exchange.summary) }
        return try await bench.verdictOnDead(tokens)
    }

    static let unknown = Check(
        "B84",
        "revocation of a token that nobody was given",
        "RFC 7009 §2.2",
        expects: "200",
        why: "What the client wants has come true already. An error would tell which tokens there are."
    ) { bench throws(PartyFailure) in
        try bench.require("revocation_endpoint")
        let exchange = try await bench.party.revoke(try Random.token())
        return exchange.status == 200 ? .pass("200") : .fail(exchange.summary)
    }

    static let notYours = Check(
        "B85",
        "revocation by another client",
        "RFC 7009 §2.1",
        expects: "the token stays as it is",
        why: "A client that can end what others were granted can put them all out of work."
    ) { bench throws(PartyFailure) in
        try bench.require("revocation_endpoint")
        let other = try bench.other()
        let token = try await RefreshChecks.refreshToken(bench)
        let exchange = try await other.revoke(token)
        let after = try await bench.party.refresh(token)
        return after.isSuccess ? .pass(WireText("\(exchange.summary), and it works")) : .fail("the token is dead")
    }
}
