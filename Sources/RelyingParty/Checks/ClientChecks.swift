internal import HTTP
internal import Text

/// How a client proves who it is: RFC 6749 §2.3, RFC 7523 §3.
///
/// All of them redeem a code that was made up: `invalid_grant` says that the client was believed.
enum ClientChecks {
    static let all = [
        wrongSecret, noCredential, secretInQuery, twoMethods, expired, otherAudience, replayed, unsigned, stranger,
        otherSubject, unknownType, byGET,
    ]

    static let wrongSecret = Check(
        "B50",
        "client_secret that is wrong",
        "RFC 6749 §5.2",
        expects: "invalid_client",
        why: "A secret that is not compared is none. It also shows that the other checks can tell the errors apart."
    ) { bench throws(PartyFailure) in
        let (party, _) = try bench.secretive()
        let id = party.client.id
        let wrong = try Random.token()
        let credential =
            party.client.method == .basic ? ClientCredential.basic(id, secret: wrong) : .post(id, secret: wrong)
        return try await refused(credential, party)
    }

    static let noCredential = Check(
        "B51",
        "no client authentication at all",
        "RFC 6749 §3.2.1",
        expects: "invalid_client or invalid_request",
        why:
            "A confidential client that may leave its credential out is a public one, and its codes are worth stealing."
    ) { bench throws(PartyFailure) in
        let party = try bench.confidential()
        return try await refused(.name(party.client.id), party, also: "invalid_request")
    }

    static let secretInQuery = Check(
        "B52",
        "client_secret in the URL",
        "RFC 6749 §2.3.1",
        expects: "refused",
        why: """
            URLs are written into logs. A server that takes secrets there makes its clients put them there, and \
            nobody notices until the logs are read.
            """
    ) { bench throws(PartyFailure) in
        let (party, secret) = try bench.secretive()
        let query = FormFields([.init("client_id", party.client.id), .init("client_secret", secret)])
        let url = WireText("\(party.endpoint("token_endpoint") ?? "")?\(query.encoded)")
        let form = try madeUp(party)
        return await verdict(bench.transport.send(.form(.redemption, url, form)), also: "invalid_request")
    }

    static let twoMethods = Check(
        "B53",
        "two credentials in one request",
        "RFC 6749 §2.3",
        expects: "invalid_request or invalid_client",
        why: """
            With two credentials, one part of a system may check the one and another part believe the other. The \
            standard allows one a request.
            """
    ) { bench throws(PartyFailure) in
        let (party, secret) = try bench.secretive()
        var form = try madeUp(party)
        form.append("client_id", party.client.id)
        form.append("client_secret", secret)
        let call = ClientCredential.basic(party.client.id, secret: secret)
            .call(.redemption, party.endpoint("token_endpoint") ?? "", form)
        return await verdict(bench.transport.send(call), also: "invalid_request")
    }

    static let expired = assertion(
        "B54",
        "assertion that has expired",
        "RFC 7523 §3",
        "Assertions are short-lived so that a copy in a log is worth nothing the next minute."
    ) { signer, bench throws(PartyFailure) in
        let past = bench.now - 600
        return try signer.client.assertion(
            for: bench.server,
            claims: [.init("exp", .integer((past + 60).seconds)), .init("iat", .integer(past.seconds))],
            at: bench.now
        )
    }

    static let otherAudience = assertion(
        "B55",
        "assertion for another server",
        "RFC 7523 §3",
        """
        A client authenticates at many servers with one key. Without the audience, each of them can pass itself off \
        as the client at the others.
        """
    ) { signer, bench throws(PartyFailure) in
        try signer.client.assertion(
            for: bench.server,
            claims: [.init("aud", "https://other-server.example")],
            at: bench.now
        )
    }

    static let replayed = Check(
        "B56",
        "assertion used again",
        "RFC 7523 §3, OpenID Connect Core §9",
        expects: "invalid_client at the second use",
        why: "An assertion with a jti is for one use. Whoever has seen it cross must not be able to send it again."
    ) { bench throws(PartyFailure) in
        let signer = try bench.signer()
        let token = try signer.client.assertion(for: bench.server, at: bench.now)
        let credential = ClientCredential.assertion(signer.client.id, token)
        try await requireBelieved(credential, signer)
        return try await refused(credential, signer)
    }

