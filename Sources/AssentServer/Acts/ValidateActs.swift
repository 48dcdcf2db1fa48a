internal import Consents
internal import HTTP
internal import JOSE
internal import OAuth
internal import Surfaces
internal import Text

// Whether a request for account data may pass.
extension SurfaceEndpoint {
    func validate(
        _ request: Request,
        _ caller: Caller,
        at now: Timestamp
    ) async throws(SurfaceRefusal) -> Response {
        guard case .client(let client) = caller, let keys = client.consentAPIs.keys else { throw .credentialInvalid }
        let (claims, identifier) = try Self.claims(request.body, of: client, keys, issuer: house.issuer, at: now)
        let question = try ValidationQuestion(claims)
        let consent = try await consent(question.consent)
        let held = (consent?.authorisation?.person).flatMap { accountsHeld(by: Identifier($0.text)) }
        let fault = question.decide(consent, held: held, at: now)

        var members = [
            JSON.Member("iss", .text(house.issuer.text)), JSON.Member("aud", .text(client.id.text)),
            JSON.Member("iat", .integer(now.seconds)), JSON.Member("exp", .integer(now.seconds + Self.answerSeconds)),
            JSON.Member("request_id", .text(identifier)), JSON.Member("isValid", .boolean(fault == nil)),
            JSON.Member("consentId", .text(question.consent.text)),
        ]
        members += question.claims
        // Of another client's consent nothing is told, not even that it is there.
        if let consent, fault?.isAboutOwnConsent ?? true {
            members += ValidationAnswer.claims(consent, held: held ?? [], at: now)
        }
        let information: WireText
        do { information = try house.keys.sign(consentInformation: JSONWriter.write(.object(members))) } catch {
            throw .failed
        }
        return surface.answer(.ok, ValidationAnswer.document(fault, information: information))
    }

    /// The accounts that a person still has and may share; `nil` for somebody who may not act any more.
    private func accountsHeld(by person: Identifier<OAuth.Person>) -> Set<Identifier<Account>>? {
        guard house.bank.isActive(person) else { return nil }
        return Set(house.bank.accounts(of: person).filter(\.isEligible).map(\.id))
    }

    /// What the question claims, where the client signed it, for us and within the last minutes.
    private static func claims(
        _ body: [UInt8],
        of client: Client,
        _ keys: JWKSet,
        issuer: Issuer,
        at now: Timestamp
    ) throws(SurfaceRefusal) -> (claims: JSON, identifier: WireText) {
        do {
            guard let text = WireText(body) else { throw JOSEFailure.badSignature }
            let token = try JWT(text, signedBy: keys, allowing: [.ps256, .es256])
            // RFC 8725 §3.11: a client assertion, signed with the same key, is no question.
            guard token.header.type == nil || token.header.isOfType("JWT") else { throw JOSEFailure.badSignature }
            let checks = ClaimChecks(
                issuer: client.id.text,
                audiences: [issuer.text],
                allowsOtherAudiences: false,
                required: [.issuer, .expires, .identifier],
                longestLifeSeconds: Limits.assertionSeconds
            )
            guard let identifier = try checks.decide(token.claims, at: now).identifier else {
                throw ClaimRefusal.missing(.identifier)
            }
            return (token.claims, identifier)
        } catch { throw .tokenInvalid }
    }

    /// An answer is about now; a gateway that keeps one asks again within a minute.
    private static let answerSeconds: Int64 = 60
}
