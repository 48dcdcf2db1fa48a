internal import HTTP
internal import OAuth
internal import Surfaces
internal import Text

/// `GET` and `POST /userinfo`: OpenID Connect Core §5.3.
struct UserInfoEndpoint: Endpoint {
    let house: House

    let routes = [Route(.get, "/userinfo"), Route(.post, "/userinfo")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        do {
            let bearer = try await house.bearerToken(of: request, orInForm: true, at: now)
            var response = try house.userInfo(try claims(for: bearer), for: bearer)
            response.fields.append(.cacheControl, "no-store")
            // FAPI 1.0 Baseline §6.2.1: as every resource of a bank does.
            let interaction = InteractionID(request, orElse: try house.freshUUID())
            response.fields.append(.xFAPIInteractionID, interaction.value)
            return response
        } catch {
            return RefusalAnswer.resource(error, from: house.issuer, house.challenge(error, to: request))
        }
    }

    private func claims(for bearer: BearerToken) throws(Refusal) -> [UInt8] {
        guard let family = bearer.facts.family, let client = bearer.facts.client,
            bearer.token.scope.contains(Scope.openID)
        else { throw .accessTokenInsufficient }
        guard let person = house.bank.person(family.person) else { throw .accessTokenInvalid }
        let subject = house.subject(of: family.person, for: client)
        return UserInfo(subject, family, scope: bearer.token.scope, client: client) { person.value(of: $0) }.document
    }
}
