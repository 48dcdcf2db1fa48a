internal import Consents
internal import HTTP
internal import OAuth
internal import Text

/// `GET /consents/:id/receipt`: the consent as it stands, signed, to keep.
struct ReceiptEndpoint: Endpoint {
    let house: House

    let routes = [Route(.get, "/consents/:id/receipt")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        await house.dashboard(request) { () async throws(Dashboard.Trouble) in
            let visit = try await DashboardVisit(house, request, at: now)
            let consent = try await visit.consent(parts)
            let history = try await visit.revisions(of: consent)
            return Self.download(try sign(visit, consent, history), of: consent)
        }
    }

    private func sign(
        _ visit: DashboardVisit,
        _ consent: Consent,
        _ history: [Revision]
    ) throws(Dashboard.Trouble) -> WireText {
        do {
            let receipt = ConsentReceipt(
                issuer: house.issuer,
                id: try house.freshUUID().text,
                issued: visit.now,
                person: visit.person,
                card: visit.card(consent),
                history: history
            )
            return try house.keys.sign(receipt)
        } catch { throw .from(error) }
    }

    private static func download(_ token: WireText, of consent: Consent) -> Response {
        var response = Response(.ok, body: token.bytes)
        // RFC 7519 §10.3.1.
        response.fields.append(.contentType, "application/jwt")
        // Identifiers are ours, and have nothing in them that would end the quotes.
        let name = FieldValue(WireText("attachment; filename=\"consent-\(consent.id).jwt\""))
        response.fields.append(.contentDisposition, name ?? "attachment")
        return response
    }
}
