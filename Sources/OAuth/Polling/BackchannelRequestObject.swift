import Crypto
package import JOSE
package import Text

/// A request by the back channel that its client has signed: OpenID CIBA Core 1.0 §7.1.1.
package enum BackchannelRequestObject {
    /// What a client may sign with; discovery lists it.
    package static let algorithms = RequestObject.algorithms

    /// The parameters that a client signed, and the change that spends its signature.
    ///
    /// CIBA §13 knows one code for all that is wrong here: `invalid_request`.
    package static func read(
        _ text: WireText,
        of client: Client,
        for issuer: Issuer,
        at now: Timestamp
    ) throws(Refusal) -> (fields: TokenFields, spending: Change) {
        guard let registration = client.backchannel, let keys = registration.keys else {
            throw .backchannelObjectInvalid
        }
        let allowed: Set<Algorithm> =
            if let algorithm = registration.requestAlgorithm { [algorithm] } else {
                client.profile.demands.algorithms.intersection(algorithms)
            }
        // CIBA §7.1.1: all six claims.
        let claims = SignedRequest.claims(
            text,
            of: client,
            signedBy: keys,
            allowing: allowed,
            required: [.issuer, .expires, .issued, .notBefore, .identifier],
            for: issuer,
            at: now
        )
        guard let claims, claims["client_id"].map({ $0.text == client.id.text }) ?? true,
            let registered = try? RegisteredClaims(claims), let identifier = registered.identifier,
            let expires = registered.expires
        else { throw .backchannelObjectInvalid }
        // RFC 7519 §4.1.7: an identifier that came twice would name nothing.
        let spending = Change.spendRequest(
            client.id,
            Fingerprint(of: identifier),
            expires: max(now, expires) + Limits.clockSkewSeconds + 1
        )
        return (try TokenFields(try parameters(claims)), spending)
    }

    /// The claims that are parameters; `requested_expiry` is a number or the same in a string.
    private static func parameters(_ claims: JSON) throws(Refusal) -> FormFields {
        var form = FormFields()
        for member in claims.members ?? [] {
            guard Parameter(name: member.name) != nil, member.name != Parameter.clientID.name else { continue }
            switch member.value {
            case .text(let text): form.append(member.name, text)
            case .integer(let number): form.append(member.name, WireText("\(number)"))
            case .object:
                form.append(member.name, WireText(String(decoding: JSONWriter.write(member.value), as: UTF8.self)))
            case .null, .boolean, .number, .array: throw .backchannelObjectInvalid
            }
        }
        return form
    }
}
