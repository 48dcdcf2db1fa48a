internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Text

/// `POST /par`: a client leaves its authorization request with us, and gets a reference for the browser: RFC 9126.
struct PushEndpoint: Endpoint {
    let house: House

    let routes = [Route(.post, "/par")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        do {
            let reference = try await push(request, at: now)
            var response = Response.json(.created, bytes: Self.document(reference))
            response.fields.append(.cacheControl, "no-store")
            return response
        } catch {
            return RefusalAnswer.json(error, usedHeader: request.triesAuthorizationHeader)
        }
    }

    private func push(_ request: Request, at now: Timestamp) async throws(Refusal) -> WireText {
        let form = try ClientForm(request)
        let client = try await house.authenticate(form, calling: "/par", at: now)
        let reference = PushedRequest.reference(try house.freshToken())
        var spent = client.changes
        do {
            let proof = try house.proof(of: request, at: now)
            if let proof { spent.append(proof.spending) }
            // Requests and assertions may be signed with keys that came at different times.
            var object = form.fields[.request]
            if let sent = object { object = try house.opened(sent, of: client.client) }
            let signer = await house.client(client.client.id, verifying: object, at: now) ?? client.client
            let pushed = try await pushed(form, object, proof, by: signer, as: reference, at: now)
            try await house.commit(spent + [.keepPushedRequest(pushed, at: now)])
            return reference
        } catch {
            throw await house.spend(spent, after: error)
        }
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

    private static func document(_ reference: WireText) -> [UInt8] {
        JSONWriter.write(["request_uri": .text(reference), "expires_in": .integer(Int64(PushedRequest.seconds))])
    }
}

extension House {
    /// Keeps that an assertion was used, though the request it came with is refused: RFC 7523 §3.
    ///
    /// - Returns: What the client hears.
    func spend(_ proofs: [OAuth.Change], after refusal: Refusal) async -> Refusal {
        // Where the fault is ours the client may come again with the same assertion.
        guard refusal.status < 500, refusal != .clientAssertionReplayed, refusal != .proofReplayed else {
            return refusal
        }
        do { try await commit(proofs) } catch { return error }
        return refusal
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
