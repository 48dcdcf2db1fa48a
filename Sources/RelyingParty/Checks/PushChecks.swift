internal import HTTP
internal import Text

/// Requests by reference: RFC 9126.
enum PushChecks {
    static let all = [unknown, ofAnother, twice]

    static let unknown = Check(
        "B31",
        "request_uri that nobody was given",
        "RFC 9126 §4, RFC 9101 §5.2.1",
        expects: "invalid_request_uri or invalid_request, or a page that says no",
        why: """
            A reference stands for a request that was authenticated. If one can be made up, or fetched from anywhere, \
            the back channel has protected nothing.
            """
    ) { bench throws(PartyFailure) in
        try bench.require("pushed_authorization_request_endpoint")
        let reference = WireText("urn:ietf:params:oauth:request_uri:\(try Random.token())")
        return try await bench.reaction(to: bench.party.authorizationURL(pushed: reference))
            .isRefused(with: "invalid_request_uri", "invalid_request")
    }

    static let ofAnother = Check(
        "B32",
        "request_uri of another client",
        "RFC 9126 §2.2, §4",
        expects: "refused",
        why: """
            A reference is bound to the client that pushed it. Otherwise a client could have its own request shown \
            under the name of one that people trust.
            """
    ) { bench throws(PartyFailure) in
        try bench.require("pushed_authorization_request_endpoint")
        let other = try bench.other()
        let reference = try await push(bench.attempt(of: other.client), other)
        return try await bench.reaction(
            to: bench.party.authorizationURL(pushed: reference),
            also: [other.client.redirectURI]
        ).isRefused()
    }

    static let twice = Check(
        "B33",
        "request_uri used again",
        "RFC 9126 §4, §7.3",
        expects: "refused, once the request was decided",
        why: """
            The URL with the reference stays in histories and logs. If it works again, whoever finds it starts \
            somebody else's request in a browser of their own.
            """
    ) { bench throws(PartyFailure) in
        try bench.require("pushed_authorization_request_endpoint")
        let reference = try await push(bench.attempt(), bench.party)
        let url = bench.party.authorizationURL(pushed: reference)
        guard try await bench.answer(url).code != nil else { return .fail("the first use gives no code") }
        return try await bench.reaction(to: url).isRefused()
    }

    private static func push(_ attempt: AuthorizationAttempt, _ party: Party) async throws(PartyFailure) -> WireText {
        let exchange = try await party.push(attempt.parameters)
        guard exchange.isSuccess, let reference = exchange.json?["request_uri"]?.text else {
            throw .answer(exchange, "The request was not taken.")
        }
        return reference
    }
}
