import Crypto
package import OAuth
package import Text

extension RegistrationPolicy {
    /// Open banking and login, as OAuth 2.1 has it.
    package static let sample = RegistrationPolicy(profile: .oauth21, scope: ["openid", "accounts", "offline_access"])
}

extension RegisteredClient {
    /// A client that has just registered itself.
    package static let sample = RegisteredClient.sample()

    /// The sample with something changed.
    package static func sample(
        id: Identifier<Client> = "registered-1",
        document: WireText? = nil,
        policy: RegistrationPolicy = .sample,
        accessToken: WireText = "registration access token",
        issued: Timestamp = .noon,
        version: Int = 1
    ) -> RegisteredClient {
        RegisteredClient(
            id: id,
            document: document
                ?? WireText(
                    """
                    {"client_id":"\(id)","client_name":"ABC Trades","token_endpoint_auth_method":"none",\
                    "redirect_uris":["https://c.example/cb"],"scope":"openid accounts"}
                    """
                ),
            policy: policy,
            accessToken: Fingerprint(of: accessToken),
            issued: issued,
            version: version
        )
    }
}
