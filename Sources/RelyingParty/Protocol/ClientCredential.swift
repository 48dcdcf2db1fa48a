internal import HTTP
package import Text

/// How one request shows whose it is: RFC 6749 §2.3, RFC 7523 §2.2.
package enum ClientCredential: Sendable, Hashable {
    /// Nothing, not even a name.
    case absent
    /// `client_id` alone, for public clients and beside a certificate.
    case name(WireText)
    case basic(WireText, secret: WireText)
    case post(WireText, secret: WireText)
    case assertion(WireText, WireText)
}

extension ClientCredential {
    /// A form with the credential in it or beside it.
    package func call(_ purpose: Purpose, _ url: WireText, _ form: FormFields) -> Call {
        var form = form
        switch self {
        case .absent: return .form(purpose, url, form)
        case .basic(let id, let secret):
            // RFC 6749 §2.3.1: both are encoded as in a form before they are joined.
            let pair = "\(PercentEncoding.encode(id)):\(PercentEncoding.encode(secret))"
            return Call.form(purpose, url, form)
                .with(.authorization, WireText("Basic \(Base64.encode(Array(pair.utf8)))"))
        case .name(let id): form.append("client_id", id)
        case .post(let id, let secret):
            form.append("client_id", id)
            form.append("client_secret", secret)
        case .assertion(let id, let token):
            form.append("client_id", id)
            form.append("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            form.append("client_assertion", token)
        }
        return .form(purpose, url, form)
    }
}

extension ClientIdentity {
    /// A fresh credential for one request.
    package func credential(for server: ServerDescription, at now: Timestamp) throws(PartyFailure) -> ClientCredential {
        switch method {
        case .none, .certificate, .ownCertificate: return .name(id)
        case .basic: return .basic(id, secret: secret ?? "")
        case .post: return .post(id, secret: secret ?? "")
        case .privateKey: return .assertion(id, try assertion(for: server, at: now))
        }
    }

    /// RFC 7523 §3, for the issuer as audience.
    ///
    /// - Parameter changes: What stands in the place of the claims of the same names; null takes one away.
    package func assertion(
        for server: ServerDescription,
        claims changes: [JSON.Member] = [],
        at now: Timestamp
    ) throws(PartyFailure) -> WireText {
        guard let key else { throw .setup("The client has no private key to sign with.") }
        return try key.sign(try assertionClaims(for: server, changes, at: now), type: "JWT")
    }

    package func assertionClaims(
        for server: ServerDescription,
        _ changes: [JSON.Member] = [],
        at now: Timestamp
    ) throws(PartyFailure) -> JSON {
        var claims: [JSON.Member] = [
            .init("iss", .text(id)), .init("sub", .text(id)), .init("aud", .text(server.issuer)),
            .init("jti", .text(try Random.token())), .init("iat", .integer(now.seconds)),
            .init("exp", .integer((now + 60).seconds)),
        ]
        for change in changes {
            claims.removeAll { $0.name == change.name }
            if change.value != .null { claims.append(change) }
        }
        return .object(claims)
    }
}
