internal import Consents
internal import Crypto
internal import HTTP
internal import OAuth
internal import Storage
internal import Text

/// `GET` and `POST /authorize`: RFC 6749 §4.1.1 and OpenID Connect Core §3.1.2.1.
///
/// It decides what the person is still asked for, and parks the request until they have answered.
struct AuthorizeEndpoint: PageEndpoint {
    let house: House

    let routes = [Route(.get, "/authorize", answersHead: false), Route(.post, "/authorize")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        if request.method == .post { return turn(request, at: now) }
        return await answer(request, at: now).clearingRepeatedCookies(of: request)
    }

    /// Has the browser ask again with GET.
    ///
    /// A form of another site comes without our cookies, which are `SameSite=Lax`. To answer it as it came would set
    /// new ones and end every request that waits in this browser.
    private func turn(_ request: Request, at now: Timestamp) -> Response {
        let fields: AuthorizationFields
        do { fields = try Self.fields(ofForm: request) } catch {
            return house.errorPage(.refused(error), for: Reader(of: request, at: now))
        }
        guard fields.encoded.byteCount <= Limits.turnedFormBytes else {
            return house.errorPage(.refused(.requestTooLong), for: Reader(of: request, at: now))
        }
        var response = Response.redirect(to: WireText("/authorize?\(fields.encoded)"))
        response.fields.append(.cacheControl, "no-store")
        response.fields.append(.referrerPolicy, "no-referrer")
        return response
    }

    private func answer(_ request: Request, at now: Timestamp) async -> Response {
        let sent: AuthorizationFields
        do { sent = try Self.fields(ofQuery: request) } catch {
            house.countAuthorization(error)
            return house.errorPage(.refused(error), for: Reader(of: request, at: now))
        }
        let fields: AuthorizationFields
        do { fields = try await house.request(in: sent, at: now) } catch {
            house.countAuthorization(error)
            return refuse(sent, error, for: Reader(of: request, asked: sent[.uiLocales], at: now))
        }
        let reader = Reader(of: request, asked: fields[.uiLocales], at: now)
        let client: Client
        let target: RedirectionTarget
        do throws(Refusal) {
            let registered = try await house.client(try RedirectionTarget.clientID(of: fields))
            target = try RedirectionTarget(fields, client: registered)
            guard let registered else { throw .clientUnknown }
            client = registered
        } catch {
            house.countAuthorization(error)
            return house.errorPage(.refused(error), for: reader)
        }
        do {
            let authorization = try AuthorizationRequest(
                fields,
                client: client,
                target: target,
                resources: house.resources
            )
            let response = try await answer(authorization, fields, request, reader, at: now)
            house.countAuthorization(nil)
            return response
        } catch {
            house.countAuthorization(error)
            return house.leave(target, error, for: reader)
        }
    }

    /// A request object that cannot be read may have a URI beside it that can be trusted; nothing else has.
    private func refuse(_ sent: AuthorizationFields, _ refusal: Refusal, for reader: Reader) -> Response {
        guard refusal == .requestObjectInvalid || refusal == .parameterUnsupported(.request),
            let id = try? RedirectionTarget.clientID(of: sent),
            let target = try? RedirectionTarget(sent, client: house.clients[id])
        else { return house.errorPage(.refused(refusal), for: reader) }
        return house.leave(target, refusal, for: reader)
    }

    private func answer(
        _ authorization: AuthorizationRequest,
        _ fields: AuthorizationFields,
        _ request: Request,
        _ reader: Reader,
        at now: Timestamp
    ) async throws(Refusal) -> Response {
        // Before any page: a consent of another client, or one that is over, is never shown.
        let consent = try await house.consent(
            asked: authorization,
            as: Identifier(try house.freshUUID().text),
            came: now,
            at: now
        )
        try consent?.requireAsked(by: authorization.client, at: now)
        let session = try await house.session(of: request, at: now)
        let step = try await house.step(
            for: authorization,
            about: consent,
            session: session,
            loggedInHere: false,
            at: now
        )
        switch step {
        case .refuse(let refusal): throw refusal
        case .answer:
            guard let session else { throw .loginRequired }
            let spending = authorization.arrival.spending(at: now).map { Storage.Change.oauth($0) }
            let answer = try await house.grant(authorization, to: session, deciding: spending, at: now)
            return house.leave(answer, for: reader)
        case .logIn: return try await park(authorization, consent, fields, request, "login", at: now)
        case .consent: return try await park(authorization, consent, fields, request, "consent", at: now)
        }
    }

    private func park(
        _ authorization: AuthorizationRequest,
        _ consent: Consent?,
        _ fields: AuthorizationFields,
        _ request: Request,
        _ page: WireText,
        at now: Timestamp
    ) async throws(Refusal) -> Response {
        guard fields.encoded.byteCount <= Limits.parkedBytes else { throw .requestTooLong }
        let known = BrowserCookies.read(BrowserCookies.browser, of: request)
        let browser = if let known { known } else { try house.freshToken() }
        let interaction = Interaction(
            id: Identifier(try house.freshName()),
            browser: Fingerprint(of: browser),
            parameters: fields.encoded,
            arrival: fields.arrival,
            intent: consent.map { Identifier($0.id.text) },
            created: now,
            expires: now + house.lifetimes.interaction
        )
        try await house.commit([.openInteraction(interaction)])
        var response = Response.redirect(to: WireText("/interaction/\(interaction.id)/\(page)"))
        response.fields.append(.cacheControl, "no-store")
        response.fields.append(.referrerPolicy, "no-referrer")
        // A browser that has the cookie keeps it, and the requests of its other tabs with it.
        return known == nil ? response.setting(SetCookie(BrowserCookies.browser, browser)) : response
    }

    private static func fields(ofQuery request: Request) throws(Refusal) -> AuthorizationFields {
        do { return AuthorizationFields(try FormFields(request.query ?? "")) } catch { throw .bodyNotForm }
    }

    /// Parameters come from the query or from the body, never from both.
    private static func fields(ofForm request: Request) throws(Refusal) -> AuthorizationFields {
        guard MediaType(request.fields)?.essence == "application/x-www-form-urlencoded", request.query == nil
        else { throw .bodyNotForm }
        do { return AuthorizationFields(try FormFields(request.body.span)) } catch { throw .bodyNotForm }
    }
}
