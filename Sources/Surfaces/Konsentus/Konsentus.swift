package import Consents
package import HTTP
package import Text

/// `/v1/obie`: the bank's own back end fetches codes and tokens for third parties whom Konsentus has checked.
package struct Konsentus: Surface {
    package let name: WireText = "konsentus-obie"
    /// The scheme and authority of the server, for links to its help.
    private let base: WireText

    package init() { self.init(base: "") }

    private init(base: WireText) {
        self.base = base
    }

    /// Its consents are the UK's: it registers none itself.
    package var origin: Consent.Origin { .ukOpenBanking }

    package var prefix: WireText { "/v1/obie" }

    package var routes: [SurfaceRoute] {
        [
            SurfaceRoute(.post, WireText("\(prefix)/tokens"), with: .institution, .konsentus(.redeem)),
            SurfaceRoute(.post, WireText("\(prefix)/authorization_code"), with: .institution, .konsentus(.authorise)),
        ]
    }

    package func served(from base: WireText) -> any Surface { Konsentus(base: base) }

    /// The bank names one account here, so accounts that were named before are nothing to it.
    package func canSpell(_ consent: Consent) -> Bool { consent.namedAccounts.isEmpty }

    package func admit(_ request: Request, for act: SurfaceAct) throws(SurfaceRefusal) {
        guard MediaType(request.fields)?.essence == "application/json" else { throw .mediaTypeUnsupported }
        guard (try? request.fields.single(Self.versionField)) == Self.version else {
            throw .headerInvalid(Self.versionField)
        }
    }

    package func answer(_ status: Status, _ document: JSON?) -> Response {
        guard let document else { return .empty(status) }
        return .json(status, document)
    }

    package func error(for refusal: SurfaceRefusal) -> SurfaceError? {
        let error = refusal.konsentusError
        return SurfaceError(code: error.code, sentence: error.title, manual: "Konsentus")
    }

    package func answer(_ refusal: SurfaceRefusal, reference: UUID) -> Response {
        let error = refusal.konsentusError
        let entry: JSON = [
            "id": .text(reference.text),
            "code": .text(error.code),
            "title": .text(error.title),
            "link": .text(WireText("\(base)\(error.path)")),
        ]
        var response = Response.json(error.status, ["errors": [entry]])
        switch refusal {
        case .methodNotAllowed(let allow): response.fields.append(.allow, allow)
        case .unavailable(let seconds), .quotaSpent(let seconds):
            response.fields.append(.retryAfter, FieldValue(seconds))
        default: break
        }
        // RFC 9110 §11.6.1: a 401 says how to prove who one is.
        if error.status == .unauthorized { response.fields.append(.wwwAuthenticate, "Basic realm=\"fi\"") }
        return response
    }

    package func complete(_ response: Response, to request: Request, reference: UUID) -> Response { response }

    /// Which bank calls; must be the one that its credentials are for.
    package static let institutionField: FieldName = "fi_reference_id"
    /// The client credentials token of the third party for whom the bank calls.
    package static let thirdPartyField: FieldName = "ccg_token"

    private static let versionField: FieldName = "version"
    private static let version: WireText = "1"
}
