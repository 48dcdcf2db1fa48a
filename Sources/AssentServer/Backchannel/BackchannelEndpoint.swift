internal import Consents
internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Text

/// `POST /bc-authorize`: a client asks a person whom it names, and no browser brings the request: OpenID CIBA Core 1.0
/// §7.
struct BackchannelEndpoint: Endpoint {
    let house: House

    let routes = [Route(.post, "/bc-authorize")]

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
        let client = try await house.authenticate(form, calling: "/bc-authorize", at: now)
        var spent = client.changes
        do {
            let proof = try house.proof(of: request, at: now)
            if let proof { spent.append(proof.spending) }
            let name = try house.freshUUID()
            let id = house.backchannelIDs.id(of: name)
            let asked = try BackchannelRequest(form.form, of: client.client, for: house.issuer, at: now)
            let binding = PolledRequest.Binding(certificate: form.certificate, proofKey: proof?.key)
            let polled = try await polled(asked, by: client.client, as: id, name, binding, at: now)
            try await house.commit(spent + [.polled(.keep(polled, at: now))])
            // CIBA §7.3.
            return [
                "auth_req_id": .text(id),
                "expires_in": .integer(Int64(asked.seconds)),
                "interval": .integer(Int64(PolledRequest.shortestInterval)),
            ]
        } catch {
            throw await house.spend(spent, after: error)
        }
    }

    /// What is kept of the request, after every check that can be made without its person.
    private func polled(
        _ asked: BackchannelRequest,
        by client: Client,
        as id: WireText,
        _ name: UUID,
        _ binding: PolledRequest.Binding,
        at now: Timestamp
    ) async throws(Refusal) -> PolledRequest {
        let arrival = Arrival(isSigned: asked.isSigned, polled: .backchannel)
        let fields = AuthorizationFields(asked.parameters, arrival: arrival)
        let authorization = try AuthorizationRequest(
            fields,
            client: client,
            target: try RedirectionTarget(fields, client: client)
        )
        let person = try person(asked.hint, of: client, at: now)
        let consent = try await house.consent(of: authorization)
        try consent?.requireAsked(by: client, at: now)
        // A consent is between one person and one client.
        if let owner = consent?.authorisation?.person, owner.text != person.text { throw .intentNotYours }
        guard fields.encoded.byteCount <= Limits.parkedBytes else { throw .requestTooLong }
        return PolledRequest(
            fingerprint: Fingerprint(of: id),
            kind: .backchannel,
            client: client.id,
            parameters: fields.encoded,
            binding: binding,
            summons: PolledRequest.Summons(
                person: person,
                message: asked.message?.text,
                isSigned: asked.isSigned,
                notice: asked.notificationToken.map { PolledRequest.Notice(name: name, token: $0) }
            ),
            created: now,
            expires: now + asked.seconds
        )
    }

    /// CIBA §7.2: whoever the hint names, if we know them.
    private func person(
        _ hint: BackchannelRequest.Hint,
        of client: Client,
        at now: Timestamp
    ) throws(Refusal) -> Identifier<OAuth.Person> {
        let person: Identifier<OAuth.Person>?
        switch hint {
        case .login(let name): person = house.bank.person(named: name)?.id
        case .idToken(let token):
            guard let subject = house.keys.subject(hintedBy: token, of: client.id, issuer: house.issuer) else {
                throw .parameterMalformed(.idTokenHint)
            }
            person = self.person(called: subject, by: client)
        case .loginToken(let token):
            switch try LoginHintToken.read(token, of: client, for: house.issuer, at: now) {
            case .username(let name): person = house.bank.person(named: name)?.id
            case .subject(let subject): person = self.person(called: subject, by: client)
            }
        }
        guard let person, house.bank.isActive(person) else { throw .personUnknown }
        return person
    }

    /// Nobody finds a person from a pairwise name, ourselves included: OpenID Connect Core §8.1.
    private func person(called subject: WireText, by client: Client) -> Identifier<OAuth.Person>? {
        let person = Identifier<OAuth.Person>(subject)
        return house.subject(of: person, for: client) == subject ? person : nil
    }
}
