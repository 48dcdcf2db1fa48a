package import Text

/// The grant of a device without a browser of its own: RFC 8628 §3.4.
package struct DeviceCodeGrant: Grant {
    /// The name of RFC 8628 §3.4.
    package static let type: GrantType = "urn:ietf:params:oauth:grant-type:device_code"

    /// There is nothing to set up.
    package init() {}

    /// Looks the request up by the device's code.
    package func load(
        _ request: TokenRequest,
        from store: some GrantReader
    ) async throws(StoreFailure) -> PolledGrant.Facts {
        try await PolledGrant.load(request.fields[.deviceCode], request, from: store)
    }

    /// Tells the device to wait, or what its person said.
    package func decide(_ request: TokenRequest, _ facts: PolledGrant.Facts) throws(Refusal) -> Issuance {
        _ = try request.fields.require(.deviceCode)
        return try PolledGrant.decide(.device, request, facts)
    }
}
