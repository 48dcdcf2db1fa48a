internal import Crypto
internal import HTTP
internal import OAuth
internal import Telemetry
internal import Text

/// `POST /token`: read, then what `TokenIssue.swift` does for every token, then answer.
struct TokenEndpoint: Endpoint {
    let house: House

    let routes = [Route(.post, "/token")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        do {
            let answer = try await answer(request, at: now)
            var response = Response.json(.ok, bytes: answer.document)
            // RFC 6749 §5.1 wants both, though only the first has been needed since HTTP/1.1.
            response.fields.append(.cacheControl, "no-store")
            response.fields.append(.pragma, "no-cache")
            return response
        } catch {
            house.count(error, by: request.grantType)
            return RefusalAnswer.json(error, from: house.issuer, usedHeader: request.triesAuthorizationHeader)
        }
    }

    private func answer(_ request: Request, at now: Timestamp) async throws(Refusal) -> TokenAnswer {
        let form = try ClientForm(request)
        let client = try await house.authenticate(form, calling: "/token", at: now)
        var spent = client.changes
        do {
            let proof = try house.proof(of: request, at: now)
            if let proof { spent.append(proof.spending) }
            return try await answer(form, from: client.client, proving: proof?.key, spending: spent, at: now)
        } catch {
            throw await house.settle(error, of: form.fields, spending: spent, at: now)
        }
    }

    private func answer(
        _ form: ClientForm,
        from client: Client,
        proving key: Fingerprint?,
        spending spent: [OAuth.Change],
        at now: Timestamp
    ) async throws(Refusal) -> TokenAnswer {
        let grant = try Grants.grant(for: form.fields, by: client)
        try house.requireTime()
        let tokenRequest = TokenRequest(
            fields: form.fields,
            client: client,
            certificate: form.certificate,
            proofKey: key,
            resources: house.resources,
            subject: try await house.subject(of: form.fields),
            trusted: house.trusted.current,
            lifetimes: house.lifetimes,
            now: now,
            lastPoll: (form.fields[.deviceCode] ?? form.fields[.authReqID]).flatMap {
                house.polls.note(Fingerprint(of: $0), at: now)
            },
            freshToken: type(of: grant).givesRefreshTokens ? try house.freshToken() : nil
        )
        return try await house.issue(tokenRequest, spending: spent, by: grant)
    }
}

extension Request {
    /// What was asked for, where it is one of ours; only to count what became of it.
    fileprivate var grantType: WireText? {
        guard let form = try? FormFields(body.span), let name = form["grant_type"] else { return nil }
        return Grants.names.first { $0 == name }
    }
}

extension House {
    /// The token that a request is about, with whoever it belongs to: RFC 8693 §2.1.
    fileprivate func subject(of fields: TokenFields) async throws(Refusal) -> TokenRequest.Subject? {
        guard let text = fields[.subjectToken], let token = verifiedAccessToken(text) else { return nil }
        return TokenRequest.Subject(token: token, client: try await client(token.client), subjects: subjects)
    }
}
