internal import Crypto
internal import HTTP
internal import OAuth
internal import Text

/// `POST /par`: a client leaves its authorization request with us, and gets a reference for the browser: RFC 9126.
struct PushEndpoint: ClientCallEndpoint {
    let house: House

    static let path: WireText = "/par"
    static let status = Status.created

    func decide(_ call: ClientCall, at now: Timestamp) async throws(Refusal) -> ClientCall.Decision {
        let reference = PushedRequest.reference(try house.freshToken())
        // Requests and assertions may be signed with keys that came at different times.
        var object = call.form.fields[.request]
        if let sent = object { object = try house.opened(sent, of: call.client) }
        let signer = try await house.client(call.client.id, verifying: object, at: now) ?? call.client
        let pushed = try await pushed(call.form, object, call.proof, by: signer, as: reference, at: now)
        return ClientCall.Decision(
            changes: [.keepPushedRequest(pushed, at: now)],
            document: ["request_uri": .text(reference), "expires_in": .integer(Int64(PushedRequest.seconds))]
        )
    }

    /// The request, after every check that can be made without its person.
    ///
    /// Whether its consent can be given is looked at when the browser comes: it may have ended by then.
    private func pushed(
        _ form: ClientForm,
        _ object: WireText?,
        _ proof: DPoPProof?,
        by client: Client,
        as reference: WireText,
        at now: Timestamp
    ) async throws(Refusal) -> PushedRequest {
        // RFC 9126 §2.1: a reference cannot be left in the place of a request.
        guard form.fields[.requestURI] == nil else { throw .parameterMalformed(.requestURI) }
        let fingerprint = Fingerprint(of: reference)
        var parameters = form.form
        if let object { parameters = try RequestObject.read(object, of: client, for: house.issuer, at: now) }
        parameters = try parameters.naming(proof)
        let arrival = Arrival(
            reference: fingerprint,
            isSigned: object != nil,
            certificate: form.certificate
        )
        let fields = AuthorizationFields(parameters, arrival: arrival)
        let target = try RedirectionTarget(fields, client: client)
        let authorization = try AuthorizationRequest(
            fields,
            client: client,
            target: target,
            resources: house.resources
        )
        if !authorization.details.isEmpty {
            _ = try await house.consent(asked: authorization, as: Identifier(reference), came: now, at: now)
        }
        guard fields.encoded.byteCount <= Limits.parkedBytes else { throw .requestTooLong }
        return PushedRequest(
            fingerprint: fingerprint,
            client: client.id,
            parameters: fields.encoded,
            isSigned: arrival.isSigned,
            certificate: arrival.certificate,
            expires: now + PushedRequest.seconds
        )
    }
}

extension FormFields {
    /// The parameters with the key of the proof they came with: RFC 9449 §10.1, so that the code is bound to it.
    fileprivate func naming(_ proof: DPoPProof?) throws(Refusal) -> FormFields {
        guard let proof else { return self }
        let key = WireText(Base64URL.encode(proof.key.bytes))
        let named = fields.filter { $0.name == Parameter.dpopJKT.name && !$0.value.isEmpty }
        guard named.allSatisfy({ $0.value == key }) else { throw .proofInvalid }
        guard named.isEmpty else { return self }
        var bound = FormFields(fields.filter { $0.name != Parameter.dpopJKT.name })
        bound.append(Parameter.dpopJKT.name, key)
        return bound
    }
}
