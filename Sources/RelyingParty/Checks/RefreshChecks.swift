internal import HTTP
internal import Text

/// What a refresh token is bound to: RFC 6749 §6, RFC 9700 §4.14.
enum RefreshChecks {
    static let all = [madeUp, wider, otherClient, usedAgain, family]

    static let madeUp = Check(
        "B75",
        "refresh token that nobody was given",
        "RFC 6749 §5.2",
        expects: "400 invalid_grant",
        why: "A client deletes a refresh token at invalid_grant, and must not at anything else."
    ) { bench throws(PartyFailure) in
        try await bench.party.refresh(try Random.token()).isRefused(with: "invalid_grant")
    }

    static let wider = Check(
        "B76",
        "refresh with a wider scope",
        "RFC 6749 §6",
        expects: "400 invalid_scope",
        why: "What a person has allowed is the most that tokens can ever be for. A refresh must not add to it."
    ) { bench throws(PartyFailure) in
        let token = try await refreshToken(bench)
        let scope = WireText("\(bench.plan.loginScope) no-such-scope-here")
        return try await bench.party.refresh(token, scope: scope).isRefused(with: "invalid_scope")
    }

    static let otherClient = Check(
        "B77",
        "refresh token of another client",
        "RFC 6749 §6, §10.4",
        expects: "400 invalid_grant",
        why: "A refresh token is bound to its client. Otherwise any client that gets hold of one has the data for good."
    ) { bench throws(PartyFailure) in
        let other = try bench.other()
        let token = try await refreshToken(bench)
        return try await other.refresh(token).isRefused(with: "invalid_grant", "unauthorized_client")
    }

    static let usedAgain = Check(
        "B78",
        "refresh token used again after it was replaced",
        "RFC 9700 §4.14.2",
        expects: "400 invalid_grant, where the server replaces refresh tokens",
        why:
            "Replacing a token means that the old one is dead. If both live, a thief and the client go on side by side."
    ) { bench throws(PartyFailure) in
        let (party, first, _) = try await rotated(bench)
        return try await party.refresh(first).isRefused(with: "invalid_grant")
    }

    static let family = Check(
        "B79",
        "refresh token whose predecessor was used again",
        "RFC 9700 §4.14.2",
        expects: "400 invalid_grant, where the server replaces refresh tokens",
        why: """
            The use of an old token says that two parties hold the family. The server cannot tell the thief from the \
            client, so it ends both.
            """
    ) { bench throws(PartyFailure) in
        let (party, first, second) = try await rotated(bench)
        _ = try await party.refresh(first)
        return try await party.refresh(second).isRefused(with: "invalid_grant")
    }

    static func refreshToken(_ bench: Bench) async throws(PartyFailure) -> WireText {
        guard let token = try await bench.tokens().tokens.refresh else { throw .setup("there is no refresh token") }
        return token
    }

    /// A token and its successor, of a client whose tokens are replaced: public clients first of all.
    private static func rotated(
        _ bench: Bench
    ) async throws(PartyFailure) -> (Party, first: WireText, second: WireText) {
        for party in bench.parties {
            guard let first = try await bench.tokens(party).tokens.refresh else { continue }
            let exchange = try await party.refresh(first)
            guard let tokens = Tokens(exchange) else { throw .answer(exchange, "There are no new tokens.") }
            if let second = tokens.refresh, second != first { return (party, first, second) }
        }
        throw .setup("the server does not replace refresh tokens")
    }
}
