package import Text

/// The grant of a client that asked by the back channel: OpenID CIBA Core 1.0 §10.1.
package struct BackchannelGrant: Grant {
    /// The name of CIBA §4.
    package static let type: GrantType = "urn:openid:params:grant-type:ciba"

    /// There is nothing to set up.
    package init() {}

    /// Looks the request up by its identifier.
    package func load(
        _ request: TokenRequest,
        from store: some GrantReader
    ) async throws(StoreFailure) -> PolledGrant.Facts {
        try await PolledGrant.load(request.fields[.authReqID], request, from: store)
    }

    /// Tells the client to wait, or what its person said.
    package func decide(_ request: TokenRequest, _ facts: PolledGrant.Facts) throws(Refusal) -> Issuance {
        let id = try request.fields.require(.authReqID)
        var issuance = try PolledGrant.decide(.backchannel, request, facts)
        issuance.authReqID = id
        return issuance
    }
}
