package import Crypto
package import OAuth
package import Text

extension FormFields {
    /// An authorization request of the sample client in which nothing is wrong.
    package static let sampleAuthorization = FormFields([
        Field("response_type", "code"),
        Field("client_id", "tpp-1"),
        Field("redirect_uri", "https://c.example/cb"),
        Field("scope", "openid accounts"),
        Field("state", "af0ifjsldkj"),
        Field("nonce", "n-0S6_WzA2Mj"),
        Field("code_challenge", Challenge.sampleText),
        Field("code_challenge_method", "S256"),
        Field("claims", #"{"id_token":{"openbanking_intent_id":{"value":"consent-1","essential":true}}}"#),
    ])

    /// A redemption of the sample code in which nothing is wrong.
    package static let sampleRedemption = FormFields([
        Field("grant_type", "authorization_code"),
        Field("code", CodeRecord.sampleCode),
        Field("redirect_uri", "https://c.example/cb"),
        Field("code_verifier", CodeRecord.sampleVerifier),
    ])

    /// A use of the sample refresh token in which nothing is wrong.
    package static let sampleRefresh = FormFields([
        Field("grant_type", "refresh_token"),
        Field("refresh_token", RefreshRecord.sampleToken),
    ])

    /// The fields with this one in the place of all of its name, or without any where `value` is `nil`.
    package func setting(_ name: WireText, _ value: WireText?) -> FormFields {
        var changed = FormFields(fields.filter { $0.name != name })
        if let value { changed.append(name, value) }
        return changed
    }

    /// The fields with one more at their end.
    package func adding(_ name: WireText, _ value: WireText) -> FormFields {
        var changed = self
        changed.append(name, value)
        return changed
    }
}

extension AuthorizationRequest {
    /// The request that these fields are, all checks made in the order in which the server makes them.
    package static func read(
        _ form: FormFields,
        by client: Client = .sample,
        resources: Resources = .sample
    ) throws(Refusal) -> AuthorizationRequest {
        let fields = AuthorizationFields(form)
        let target = try RedirectionTarget(fields, client: client)
        return try AuthorizationRequest(fields, client: client, target: target, resources: resources)
    }
}

extension TokenRequest {
    /// A request of the sample client, half a minute after noon.
    package static func sample(
        _ form: FormFields,
        client: Client = .sample,
        certificate: Fingerprint? = nil,
        proofKey: Fingerprint? = nil,
        trusted: TrustedIssuers = .none,
        lifetimes: Lifetimes = Lifetimes(),
        at now: Timestamp = .noon + 30
    ) throws(Refusal) -> TokenRequest {
        TokenRequest(
            fields: try TokenFields(form),
            client: client,
            certificate: certificate,
            proofKey: proofKey,
            resources: .sample,
            trusted: trusted,
            lifetimes: lifetimes,
            now: now,
            freshToken: sampleFreshToken
        )
    }

    /// The refresh token that the sample request may give out.
    package static let sampleFreshToken: WireText = "tGzv3JOkF0XG5Qx2TlKWIAAAAAAAAAAAAAAAAAAAAAA"
}
