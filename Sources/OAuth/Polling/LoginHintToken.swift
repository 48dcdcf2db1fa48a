import JOSE
package import Text

/// Who is to be asked, in the client's own signature: `login_hint_token` of OpenID CIBA Core 1.0 §7.1.
///
/// CIBA leaves its form to us. It is a JWT of the client's key with `iss`, `aud`, `exp` and, as RFC 9493 §3.2 has it,
/// `sub_id`: `opaque` with a user name, or `iss_sub` with a subject of ours.
package enum LoginHintToken {
    /// Whom it names.
    package enum Subject: Sendable, Hashable {
        case username(WireText)
        case subject(WireText)
    }

    /// Reads one of this client's.
    package static func read(
        _ text: WireText,
        of client: Client,
        for issuer: Issuer,
        at now: Timestamp
    ) throws(Refusal) -> Subject {
        guard let keys = client.backchannel?.keys else { throw .parameterMalformed(.loginHintToken) }
        let token: JWT
        do {
            token = try JWT(
                text,
                signedBy: keys,
                allowing: client.profile.demands.algorithms.intersection(BackchannelRequestObject.algorithms)
            )
        } catch { throw .parameterMalformed(.loginHintToken) }
        let checks = ClaimChecks(
            issuer: client.id.text,
            audiences: [issuer.text],
            required: [.issuer, .expires],
            longestLifeSeconds: Limits.requestObjectSeconds
        )
        do { _ = try checks.decide(token.claims, at: now) } catch {
            // CIBA §13: the one mistake that the client can mend by asking for a new one.
            throw error == .expired ? .hintExpired : .parameterMalformed(.loginHintToken)
        }
        guard let name = token.claims["sub_id"] else { throw .parameterMalformed(.loginHintToken) }
        switch name["format"]?.text {
        case "opaque":
            guard let id = name["id"]?.text else { throw .parameterMalformed(.loginHintToken) }
            return .username(id)
        case "iss_sub":
            guard name["iss"]?.text == issuer.text, let subject = name["sub"]?.text else {
                throw .parameterMalformed(.loginHintToken)
            }
            return .subject(subject)
        default: throw .parameterMalformed(.loginHintToken)
        }
    }
}
