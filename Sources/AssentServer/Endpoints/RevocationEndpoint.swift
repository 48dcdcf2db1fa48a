internal import Crypto
internal import HTTP
internal import OAuth
internal import Text

/// `POST /revoke`: RFC 7009.
struct RevocationEndpoint: Endpoint {
    let house: House

    let routes = [Route(.post, "/revoke")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        do {
            try await revoke(request, at: now)
            // RFC 7009 §2.2: the same for a token that never was.
            var response = Response.empty(.ok)
            response.fields.append(.cacheControl, "no-store")
            return response
        } catch {
            return RefusalAnswer.json(error, from: house.issuer, usedHeader: request.triesAuthorizationHeader)
        }
    }

    private func revoke(_ request: Request, at now: Timestamp) async throws(Refusal) {
        let form = try ClientForm(request)
        let client = try await house.authenticate(form, calling: "/revoke", at: now)
        let text = try form.fields.require(.token)
        let changes: [OAuth.Change]
        if let token = house.verifiedAccessToken(text) {
            changes = Revocation.changes(token, by: client.client)
        } else {
            let record = try await house.ask { store throws(StoreFailure) in
                try await store.refreshToken(Fingerprint(of: text))
            }
            changes = Revocation.changes(record, by: client.client, at: now)
        }
        try await house.commit(client.changes + changes)
    }
}
