import JOSE
import Text

extension Profile.Demands {
    /// Refuses a registration that its own profile contradicts, and says in which point.
    func requireFit(of client: Client, isNative: Bool) throws(ClientMetadata.Problem) {
        let name = client.profile.rawValue
        let method = client.authentication.method
        if let authenticationMethods, !authenticationMethods.contains(method) {
            throw ClientMetadata.Problem(
                "token_endpoint_auth_method",
                "The profile \(name) does not allow \(method)."
            )
        }
        for type in ResponseType.allCases where client.responseTypes.contains(type) && !responseTypes.contains(type) {
            throw ClientMetadata.Problem(
                "response_types",
                "The profile \(name) does not allow the response type \(type.rawValue)."
            )
        }
        for type in ResponseType.allCases
        where client.responseTypes.contains(type) && signedAnswers.contains(type)
            && client.frontChannel.answerAlgorithm == nil
        {
            throw ClientMetadata.Problem(
                "authorization_signed_response_alg",
                "The profile \(name) answers the response type \(type.rawValue) in a signed answer only."
            )
        }
        guard algorithms.contains(client.idTokenAlgorithm) else {
            throw ClientMetadata.Problem(
                "id_token_signed_response_alg",
                "The profile \(name) does not allow \(client.idTokenAlgorithm.name)."
            )
        }
        // RFC 8628 §3.1 knows a request in a form and no other.
        guard !client.grantTypes.contains(DeviceCodeGrant.type) || !(client.mustPush || client.mustSign) else {
            throw ClientMetadata.Problem(
                "grant_types",
                "A device can neither push its request nor sign it, as the requests of this client must be."
            )
        }
        guard allowsAccounts || !client.scope.contains(Scope.accounts) else {
            throw ClientMetadata.Problem("scope", "The profile \(name) is for logins and allows no accounts.")
        }
        try requireConstraint(of: client)
        // FAPI 1.0 Baseline §5.2.2, FAPI 2.0 Security Profile §5.3.2.2: only an app on the same machine is spared.
        let isSafe = client.redirectURIs.allSatisfy { URIReference($0.text)?.scheme == "https" }
        guard !needsHTTPS || isNative || isSafe else {
            throw ClientMetadata.Problem("redirect_uris", "The profile \(name) wants https.")
        }
    }

    /// FAPI 1.0 Advanced §5.2.2 and FAPI 2.0 Security Profile §5.3.2.1: no bearer tokens.
    private func requireConstraint(of client: Client) throws(ClientMetadata.Problem) {
        guard !senderConstraints.isEmpty, client.senderConstraint.map({ !senderConstraints.contains($0) }) ?? true
        else {
            return
        }
        let members = Profile.SenderConstraint.allCases.filter { senderConstraints.contains($0) }.map(\.member)
        throw ClientMetadata.Problem(
            members[0],
            "The profile \(client.profile.rawValue) wants \(members.map(\.string).joined(separator: " or ")) to be true."
        )
    }
}

extension Profile.SenderConstraint {
    /// The member of the registration that asks for it.
    fileprivate var member: WireText {
        switch self {
        case .certificate: "tls_client_certificate_bound_access_tokens"
        case .proofOfPossession: "dpop_bound_access_tokens"
        }
    }
}
