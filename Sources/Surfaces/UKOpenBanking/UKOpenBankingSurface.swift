package import Consents
package import HTTP
package import Text

/// What the UK surfaces have in common: media types, headers and the shape of a refusal.
package protocol UKOpenBankingSurface: Surface {}

extension UKOpenBankingSurface {
    package var origin: Consent.Origin { .ukOpenBanking }

    package var prefix: WireText { Spelling.prefix }

    /// Every permission that there is has its name from here.
    package func canSpell(_ consent: Consent) -> Bool { true }

    package func admit(_ request: Request, for act: SurfaceAct) throws(SurfaceRefusal) {
        switch act {
        case .create:
            try requireAcceptable(request)
            guard MediaType(request.fields)?.essence == Spelling.mediaType else { throw .mediaTypeUnsupported }
        case .fetch, .read: try requireAcceptable(request)
        // There is nothing to show, and OBIE's own suite accepts anything here.
        case .delete: break
        case .klarna, .konsentus, .merchant, .bank: break
        }
        for name in [CustomerDate.lastLogged, CustomerDate.authenticated] {
            let value: WireText?
            do { value = try request.fields.single(name) } catch { throw .headerInvalid(name) }
            if let value, !CustomerDate.isWellFormed(value) { throw .headerInvalid(name) }
        }
    }

    package func answer(_ status: Status, _ document: JSON?) -> Response {
        guard let document else { return .empty(status) }
        var response = Response.json(status, document)
        response.fields.set(.contentType, "application/json; charset=utf-8")
        return response
    }

    package func error(for refusal: SurfaceRefusal) -> SurfaceError? {
        refusal.errorBody.map {
            SurfaceError(code: $0.code, sentence: $0.message, manual: "UK Open Banking, Read/Write API 3.1.1")
        }
    }

    package func answer(_ refusal: SurfaceRefusal, reference: UUID) -> Response {
        var response = answer(refusal.status, refusal.errorBody?.json(refusal.status, reference: reference))
        switch refusal {
        // RFC 6750 §3 and §3.1: a request without a token is told no error, and a challenge has a parameter.
        case .tokenMissing: response.fields.append(.wwwAuthenticate, "Bearer realm=\"assent\"")
        case .tokenInvalid, .tokenKindWrong:
            response.fields.append(.wwwAuthenticate, "Bearer error=\"invalid_token\"")
        case .scopeLacking(let scope):
            let challenge = WireText("Bearer error=\"insufficient_scope\", scope=\"\(scope)\"")
            response.fields.append(.wwwAuthenticate, FieldValue(challenge) ?? "Bearer error=\"insufficient_scope\"")
        case .loginInsufficient(let stepUp):
            let challenge = FieldValue(stepUp.challenge("Bearer"))
            response.fields.append(.wwwAuthenticate, challenge ?? "Bearer error=\"insufficient_user_authentication\"")
        case .methodNotAllowed(let allow): response.fields.append(.allow, allow)
        case .unavailable(let seconds), .quotaSpent(let seconds):
            response.fields.append(.retryAfter, FieldValue(seconds))
        default: break
        }
        return response
    }

    package func complete(_ response: Response, to request: Request, reference: UUID) -> Response {
        var response = response
        response.fields.set(.xFAPIInteractionID, InteractionID(request, orElse: reference).value)
        response.fields.set(.cacheControl, "no-store")
        return response
    }

    private func requireAcceptable(_ request: Request) throws(SurfaceRefusal) {
        guard Accept(request.fields).quality(of: Spelling.mediaType) > 0 else { throw .notAcceptable }
    }
}
