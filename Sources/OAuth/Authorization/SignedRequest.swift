import JOSE
import Text

/// What every request has in common that its client has signed: RFC 9101 and OpenID CIBA Core 1.0 §7.1.1.
enum SignedRequest {
    /// The claims of a request that these keys signed, for us and for now; `nil` for everything else.
    ///
    /// - Parameter required: What it must say of itself; `aud` always.
    static func claims(
        _ text: WireText,
        of client: Client,
        signedBy keys: JWKSet,
        allowing algorithms: Set<Algorithm>,
        required: Set<ClaimChecks.Claim>,
        for issuer: Issuer,
        at now: Timestamp
    ) -> JSON? {
        guard let token = try? JWT(text, signedBy: keys, allowing: algorithms) else { return nil }
        // RFC 9101 §10.8: an assertion or a proof, signed with the same key, is no request.
        guard
            token.header.type == nil || token.header.isOfType("JWT")
                || token.header.isOfType("oauth-authz-req+jwt")
        else { return nil }
        guard token.claims["sub"]?.text != client.id.text, token.claims["request"] == nil else { return nil }
        let checks = ClaimChecks(
            issuer: client.id.text,
            audiences: [issuer.text],
            required: required,
            longestLifeSeconds: Limits.requestObjectSeconds
        )
        guard let registered = try? checks.decide(token.claims, at: now) else { return nil }
        // FAPI 1.0 Advanced §5.2.2, FAPI 2.0 Message Signing §5.3.1, FAPI-CIBA §5.2.2: an hour from its beginning to its
        // end. What has not ended has then begun within the last hour.
        if let begin = registered.notBefore, let end = registered.expires {
            guard end.since(begin) <= Limits.requestObjectSeconds else { return nil }
        }
        return token.claims
    }
}
