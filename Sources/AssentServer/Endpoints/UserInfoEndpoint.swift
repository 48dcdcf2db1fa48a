internal import HTTP
internal import OAuth
internal import Text

/// `GET` and `POST /userinfo`: OpenID Connect Core §5.3.
struct UserInfoEndpoint: Endpoint {
    let house: House

    let routes = [Route(.get, "/userinfo"), Route(.post, "/userinfo")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        do {
            let bearer = try await house.bearerToken(of: request, at: now)
            var response = Response.json(.ok, bytes: try claims(for: bearer))
            response.fields.append(.cacheControl, "no-store")
            return response
        } catch {
            return RefusalAnswer.resource(error, house.challenge(error, to: request))
        }
    }

    private func claims(for bearer: BearerToken) throws(Refusal) -> [UInt8] {
        guard let family = bearer.facts.family, bearer.token.scope.contains(Scope.openID) else {
            throw .accessTokenInsufficient
        }
        guard let person = house.bank.person(family.person) else { throw .accessTokenInvalid }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("sub", family.person.text)
        if bearer.token.scope.contains(Scope.profile) || family.userInfoNames.contains("name") {
            writer.member("name", person.name)
        }
        if bearer.token.scope.contains(Scope.email) || family.userInfoNames.contains("email"), let email = person.email
        {
            writer.member("email", email)
        }
        if let intent = family.intent { writer.member("openbanking_intent_id", intent.text) }
        writer.endObject()
        return writer.bytes
    }
}
