package import Text

extension RegisteredClient {
    /// The client information response: RFC 7591 §3.2.1 and RFC 7592 §3.
    ///
    /// - Parameters:
    ///   - secret: A secret that was made just now; an older one is not known to us.
    ///   - accessToken: The token by which the client manages this, where it is known.
    package func information(
        from issuer: Issuer,
        secret: WireText? = nil,
        accessToken: WireText? = nil
    ) -> JSON {
        let document = json
        var members = [
            JSON.Member("client_id", .text(id.text)),
            JSON.Member("client_id_issued_at", .integer(issued.seconds)),
            JSON.Member("registration_client_uri", .text(issuer.url(WireText("/register/\(id)")))),
        ]
        if let accessToken { members.append(JSON.Member("registration_access_token", .text(accessToken))) }
        if let secret { members.append(JSON.Member("client_secret", .text(secret))) }
        // 0 is for ever.
        if self.secret != nil { members.append(JSON.Member("client_secret_expires_at", 0)) }
        let own: Set<WireText> = ["client_id", "client_secret_sha256", "client_secret_sealed"]
        return .object(members + (document.members ?? []).filter { !own.contains($0.name) })
    }
}
