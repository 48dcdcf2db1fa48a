import RelyingParty
import Text

extension Flow {
    /// Everything up to the address that the browser is sent to; what goes wrong stays as a sentence.
    mutating func prepare(for issuer: WireText) async {
        do throws(PartyFailure) {
            let server = try await ServerDescription.discover(issuer, by: transport)
            self.server = server
            var party = Party(client, at: server, by: transport)
            if choices.proves { party.proofs = try DPoPKey() }
            self.party = party
            if !choices.asksInRequest { try await registerConsent(with: party) }
            departure = try await departure(of: party)
        } catch {
            failure = error.sentence
        }
    }

    /// A token for the client itself, and the consent that the person will be asked about.
    private mutating func registerConsent(with party: Party) async throws(PartyFailure) {
        let answer = try await party.clientToken(scope: "accounts")
        judge(answer, .success("200 with a token of the client's own"))
        guard let token = Tokens(answer)?.access else { throw .answer(answer, "There is no token.") }
        clientToken = token
        let url = WireText("\(party.server.issuer)\(Self.consentAPI)/account-access-consents")
        let registered = try await party.resource(.json(.consent, url, choices.consentDocument), with: token)
        judge(registered, .success("201 with a ConsentId"))
        guard registered.isSuccess, let id = registered.json?["Data"]?["ConsentId"]?.text else {
            throw .answer(registered, "There is no consent.")
        }
        consent = id
    }

    private mutating func departure(of party: Party) async throws(PartyFailure) -> WireText {
        let mode = choices.responseMode.isEmpty ? nil : choices.responseMode
        var attempt = try AuthorizationAttempt(
            of: client,
            scope: choices.scope,
            responseType: choices.responseType,
            responseMode: mode
        )
        if let consent { attempt = attempt.about(consent: consent) }
        if choices.asksInRequest {
            attempt = attempt.with("authorization_details", WireText(JSONWriter.write(choices.authorizationDetails)))
        }
        if !choices.locale.isEmpty { attempt = attempt.with("ui_locales", choices.locale) }
        if let proofs = party.proofs { attempt = attempt.with("dpop_jkt", proofs.thumbprint) }
        self.attempt = attempt
        var parameters = attempt.parameters
        if choices.signs {
            // RFC 9101 §5: beside the object stands only whose it is.
            let object = try party.requestObject(attempt)
            parameters = FormFields([.init("client_id", client.id), .init("request", object)])
        }
        guard choices.pushes else { return party.authorizationURL(parameters) }
        let pushed = try await party.push(parameters)
        judge(pushed, .success("201 with a request_uri"))
        guard pushed.isSuccess, let reference = pushed.json?["request_uri"]?.text else {
            throw .answer(pushed, "The request was not taken.")
        }
        return party.authorizationURL(pushed: reference)
    }

    static let consentAPI: WireText = "/open-banking/v3.1/aisp"
}
