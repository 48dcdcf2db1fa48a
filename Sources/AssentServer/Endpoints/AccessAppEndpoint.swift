internal import Consents
internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Text

/// Where a third party sends the browser of a person about whom it has opened a session.
///
/// The token says which session it is and proves nothing: from here on it is an ordinary authorization request,
/// whose login and consent page are the same for every API.
struct AccessAppEndpoint: PageEndpoint {
    let house: House

    let routes = [Route(.get, "/xs2a/v1/app/:token")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        do throws(Refusal) {
            var response = Response.redirect(to: try await target(parts["token"] ?? "", at: now))
            response.fields.append(.cacheControl, "no-store")
            response.fields.append(.referrerPolicy, "no-referrer")
            return response
        } catch { return house.errorPage(.refused(error), for: Reader(of: request, at: now)) }
    }

    private func target(_ token: WireText, at now: Timestamp) async throws(Refusal) -> WireText {
        let fingerprint = Fingerprint(of: token)
        guard
            let flow = try await house.ask({ store throws(StoreFailure) in
                try await store.accessFlow(clientToken: fingerprint)
            }),
            let session = try await house.ask({ store throws(StoreFailure) in
                try await store.accessSession(flow.session)
            }), session.isOpen(at: now)
        else { throw .interactionOver }
        return WireText("/authorize?\(Self.request(for: session, flow).encoded)")
    }

    /// Asks for a decision and for nothing else: OAuth 2.0 Multiple Response Type Encoding Practices §4.
    ///
    /// The flow's name comes back as the state, by which the third party knows what has been decided.
    private static func request(for session: AccessSession, _ flow: AccessFlow) -> FormFields {
        let claims: JSON = [
            "id_token": ["openbanking_intent_id": ["value": .text(session.consent.text), "essential": true]]
        ]
        return FormFields([
            FormFields.Field("client_id", session.thirdParty.text),
            FormFields.Field("response_type", "none"),
            FormFields.Field("redirect_uri", session.returnURL),
            FormFields.Field("scope", "openid accounts"),
            FormFields.Field("state", flow.id.text),
            FormFields.Field("claims", WireText(String(decoding: JSONWriter.write(claims), as: UTF8.self))),
        ])
    }
}
