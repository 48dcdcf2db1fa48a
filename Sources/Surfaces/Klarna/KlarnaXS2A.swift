package import Consents
package import HTTP
package import Text

/// Klarna's XS2A API: sessions, flows, and consents with one-time tokens.
package struct KlarnaXS2A: Surface {
    package let name: WireText = "klarna-xs2a"
    package let origin: Consent.Origin = .klarna
    package let prefix: WireText = "/xs2a/v1"

    package init() {}

    package var routes: [SurfaceRoute] {
        [
            route(.put, "/sessions", .openSession),
            route(.get, "/sessions/:session", .showSession),
            route(.delete, "/sessions/:session", .closeSession),
            route(.put, "/sessions/:session/flows/:flow", .startFlow),
            route(.get, "/sessions/:session/flows/:flow", .showFlow),
            route(.post, "/sessions/:session/consent/get", .fetchConsent),
        ]
            + AccessKind.allCases.map { kind in route(.post, "/consents/:id/\(kind.rawValue)/get", .use(kind)) }
            + [route(.post, "/consents/:id/transactions/list", .list)]
    }

    private func route(_ method: Method, _ path: String, _ act: KlarnaAct) -> SurfaceRoute {
        SurfaceRoute(method, WireText("\(prefix)\(path)"), with: .portal, .klarna(act))
    }

    /// A body is JSON; where there is none, a type says nothing.
    package func admit(_ request: Request, for act: SurfaceAct) throws(SurfaceRefusal) {
        guard !request.body.isEmpty else { return }
        guard MediaType(request.fields)?.essence == "application/json" else { throw .mediaTypeUnsupported }
    }

    /// A consent without a session has no tokens here, so those of other APIs are never found.
    package func canSpell(_ consent: Consent) -> Bool { false }

    package func answer(_ status: Status, _ document: JSON?) -> Response {
        guard let document else { return .empty(status) }
        var response = Response.json(status, document)
        response.fields.set(.contentType, "application/json;charset=utf-8")
        return response
    }

    package func error(for refusal: SurfaceRefusal) -> SurfaceError? {
        let error = KlarnaError(refusal)
        return SurfaceError(code: error.code, sentence: error.message, manual: "Klarna XS2A API")
    }

    package func answer(_ refusal: SurfaceRefusal, reference: UUID) -> Response {
        answer(refusal, successor: nil)
    }

    /// A refusal, which after a token was spent carries the one that came of it.
    ///
    /// It stands beside the error and not below `data`, where clients look for it whatever else is said.
    package func answer(_ refusal: SurfaceRefusal, successor: WireText?) -> Response {
        let error = KlarnaError(refusal)
        var members = [JSON.Member("error", error.json)]
        if let successor { members.append(JSON.Member("consent_token", .text(successor))) }
        var response = answer(error.status, .object(members))
        switch refusal {
        case .tokenMissing, .tokenInvalid, .tokenKindWrong, .scopeLacking, .credentialInvalid:
            response.fields.append(.wwwAuthenticate, "Token")
        case .methodNotAllowed(let allow): response.fields.append(.allow, allow)
        case .unavailable(let seconds), .quotaSpent(let seconds):
            response.fields.append(.retryAfter, FieldValue(seconds))
        default: break
        }
        return response
    }

    package func complete(_ response: Response, to request: Request, reference: UUID) -> Response {
        response
    }
}
