internal import Consents
internal import Crypto
internal import HTTP
internal import OAuth
internal import Text

/// `POST /bc-authorize`: a client asks a person whom it names, and no browser brings the request: OpenID CIBA Core 1.0
/// §7.
struct BackchannelEndpoint: ClientCallEndpoint {
    let house: House

    static let path: WireText = "/bc-authorize"
    static let status = Status.ok

    func decide(_ call: ClientCall, at now: Timestamp) async throws(Refusal) -> ClientCall.Decision {
        let signed = call.form.fields[.request] ?? call.form.fields[.loginHintToken]
        let client = try await house.client(call.client.id, verifying: signed, at: now) ?? call.client
        let asked = try BackchannelRequest(call.form.form, of: client, for: house.issuer, at: now)
        let arrival = Arrival(isSigned: asked.isSigned, polled: .backchannel)
        let (parameters, consent) = try await house.polled(asked.parameters, arrival, of: client, at: now)
        let person = try person(asked.hint, of: client, at: now)
        // A consent is between one person and one client.
        if let owner = consent?.authorisation?.person, owner.text != person.text { throw .intentNotYours }
        let name = try house.freshUUID()
        let id = house.backchannelIDs.id(of: name)
        let polled = PolledRequest(
            fingerprint: Fingerprint(of: id),
            kind: .backchannel,
            client: client.id,
            parameters: parameters,
            binding: call.binding,
            summons: PolledRequest.Summons(
                person: person,
                message: asked.message?.text,
                isSigned: asked.isSigned,
                notice: try notice(asked.notificationToken, of: name)
            ),
            created: now,
            expires: now + asked.seconds
        )
        return ClientCall.Decision(
            changes: [asked.spending, .polled(.keep(polled, at: now))].compactMap { $0 },
            // CIBA §7.3.
            document: [
                "auth_req_id": .text(id),
                "expires_in": .integer(Int64(asked.seconds)),
                "interval": .integer(Int64(PolledRequest.shortestInterval)),
            ]
        )
    }

    private func notice(_ token: WireText?, of name: UUID) throws(Refusal) -> PolledRequest.Notice? {
        guard let token else { return nil }
        return PolledRequest.Notice(name: name, token: try house.backchannelIDs.seal(token, of: name))
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

    /// Nobody computes a person from a pairwise name, ourselves included, so they are looked for: OpenID Connect Core §8.1.
    private func person(called subject: WireText, by client: Client) -> Identifier<OAuth.Person>? {
        guard case .pairwise = client.subjects else { return Identifier(subject) }
        return house.bank.person { house.subject(of: $0.id, for: client) == subject }?.id
    }
}
