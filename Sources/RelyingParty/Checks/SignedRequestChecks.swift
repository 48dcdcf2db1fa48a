internal import HTTP
internal import Text

/// Requests in a JWT: RFC 9101.
enum SignedRequestChecks {
    static let all = [unsigned, stranger, tampered, elsewhere]

    static let unsigned = check(
        "B34",
        "request object that nobody signed",
        "RFC 9101 §6.2, §10.1",
        """
        A request object with the algorithm none is a plain request in other clothes. A server that takes it where a \
        signature is expected can be sent anything.
        """
    ) { signer, claims, bench throws(PartyFailure) in
        let header = Base64URL.encode(JSONWriter.write(["alg": "none", "typ": "oauth-authz-req+jwt"]))
        return WireText("\(header).\(Base64URL.encode(JSONWriter.write(claims))).")
    }

    static let stranger = check(
        "B35",
        "request object signed by a stranger",
        "RFC 9101 §6.2",
        "Only a signature by a key of the client's says that the request is the client's."
    ) { signer, claims, bench throws(PartyFailure) in
        try ClientKey.make().sign(claims, type: "oauth-authz-req+jwt")
    }

    static let tampered = check(
        "B36",
        "request object changed after it was signed",
        "RFC 9101 §6.2",
        "The signature covers every byte. If a changed scope or redirect_uri passes, nobody verifies it."
    ) { signer, claims, bench throws(PartyFailure) in
        let parts = try signer.key(bench).sign(claims, type: "oauth-authz-req+jwt").split(at: UInt8(ascii: "."))
        let changed = JSON.object((claims.members ?? []) + [.init("max_age", "1")])
        return WireText("\(parts[0]).\(Base64URL.encode(JSONWriter.write(changed))).\(parts[2])")
    }

    static let elsewhere = check(
        "B37",
        "request object for another server",
        "RFC 9101 §10.2, RFC 9126 §3",
        """
        A client talks to many servers. Without the audience, one of them can send a request that the client made \
        for it to another one.
        """
    ) { signer, claims, bench throws(PartyFailure) in
        let others = (claims.members ?? []).filter { $0.name != "aud" }
        return try signer.key(bench).sign(
            .object(others + [.init("aud", "https://other-server.example")]),
            type: "oauth-authz-req+jwt"
        )
    }

    private static func check(
        _ id: WireText,
        _ title: WireText,
        _ clause: WireText,
        _ why: WireText,
        _ make: @escaping @Sendable (ClientIdentity, JSON, Bench) throws(PartyFailure) -> WireText
    ) -> Check {
        Check(id, title, clause, expects: "invalid_request_object, while the good one is taken", why: why) {
            bench throws(PartyFailure) in
            try bench.require("pushed_authorization_request_endpoint")
            let signer = try bench.signer()
            let attempt = try AuthorizationAttempt(of: signer.client, scope: scope(of: signer.client))
            let good = try await push(try signer.requestObject(attempt), signer)
            guard good.isSuccess else { throw .setup(WireText("a good request object is not taken: \(good.summary)")) }
            let claims = attempt.claims(of: signer.client, for: bench.server, at: bench.now)
            let bad = try await push(try make(signer.client, claims, bench), signer)
            return bad.isRefused(with: "invalid_request_object", "invalid_request")
        }
    }

    private static func scope(of client: ClientIdentity) -> WireText {
        client.mayAsk(for: "openid") == false ? client.scope ?? "" : "openid"
    }

    private static func push(_ object: WireText, _ signer: Party) async throws(PartyFailure) -> Exchange {
        try await signer.push(FormFields([.init("client_id", signer.client.id), .init("request", object)]))
    }
}

extension ClientIdentity {
    fileprivate func key(_ bench: Bench) throws(PartyFailure) -> ClientKey {
        guard let key else { throw .setup("there is no client with a key") }
        return key
    }
}
