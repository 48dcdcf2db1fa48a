package import Consents
package import HTTP
package import Text

/// What the merchants' two surfaces have in common: media type, request names and the shape of a refusal.
package protocol MerchantSurface: Surface {}

extension MerchantSurface {
    package var origin: Consent.Origin { .acount }

    /// A consent that merchants have words for: both dates, no end of the period, and nothing but their permissions.
    package func canSpell(_ consent: Consent) -> Bool {
        let words = MerchantPermission.words(of: consent)
        return RequestName(of: consent.id) != nil && consent.lifetime.expires != nil && consent.period.from != nil
            && consent.period.to == nil && !words.isEmpty
            && Permission.closure(of: MerchantPermission.permissions(of: words)) == consent.effectivePermissions
    }

    package func admit(_ request: Request, for act: SurfaceAct) throws(SurfaceRefusal) {
        guard case .merchant(let act) = act, act.hasBody else { return }
        guard MediaType(request.fields)?.essence == "application/json" else { throw .mediaTypeUnsupported }
    }

    package func answer(_ status: Status, _ document: JSON?) -> Response {
        guard let document else { return .empty(status) }
        return .json(status, document)
    }

    package func error(for refusal: SurfaceRefusal) -> SurfaceError? {
        let error = MerchantError(refusal)
        return SurfaceError(code: error.code, sentence: error.message, manual: "Acount and Token.io")
    }

    package func answer(_ refusal: SurfaceRefusal, reference: UUID) -> Response {
        let error = MerchantError(refusal)
        var response = Response.json(error.status, error.json(reference: reference))
        switch refusal {
        // RFC 6750 §3 and §3.1: a request without a token is told no error, and a challenge has a parameter.
        case .tokenMissing: response.fields.append(.wwwAuthenticate, "Bearer realm=\"assent\"")
        case .tokenInvalid, .tokenKindWrong:
            response.fields.append(.wwwAuthenticate, "Bearer error=\"invalid_token\"")
        case .credentialInvalid: response.fields.append(.wwwAuthenticate, "Basic realm=\"partner\"")
        case .methodNotAllowed(let allow): response.fields.append(.allow, allow)
        case .unavailable(let seconds), .quotaSpent(let seconds):
            response.fields.append(.retryAfter, FieldValue(seconds))
        default: break
        }
        return response
    }

    /// The one that was sent, where it is one identifier of RFC 4122; nothing else is ever sent back.
    package func reference(of request: Request, orElse fresh: UUID) -> UUID {
        (try? request.fields.single(.xRequestID)).flatMap { UUID($0) } ?? fresh
    }

    package func complete(_ response: Response, to request: Request, reference: UUID) -> Response {
        var response = response
        if let name = FieldValue(reference.text) { response.fields.set(.xRequestID, name) }
        return response
    }
}

/// `/v1/ais/consents`: a merchant's consents for its users.
package struct MerchantConsents: MerchantSurface {
    package let name: WireText = "acount-consents"

    package init() {}

    package var prefix: WireText { "/v1/ais" }

    package var idempotencyKey: FieldName? { .idempotencyKey }

    package var routes: [SurfaceRoute] {
        let path = WireText("\(prefix)/consents")
        return [
            SurfaceRoute(.post, path, with: .merchant, .merchant(.register)),
            SurfaceRoute(.get, WireText("\(path)/:id"), with: .merchant, .merchant(.fetch)),
            SurfaceRoute(.post, WireText("\(path)/:id/authorize"), with: .merchant, .merchant(.authorise)),
            SurfaceRoute(.post, WireText("\(path)/:id/revoke"), with: .merchant, .merchant(.revoke)),
            SurfaceRoute(.get, WireText("\(path)/:id/accounts"), with: .merchant, .merchant(.accounts)),
        ]
    }
}

/// `/v1/auth`: where a merchant's back end gets tokens for its users.
package struct MerchantTokens: MerchantSurface {
    package let name: WireText = "acount-tokens"

    package init() {}

    package var prefix: WireText { "/v1/auth" }

    package var routes: [SurfaceRoute] {
        [SurfaceRoute(.post, WireText("\(prefix)/generate-token"), with: .partner, .merchant(.issueToken))]
    }
}
