package import Text

/// What a resource would look at in an access token that is a JWT: RFC 9068 §4.
package struct AccessTokenChecks: Sendable {
    package var server: ServerDescription
    package var client: ClientIdentity

    package init(server: ServerDescription, client: ClientIdentity) {
        self.server = server
        self.client = client
    }

    /// Every finding; none where the token is not one that clients can read.
    package func findings(in token: WireText, at now: Timestamp) -> [TokenFinding] {
        guard let read = ReadableToken(token) else { return [] }
        let claims = read.claims
        func missing(_ name: WireText) -> WireText? {
            claims[name]?.text?.isEmpty == false ? nil : WireText("\(name) is missing")
        }
        let type = read.header["typ"]?.text?.lowercasedASCII
        return [
            TokenFinding(.type, type == "at+jwt" || type == "application/at+jwt" ? nil : "typ is not at+jwt"),
            TokenFinding(.signature, Signatures.problem(of: token, from: server, sharing: nil)),
            TokenFinding(.keyID, missingKey(read)),
            TokenFinding(.issuer, claims["iss"]?.text == server.issuer ? nil : "iss is not the issuer"),
            TokenFinding(.audience, claims.audiences.isEmpty ? "aud is missing" : nil),
            TokenFinding(.expires, Times.endProblem(claims, at: now)),
            TokenFinding(.issued, Times.startProblem(claims, at: now)),
            TokenFinding(.subject, missing("sub")),
            TokenFinding(.clientID, claims["client_id"]?.text == client.id ? nil : "client_id is not the client"),
            TokenFinding(.identifier, missing("jti")),
        ]
    }

    private func missingKey(_ token: ReadableToken) -> WireText? {
        token.header["kid"]?.text == nil ? "kid is missing" : nil
    }
}
