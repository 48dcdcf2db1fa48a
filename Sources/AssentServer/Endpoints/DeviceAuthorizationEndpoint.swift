internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Text

/// `POST /device_authorization`: a device asks for the two codes, one to poll with and one to show: RFC 8628 §3.1.
struct DeviceAuthorizationEndpoint: Endpoint {
    let house: House

    let routes = [Route(.post, "/device_authorization")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        do {
            let document = try await answer(request, at: now)
            var response = Response.json(.ok, bytes: JSONWriter.write(document))
            response.fields.append(.cacheControl, "no-store")
            return response
        } catch {
            return RefusalAnswer.json(error, usedHeader: request.triesAuthorizationHeader)
        }
    }

    private func answer(_ request: Request, at now: Timestamp) async throws(Refusal) -> JSON {
        let form = try ClientForm(request)
        let client = try await house.authenticate(form, calling: "/device_authorization", at: now)
        var spent = client.changes
        do throws(Refusal) {
            let proof = try house.proof(of: request, at: now)
            if let proof { spent.append(proof.spending) }
            guard client.client.grantTypes.contains(DeviceCodeGrant.type) else { throw .grantTypeNotAllowed }
            let code = try house.freshToken()
            guard let userCode = UserCode(random: try house.freshBytes(UserCode.randomBytes)) else {
                throw .temporarilyUnavailable
            }
            let polled = PolledRequest(
                fingerprint: Fingerprint(of: code),
                kind: .device,
                client: client.client.id,
                parameters: try await parameters(form, of: client.client, at: now),
                binding: PolledRequest.Binding(certificate: form.certificate, proofKey: proof?.key),
                userCode: userCode.fingerprint,
                created: now,
                expires: now + PolledRequest.seconds
            )
            try await house.commit(spent + [.polled(.keep(polled, at: now))])
            return document(code, userCode)
        } catch {
            throw await house.spend(spent, after: error)
        }
    }

    /// What is kept of the request, after every check that can be made without its person.
    private func parameters(
        _ form: ClientForm,
        of client: Client,
        at now: Timestamp
    ) async throws(Refusal) -> WireText {
        let sent = form.form.fields.filter { Self.taken.contains($0.name) }
        // A client that proves itself in the header need not say its name again.
        let named = FormFields([FormFields.Field("client_id", client.id.text)] + sent)
        let fields = AuthorizationFields(named, arrival: Arrival(polled: .device))
        let authorization = try AuthorizationRequest(
            fields,
            client: client,
            target: try RedirectionTarget(fields, client: client)
        )
        let consent = try await house.consent(of: authorization)
        try consent?.requireAsked(by: client, at: now)
        guard fields.encoded.byteCount <= Limits.parkedBytes else { throw .requestTooLong }
        return fields.encoded
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
