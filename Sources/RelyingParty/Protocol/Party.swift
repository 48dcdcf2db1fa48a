internal import HTTP
internal import Net
package import Text

/// A client at one server: every request that it can make, each written down.
package struct Party: Sendable {
    package let server: ServerDescription
    package let client: ClientIdentity
    package let transport: Transport
    /// Proves a key with every request for tokens, and has them bound to it.
    package var proofs: DPoPKey?

    package init(_ client: ClientIdentity, at server: ServerDescription, by transport: Transport) {
        self.client = client
        self.server = server
        self.transport = transport
    }

    private var now: Timestamp { SystemClock.now }

    // MARK: The front channel

    /// Where to send a browser.
    package func authorizationURL(_ parameters: FormFields) -> WireText {
        let endpoint = server.url("authorization_endpoint") ?? ""
        // RFC 6749 §3.1: the endpoint may have a query of its own.
        let joint = endpoint.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        return WireText("\(endpoint)\(joint)\(parameters.encoded)")
    }

    /// RFC 9126 §4: where to send a browser with a request that was pushed.
    package func authorizationURL(pushed reference: WireText) -> WireText {
        authorizationURL(FormFields([.init("client_id", client.id), .init("request_uri", reference)]))
    }

    /// The request, signed: RFC 9101 §4.
    package func requestObject(_ attempt: AuthorizationAttempt) throws(PartyFailure) -> WireText {
        guard let key = client.key else { throw .setup("The client has no private key to sign its request with.") }
        return try key.sign(attempt.claims(of: client, for: server, at: now), type: "oauth-authz-req+jwt")
    }

    /// RFC 9126 §2.1.
    package func push(_ parameters: FormFields) async throws(PartyFailure) -> Exchange {
        var form = parameters
        // Who authenticates in the body names itself there already.
        if client.method != .basic { form = FormFields(parameters.fields.filter { $0.name != "client_id" }) }
        return try await post("pushed_authorization_request_endpoint", .push, form)
    }

    // MARK: Tokens

    package func redeem(
        _ code: WireText,
        _ attempt: AuthorizationAttempt
    ) async throws(PartyFailure) -> Exchange {
        try await token(redemption(code, attempt), .redemption)
    }

    /// RFC 6749 §4.1.3, RFC 7636 §4.5.
    package func redemption(_ code: WireText, _ attempt: AuthorizationAttempt) -> FormFields {
        FormFields([
            .init("grant_type", "authorization_code"), .init("code", code),
            .init("redirect_uri", attempt.redirectURI), .init("code_verifier", attempt.proofKey.verifier),
        ])
    }

    /// RFC 6749 §4.4.
    package func clientToken(scope: WireText?) async throws(PartyFailure) -> Exchange {
        var form = FormFields([.init("grant_type", "client_credentials")])
        if let scope { form.append("scope", scope) }
        return try await token(form, .clientToken)
    }

    /// RFC 6749 §6.
    package func refresh(_ token: WireText, scope: WireText? = nil) async throws(PartyFailure) -> Exchange {
        var form = FormFields([.init("grant_type", "refresh_token"), .init("refresh_token", token)])
        if let scope { form.append("scope", scope) }
        return try await self.token(form, .refresh)
    }

    /// Any request at the token endpoint, with a credential of the client's or with another.
    package func token(
        _ form: FormFields,
        _ purpose: Purpose = .redemption,
        as credential: ClientCredential? = nil
    ) async throws(PartyFailure) -> Exchange {
        try await post("token_endpoint", purpose, form, as: credential, isProved: true)
    }

    // MARK: What is known of tokens

    /// RFC 7662 §2.1.
    package func introspect(
        _ token: WireText,
        as credential: ClientCredential? = nil
    ) async throws(PartyFailure) -> Exchange {
        try await post("introspection_endpoint", .introspection, FormFields([.init("token", token)]), as: credential)
    }

    /// RFC 7009 §2.1.
    package func revoke(
        _ token: WireText,
        hint: WireText? = nil,
        as credential: ClientCredential? = nil
    ) async throws(PartyFailure) -> Exchange {
        var form = FormFields([.init("token", token)])
        if let hint { form.append("token_type_hint", hint) }
        return try await post("revocation_endpoint", .revocation, form, as: credential)
    }

    /// OpenID Connect Core §5.3.1.
    package func userInfo(_ token: WireText) async throws(PartyFailure) -> Exchange {
        guard let url = endpoint("userinfo_endpoint") else { throw .setup("The server has no userinfo_endpoint.") }
        return try await resource(.get(.userInfo, url), with: token)
    }

    /// A request with an access token: RFC 6750 §2.1, or RFC 9449 §7.1 where it is bound to a key.
    package func resource(_ call: Call, with token: WireText) async throws(PartyFailure) -> Exchange {
        guard let proofs else { return await transport.send(call.bearing(token)) }
        let proof = try proofs.proof(call.method, call.url, token: token)
        return await transport.send(call.bearing(token, scheme: "DPoP").with(.dpop, proof))
    }

    // MARK: The wire

    package func endpoint(_ name: WireText) -> WireText? {
        server.url(name, showingCertificate: client.showsCertificate)
    }

    /// A form at an endpoint of the server, with the client's credential unless another is given.
    package func post(
        _ name: WireText,
        _ purpose: Purpose,
        _ form: FormFields,
        as credential: ClientCredential? = nil,
        isProved: Bool = false
    ) async throws(PartyFailure) -> Exchange {
        guard let url = endpoint(name) else { throw .setup(WireText("The server has no \(name).")) }
        let call = try own(credential).call(purpose, url, form)
        guard isProved, let proofs else { return await transport.send(call) }
        let first = await transport.send(call.with(.dpop, try proofs.proof(.post, url)))
        // RFC 9449 §8: the server wants a nonce of its own in the proof.
        guard first.error == "use_dpop_nonce", let nonce = first.response?.fields.first(.dpopNonce) else {
            return first
        }
        let again = try own(credential).call(purpose, url, form)
        return await transport.send(again.with(.dpop, try proofs.proof(.post, url, nonce: nonce)))
    }

    /// A fresh credential of the client's, where no other was given.
    private func own(_ credential: ClientCredential?) throws(PartyFailure) -> ClientCredential {
        if let credential { return credential }
        return try client.credential(for: server, at: now)
    }
}
