package import Consents
package import HTTP
package import Text

/// What the parts of the WSO2 consent API have in common: headers and the shape of a refusal.
package protocol BankSurface: Surface {
    /// What a refusal calls the operation.
    var operation: WireText { get }
}

extension BankSurface {
    /// The back end of the UK API's consents is the only part that registers any.
    package var origin: Consent.Origin { .ukOpenBanking }

    /// The bank sees all consents, by paths of its own.
    package func canSpell(_ consent: Consent) -> Bool { true }

    package func admit(_ request: Request, for act: SurfaceAct) throws(SurfaceRefusal) {
        guard case .bank(let act) = act else { return }
        let type = MediaType(request.fields)?.essence
        switch act {
        case .persist, .register: guard type == "application/json" else { throw .mediaTypeUnsupported }
        case .validate: guard type == "application/jwt" else { throw .mediaTypeUnsupported }
        case .retrieve, .fetch, .end, .search, .revoke, .loseAccount, .statusAudit, .amendments: break
        }
        guard Accept(request.fields).quality(of: "application/json") > 0 else { throw .notAcceptable }
    }

    package func answer(_ status: Status, _ document: JSON?) -> Response {
        guard let document else { return .empty(status) }
        return .json(status, document)
    }

    package func error(for refusal: SurfaceRefusal) -> SurfaceError? {
        let fault = BankFault(refusal)
        return SurfaceError(code: fault.code, sentence: fault.description, manual: "WSO2 consent API")
    }

    package func answer(_ refusal: SurfaceRefusal, reference: UUID) -> Response {
        let fault = BankFault(refusal)
        var response = answer(
            fault.status,
            [
                "error": [
                    "code": .text(fault.code),
                    "message": .text(operation),
                    "description": .text(fault.description),
                ]
            ]
        )
        switch refusal {
        case .credentialInvalid: response.fields.append(.wwwAuthenticate, "Basic realm=\"assent\"")
        case .tokenMissing, .tokenInvalid, .tokenKindWrong, .scopeLacking:
            response.fields.append(.wwwAuthenticate, "Bearer error=\"invalid_token\"")
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
        return response
    }
}
