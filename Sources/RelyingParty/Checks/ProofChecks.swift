internal import HTTP
internal import Text

/// Tokens that are bound to a key: RFC 9449.
enum ProofChecks {
    static let all = [bound, asBearer, otherKey, replayed, otherURL, withoutToken, codeKey]

    static let bound = Check(
        "B86",
        "token of a client that proves a key is bound to it",
        "RFC 9449 §5, §6",
        expects: "token_type DPoP, and cnf.jkt where the token can be read",
        why:
            "A client that sends proofs believes its tokens are worth nothing to a thief. If they are not bound, it is wrong."
    ) { bench throws(PartyFailure) in
        let (party, key) = try bench.proving()
        let tokens = try await bench.tokens(party).tokens
        guard tokens.type.lowercasedASCII == "dpop" else { return .fail(WireText("token_type \(tokens.type)")) }
        guard let read = ReadableToken(tokens.access) else { return .pass("token_type DPoP") }
        return read.claims["cnf"]?["jkt"]?.text == key.thumbprint
            ? .pass("cnf.jkt fits") : .fail("cnf.jkt does not fit")
    }

    static let asBearer = refused(
        "B87",
        "bound token without a proof",
        "RFC 9449 §7.1, §7.2",
        "A bound token that is taken as a bearer token is one: whoever has stolen it uses it."
    ) { bench, party, key, token throws(PartyFailure) in
        await bench.transport.send(Call.get(.userInfo, url(party)).bearing(token))
    }

    static let otherKey = refused(
        "B88",
        "bound token with a proof of another key",
        "RFC 9449 §7.1",
        "The proof must be of the very key in the token. Any key is a key that the thief has too."
    ) { bench, party, key, token throws(PartyFailure) in
        let proof = try DPoPKey().proof(.get, url(party), token: token)
        return await bench.transport.send(
            Call.get(.userInfo, url(party)).bearing(token, scheme: "DPoP").with(.dpop, proof)
        )
    }

    static let replayed = refused(
        "B89",
        "proof used again",
        "RFC 9449 §11.1",
        "Whoever sees one request cross has its token and its proof. Only that the proof is spent stops them."
    ) { bench, party, key, token throws(PartyFailure) in
        let proof = try key.proof(.get, url(party), token: token)
        let call = Call.get(.userInfo, url(party)).bearing(token, scheme: "DPoP").with(.dpop, proof)
        let first = await bench.transport.send(call)
        guard first.isSuccess else { throw .answer(first, "A good proof is not taken.") }
        return await bench.transport.send(call)
    }

    static let otherURL = refused(
        "B90",
        "proof for another URL",
        "RFC 9449 §4.3",
        "A proof is for one method and one URL, so that a resource cannot use it at the next one."
    ) { bench, party, key, token throws(PartyFailure) in
        let proof = try key.proof(.get, "https://other-resource.example/userinfo", token: token)
        return await bench.transport.send(
            Call.get(.userInfo, url(party)).bearing(token, scheme: "DPoP").with(.dpop, proof)
        )
    }

    static let withoutToken = refused(
        "B91",
        "proof that was not made for the token",
        "RFC 9449 §4.3, §7",
        "With ath a proof belongs to one token. Without it, a proof made for a harmless token serves for another."
    ) { bench, party, key, token throws(PartyFailure) in
        let proof = try key.proof(.get, url(party))
        return await bench.transport.send(
            Call.get(.userInfo, url(party)).bearing(token, scheme: "DPoP").with(.dpop, proof)
        )
    }

    static let codeKey = Check(
        "B92",
        "code that is bound to a key, with a proof of another",
        "RFC 9449 §10",
        expects: "400 invalid_grant or invalid_dpop_proof",
        why: "With dpop_jkt the whole journey is bound to a key, so that a stolen code cannot be redeemed with another."
    ) { bench throws(PartyFailure) in
        let (proving, key) = try bench.proving()
        var party = proving
        let attempt = try bench.attempt().with("dpop_jkt", key.thumbprint)
        let code = try await bench.code(attempt)
        party.proofs = try DPoPKey()
        return try await party.redeem(code, attempt).isRefused(with: "invalid_grant", "invalid_dpop_proof")
    }

    private static func url(_ party: Party) -> WireText { party.endpoint("userinfo_endpoint") ?? "" }

    private static func refused(
        _ id: WireText,
        _ title: WireText,
        _ clause: WireText,
        _ why: WireText,
        _ send: @escaping @Sendable (Bench, Party, DPoPKey, WireText) async throws(PartyFailure) -> Exchange
    ) -> Check {
        Check(id, title, clause, expects: "401 at the userinfo endpoint", why: why) { bench throws(PartyFailure) in
            try bench.require("userinfo_endpoint")
            let (party, key) = try bench.proving()
            let tokens = try await bench.tokens(party).tokens
            guard tokens.type.lowercasedASCII == "dpop" else { throw .setup("the token is not bound") }
            return try await send(bench, party, key, tokens.access).isRefusedToken
        }
    }
}
