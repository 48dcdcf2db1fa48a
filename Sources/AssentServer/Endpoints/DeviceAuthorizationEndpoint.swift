internal import Crypto
internal import HTTP
internal import OAuth
internal import Text

/// `POST /device_authorization`: a device asks for the two codes, one to poll with and one to show: RFC 8628 §3.1.
struct DeviceAuthorizationEndpoint: ClientCallEndpoint {
    let house: House

    static let path: WireText = "/device_authorization"
    static let status = Status.ok

    func decide(_ call: ClientCall, at now: Timestamp) async throws(Refusal) -> ClientCall.Decision {
        guard call.client.grantTypes.contains(DeviceCodeGrant.type) else { throw .grantTypeNotAllowed }
        let code = try house.freshToken()
        guard let userCode = UserCode(random: try house.freshBytes(UserCode.randomBytes)) else {
            throw .temporarilyUnavailable
        }
        let sent = call.form.form.fields.filter { Self.taken.contains($0.name) }
        // A client that proves itself in the header need not say its name again.
        let named = FormFields([FormFields.Field("client_id", call.client.id.text)] + sent)
        let polled = PolledRequest(
            fingerprint: Fingerprint(of: code),
            kind: .device,
            client: call.client.id,
            parameters: try await house.polled(named, Arrival(polled: .device), of: call.client, at: now).parameters,
            binding: call.binding,
            userCode: userCode.fingerprint,
            created: now,
            expires: now + PolledRequest.seconds
        )
        return ClientCall.Decision(changes: [.polled(.keep(polled, at: now))], document: document(code, userCode))
    }

    /// RFC 8628 §3.1 has the scope; the claims name the consent, as they do at `/authorize`.
    private static let taken: Set<WireText> = ["scope", "claims", "ui_locales"]

    /// RFC 8628 §3.2.
    private func document(_ code: WireText, _ userCode: UserCode) -> JSON {
        let page = house.issuer.url(DevicePage.path)
        return [
            "device_code": .text(code),
            "user_code": .text(userCode.text),
            "verification_uri": .text(page),
            "verification_uri_complete": .text(WireText("\(page)?user_code=\(userCode.text)")),
            "expires_in": .integer(Int64(PolledRequest.seconds)),
            "interval": .integer(Int64(PolledRequest.shortestInterval)),
        ]
    }
}
