internal import Crypto
internal import JOSE
package import Text

/// What a client looks at in an ID token: OpenID Connect Core §3.1.3.7 and §3.3.2.11.
package struct IDTokenChecks: Sendable {
    package var server: ServerDescription
    package var client: ClientIdentity
    package var nonce: WireText?
    package var accessToken: WireText?
    package var code: WireText?
    package var state: WireText?

    package init(
        server: ServerDescription,
        client: ClientIdentity,
        nonce: WireText? = nil,
        accessToken: WireText? = nil,
        code: WireText? = nil,
        state: WireText? = nil
    ) {
        self.server = server
        self.client = client
        self.nonce = nonce
        self.accessToken = accessToken
        self.code = code
        self.state = state
    }

    /// Every finding, good and bad.
    package func findings(in token: WireText, at now: Timestamp) -> [TokenFinding] {
        guard let read = ReadableToken(token) else { return [TokenFinding(.form, "it is no signed JWT")] }
        let claims = read.claims
        return [
            TokenFinding(.form),
            TokenFinding(.signature, Signatures.problem(of: token, from: server, sharing: client.secret)),
            TokenFinding(.keyID, keyProblem(read)),
            TokenFinding(.issuer, claims["iss"]?.text == server.issuer ? nil : "iss is not the issuer"),
            TokenFinding(.audience, claims.audiences.contains(client.id) ? nil : "aud does not name the client"),
            TokenFinding(.authorizedParty, partyProblem(claims)),
            TokenFinding(.expires, Times.endProblem(claims, at: now)),
            TokenFinding(.issued, Times.startProblem(claims, at: now)),
            TokenFinding(.subject, claims["sub"]?.text?.isEmpty == false ? nil : "sub is missing"),
            TokenFinding(.nonce, nonce == claims["nonce"]?.text ? nil : "nonce is not the one of the request"),
            TokenFinding(.accessTokenHash, hashProblem("at_hash", of: accessToken, in: read, isNeeded: false)),
            TokenFinding(.codeHash, hashProblem("c_hash", of: code, in: read, isNeeded: code != nil)),
            TokenFinding(.stateHash, hashProblem("s_hash", of: state, in: read, isNeeded: false)),
        ]
    }

    /// RFC 7515 §4.1.4: with several keys, only a name says which.
    private func keyProblem(_ token: ReadableToken) -> WireText? {
        guard let name = token.header["kid"]?.text else {
            return (server.keys["keys"]?.array?.count ?? 0) > 1 ? "kid is missing, and there are several keys" : nil
        }
        let names = server.keys["keys"]?.array?.compactMap { $0["kid"]?.text } ?? []
        return names.contains(name) || token.header["alg"]?.text == "HS256"
            ? nil : "kid names none of the server's keys"
    }

    private func partyProblem(_ claims: JSON) -> WireText? {
        guard let party = claims["azp"]?.text else {
            return claims.audiences.count > 1 ? "there are several audiences and no azp" : nil
        }
        return party == client.id ? nil : "azp is not the client"
    }

    /// The left half of the hash that belongs to the algorithm of the signature.
    private func hashProblem(
        _ claim: WireText,
        of value: WireText?,
        in token: ReadableToken,
        isNeeded: Bool
    ) -> WireText? {
        guard let value else { return nil }
        guard let found = token.claims[claim]?.text else { return isNeeded ? WireText("\(claim) is missing") : nil }
        let name = token.header["alg"]?.text ?? ""
        let digest = name == "EdDSA" || name == "Ed25519" ? Digest.sha512(value) : Digest.sha256(value)
        return found.string == Base64URL.encode(Array(digest.prefix(digest.count / 2)))
            ? nil : WireText("\(claim) is not the hash of what came with it")
    }
}

/// Whether somebody whom the server names has signed a token.
enum Signatures {
    static func problem(of token: WireText, from server: ServerDescription, sharing secret: WireText?) -> WireText? {
        guard let name = ReadableToken(token)?.header["alg"]?.text else { return "alg is missing" }
        // RFC 8725 §3.1: what is not signed is nothing.
        guard let algorithm = Algorithm(name) else { return WireText("alg \(name) is not one that is taken here") }
        do throws(JOSEFailure) {
            if algorithm == .hs256 {
                guard let secret else { return "it is signed with a secret, and the client has none" }
                _ = try JWT(try JWS(token), signedBy: try SharedKey(secret.bytes))
            } else {
                _ = try JWT(token, signedBy: try JWKSet(server.keys), allowing: [algorithm])
            }
            return nil
        } catch { return WireText("the signature does not hold: \(error)") }
    }
}

/// RFC 7519 §4.1.4 and §4.1.6, with a minute between two clocks.
enum Times {
    static func endProblem(_ claims: JSON, at now: Timestamp) -> WireText? {
        guard let end = claims["exp"]?.seconds else { return "exp is missing" }
        return end > now.seconds - 60 ? nil : "it has expired"
    }

    static func startProblem(_ claims: JSON, at now: Timestamp) -> WireText? {
        guard let start = claims["iat"]?.seconds else { return "iat is missing" }
        return start < now.seconds + 60 ? nil : "iat is in the future"
    }
}

extension JSON {
    /// RFC 7519 §4.1.3: one or several.
    package var audiences: [WireText] { self["aud"]?.texts ?? self["aud"]?.text.map { [$0] } ?? [] }

    /// RFC 7519 §2, NumericDate.
    var seconds: Int64? {
        switch self {
        case .integer(let seconds): seconds
        case .number(let seconds): seconds.magnitude < 9e15 ? Int64(seconds) : nil
        default: nil
        }
    }
}
