import JOSE
import Text

extension ClientMetadata {
    /// What a client has registered for requests without a browser: OpenID CIBA Core 1.0 §4.
    static func backchannel(
        _ document: JSON,
        _ grantTypes: Set<GrantType>,
        _ authentication: Client.Authentication,
        _ profile: Profile
    ) throws(Problem) -> BackchannelRegistration? {
        guard grantTypes.contains(BackchannelGrant.type) else {
            for member in backchannelMembers where document[member] != nil {
                throw Problem(member, "It needs the grant \(BackchannelGrant.type.name).")
            }
            return nil
        }
        if case .none = authentication {
            throw Problem("grant_types", "A client without authentication cannot use \(BackchannelGrant.type.name).")
        }
        // CIBA §4: a user code that nobody checks would be a promise.
        guard try !boolean(document, "backchannel_user_code_parameter") else {
            throw Problem("backchannel_user_code_parameter", "User codes are not supported.")
        }
        let algorithm = try backchannelAlgorithm(document, profile)
        var keys: JWKSet?
        if let json = document["jwks"] { keys = try keySet(json) }
        guard keys != nil || algorithm == nil && !profile.needsSignedBackchannel else {
            throw Problem("jwks", "Signed requests need the client's keys.")
        }
        return BackchannelRegistration(
            delivery: try delivery(document),
            requestAlgorithm: algorithm,
            keys: keys
        )
    }

    /// The members of this subject.
    static let backchannelMembers: [WireText] = [
        "backchannel_token_delivery_mode", "backchannel_client_notification_endpoint",
        "backchannel_authentication_request_signing_alg", "backchannel_user_code_parameter",
    ]

    private static func delivery(_ document: JSON) throws(Problem) -> BackchannelRegistration.Delivery {
        let mode: WireText = "backchannel_token_delivery_mode"
        let member: WireText = "backchannel_client_notification_endpoint"
        let endpoint = try text(document, member)
        switch try text(document, mode) {
        case "poll":
            guard endpoint == nil else { throw Problem(member, "A client that polls is told nothing.") }
            return .poll
        case "ping":
            guard let endpoint else { throw Problem(member, "The mode ping needs it.") }
            guard isCallable(endpoint) else {
                throw Problem(
                    member,
                    "It must be an https URL without user name and fragment; http is for loopback only."
                )
            }
            return .ping(endpoint)
        // FAPI-CIBA §5.2.2: tokens are fetched, and never sent to a URL.
        case nil: throw Problem(mode, "It must say poll or ping.")
        default: throw Problem(mode, "It must be poll or ping.")
        }
    }

    private static func isCallable(_ text: WireText) -> Bool {
        guard text.byteCount <= Limits.redirectURIBytes, let uri = URIReference(text), let host = uri.host,
            uri.fragment == nil, !uri.hasUserInformation, uri.hasPlainAuthority
        else { return false }
        return uri.scheme == "https" || uri.scheme == "http" && RedirectURI.loopbackHosts.contains(host)
    }

    private static func backchannelAlgorithm(_ document: JSON, _ profile: Profile) throws(Problem) -> Algorithm? {
        let member: WireText = "backchannel_authentication_request_signing_alg"
        guard let text = try text(document, member) else { return nil }
        guard let algorithm = Algorithm(text), RequestObject.algorithms.contains(algorithm) else {
            let names = RequestObject.algorithms.map(\.name.string).joined(separator: ", ")
            throw Problem(member, "It must be one of \(names).")
        }
        guard profile.demands.algorithms.contains(algorithm) else {
            throw Problem(member, "The profile \(profile.rawValue) does not allow \(algorithm.name).")
        }
        return algorithm
    }
}
