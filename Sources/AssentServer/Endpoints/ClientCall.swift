internal import Consents
internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Text

/// Where a client asks for something that is kept until a person decides, in a form with its credentials: RFC 9126 §2, RFC
/// 8628 §3.1 and OpenID CIBA Core 1.0 §7.
protocol ClientCallEndpoint: Endpoint {
    static var path: WireText { get }
    /// Of the answer to who was taken.
    static var status: Status { get }
    var house: House { get }

    /// What is asked for, after every check that can be made without a person; nothing of it is kept yet.
    func decide(_ call: ClientCall, at now: Timestamp) async throws(Refusal) -> ClientCall.Decision
}

/// A form of a client that has shown who it is.
struct ClientCall {
    let form: ClientForm
    let client: Client
    /// Of a key, where it came with one: RFC 9449.
    let proof: DPoPProof?

    /// What is kept of it, and what the client is told once it is.
    struct Decision {
        let changes: [OAuth.Change]
        let document: JSON
    }

    /// What must come beside each poll, where the client polls for what becomes of it.
    var binding: PolledRequest.Binding {
        PolledRequest.Binding(certificate: form.certificate, proofKey: proof?.key)
    }
}

extension ClientCallEndpoint {
    var routes: [Route] { [Route(.post, Self.path)] }

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        do {
            var response = Response.json(Self.status, try await answer(request, at: now))
            response.fields.append(.cacheControl, "no-store")
            return response
        } catch {
            return RefusalAnswer.json(error, from: house.issuer, usedHeader: request.triesAuthorizationHeader)
        }
    }

    private func answer(_ request: Request, at now: Timestamp) async throws(Refusal) -> JSON {
        let form = try ClientForm(request)
        let client = try await house.authenticate(form, calling: Self.path, at: now)
        var spent = client.changes
        do {
            let proof = try house.proof(of: request, at: now)
            if let proof { spent.append(proof.spending) }
            let decision = try await decide(ClientCall(form: form, client: client.client, proof: proof), at: now)
            try await house.commit(spent + decision.changes)
            return decision.document
        } catch {
            throw await house.spend(spent, after: error)
        }
    }
}

extension House {
    /// Keeps that an assertion was used, though the request it came with is refused: RFC 7523 §3.
    ///
    /// - Returns: What the client hears.
    fileprivate func spend(_ proofs: [OAuth.Change], after refusal: Refusal) async -> Refusal {
        // Where the fault is ours the client may come again with the same assertion.
        guard refusal.status < 500, refusal != .clientAssertionReplayed, refusal != .proofReplayed else {
            return refusal
        }
        do { try await commit(proofs) } catch { return error }
        return refusal
    }

    /// What is kept of a request that its client polls, and the consent that it is about.
    func polled(
        _ parameters: FormFields,
        _ arrival: Arrival,
        of client: Client,
        at now: Timestamp
    ) async throws(Refusal) -> (parameters: WireText, consent: Consent?) {
        let fields = AuthorizationFields(parameters, arrival: arrival)
        let authorization = try AuthorizationRequest(
            fields,
            client: client,
            target: try RedirectionTarget(fields, client: client)
        )
        let consent = try await consent(of: authorization)
        try consent?.requireAsked(by: client, at: now)
        guard fields.encoded.byteCount <= Limits.parkedBytes else { throw .requestTooLong }
        return (fields.encoded, consent)
    }
}
