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
            // RFC 6749 §5.1.
            response.fields.append(.cacheControl, "no-store")
            return response
        } catch {
            house.count(error, by: request.grantType)
            return RefusalAnswer.json(error, usedHeader: request.triesAuthorizationHeader)
        }
    }

    private func answer(_ request: Request, at now: Timestamp) async throws(Refusal) -> TokenAnswer {
        let form = try ClientForm(request)
        let client = try house.authenticate(form, calling: "/token", at: now)
        do { return try await answer(form, from: client, at: now) } catch {
            throw await house.settle(error, of: form.fields, spending: client.changes, at: now)
        }
    }

    private func answer(
        _ form: ClientForm,
        from client: AuthenticatedClient,
        at now: Timestamp
    ) async throws(Refusal) -> TokenAnswer {
        let grant = try Grants.grant(for: form.fields, by: client.client)
        let tokenRequest = TokenRequest(
            fields: form.fields,
            client: client.client,
            certificate: form.certificate,
            lifetimes: house.lifetimes,
            now: now,
            freshToken: try house.freshToken()
        )
        return try await house.issue(tokenRequest, spending: client.changes, by: grant)
    }
}

extension Request {
    /// What was asked for, where it is one of ours; only to count what became of it.
    fileprivate var grantType: WireText? {
        guard let form = try? FormFields(body.span), let name = form["grant_type"] else { return nil }
        return Grants.names.first { $0 == name }
    }
}
