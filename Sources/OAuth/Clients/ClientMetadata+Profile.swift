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
        // FAPI 1.0 Baseline §5.2.2, FAPI 2.0 Security Profile §5.3.2.2: only an app on the same machine is spared.
        let isSafe = client.redirectURIs.allSatisfy { URIReference($0.text)?.scheme == "https" }
        guard !needsHTTPS || isNative || isSafe else {
            throw ClientMetadata.Problem("redirect_uris", "The profile \(name) wants https.")
        }
    }
}