    static let unsigned = assertion(
        "B57",
        "assertion that nobody signed",
        "RFC 7523 §3, RFC 8725 §3.1",
        "An assertion with the algorithm none names the client and proves nothing."
    ) { signer, bench throws(PartyFailure) in
        let claims = try signer.client.assertionClaims(for: bench.server, at: bench.now)
        let header = Base64URL.encode(JSONWriter.write(["alg": "none", "typ": "JWT"]))
        return WireText("\(header).\(Base64URL.encode(JSONWriter.write(claims))).")
    }

    static let stranger = assertion(
        "B58",
        "assertion signed by a stranger",
        "RFC 7523 §3",
        "Only a key that the client has registered speaks for it."
    ) { signer, bench throws(PartyFailure) in
        try ClientKey.make().sign(try signer.client.assertionClaims(for: bench.server, at: bench.now), type: "JWT")
    }

    static let otherSubject = assertion(
        "B59",
        "assertion about another client",
        "RFC 7523 §3",
        """
        iss and sub are both the client. A server that looks at one of them only lets a client with a key speak for \
        any other.
        """
    ) { signer, bench throws(PartyFailure) in
        try signer.client.assertion(
            for: bench.server,
            claims: [.init("sub", .text(bench.plan.client.id))],
            at: bench.now
        )
    }

    static let unknownType = Check(
        "B60",
        "grant_type that does not exist",
        "RFC 6749 §5.2",
        expects: "400 unsupported_grant_type",
        why: "A client must be able to tell what a server cannot do from what it did wrong itself."
    ) { bench throws(PartyFailure) in
        try await bench.party.token(FormFields([.init("grant_type", "urn:example:no-such-grant")]))
            .isRefused(with: "unsupported_grant_type")
    }

    static let byGET = Check(
        "B61",
        "token request by GET",
        "RFC 6749 §3.2",
        expects: "refused",
        why: "A GET carries the code and the secret in its URL, and so into logs, histories and caches."
    ) { bench throws(PartyFailure) in
        let form = try madeUp(bench.party)
        let url = WireText("\(bench.party.endpoint("token_endpoint") ?? "")?\(form.encoded)")
        var call = Call.get(.redemption, url)
        if let secret = bench.plan.client.secret {
            let credential = ClientCredential.basic(bench.plan.client.id, secret: secret)
            call.fields = credential.call(.redemption, url, FormFields()).fields
            call.fields.remove(.contentType)
        }
        let exchange = await bench.transport.send(call)
        // `invalid_grant` is the answer of who has looked at the code.
        return exchange.status >= 400 && exchange.error != "invalid_grant"
            ? .pass(exchange.summary) : .fail(exchange.summary)
    }

    // MARK: How they are made

    private static func assertion(
        _ id: WireText,
        _ title: WireText,
        _ clause: WireText,
        _ why: WireText,
        _ make: @escaping @Sendable (Party, Bench) throws(PartyFailure) -> WireText
    ) -> Check {
        Check(id, title, clause, expects: "invalid_client, while a good one is taken", why: why) {
            bench throws(PartyFailure) in
            let signer = try bench.signer()
            let good = try signer.client.assertion(for: bench.server, at: bench.now)
            try await requireBelieved(.assertion(signer.client.id, good), signer)
            return try await refused(.assertion(signer.client.id, try make(signer, bench)), signer)
        }
    }

    private static func madeUp(_ party: Party) throws(PartyFailure) -> FormFields {
        FormFields([
            .init("grant_type", "authorization_code"), .init("code", try Random.token()),
            .init("redirect_uri", party.client.redirectURI), .init("code_verifier", try Random.token()),
        ])
    }

    private static func requireBelieved(_ credential: ClientCredential, _ party: Party) async throws(PartyFailure) {
        let exchange = try await party.token(try madeUp(party), as: credential)
        guard exchange.error == "invalid_grant" else {
            throw .setup(WireText("a good credential is not taken: \(exchange.summary)"))
        }
    }

    private static func refused(
        _ credential: ClientCredential,
        _ party: Party,
        also error: WireText = "invalid_client"
    ) async throws(PartyFailure) -> Verdict {
        verdict(try await party.token(try madeUp(party), as: credential), also: error)
    }

    private static func verdict(_ exchange: Exchange, also error: WireText) -> Verdict {
        exchange.isRefused(with: "invalid_client", error)
    }
}
