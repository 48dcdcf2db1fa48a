package import Consents
package import HTTP
package import Text

/// What an error says: a dotted code, of which clients read the first word where they do not know the rest.
package struct KlarnaError: Sendable, Hashable {
    package let status: Status
    package let code: WireText
    let message: WireText
    /// The field that is at fault.
    private let location: WireText?

    private init(_ status: Status, _ code: WireText, _ message: WireText, at location: WireText? = nil) {
        self.status = status
        self.code = code
        self.message = message
        self.location = location
    }

    package var json: JSON {
        var members = [JSON.Member("code", .text(code)), JSON.Member("message", .text(message))]
        if let location {
            members.append(JSON.Member("errors", [["location": .text(location), "message": .text(message)]]))
        }
        return .object(members)
    }

    /// Spells a refusal; what is not there and what is another's are one.
    package init(_ refusal: SurfaceRefusal) {
        self =
            switch refusal {
            case .tokenMissing, .tokenInvalid, .tokenKindWrong, .loginInsufficient, .scopeLacking, .credentialInvalid:
                KlarnaError(.unauthorized, "TECHNICAL.UNAUTHORIZED", "The token of the portal is missing or unknown.")

            case .pathUnknown: KlarnaError(.notFound, "TECHNICAL.NOT_FOUND", "There is nothing at this path.")
            case .methodNotAllowed:
                KlarnaError(.methodNotAllowed, "TECHNICAL.METHOD_NOT_ALLOWED", "This is not done by this method.")
            case .mediaTypeUnsupported:
                KlarnaError(.unsupportedMediaType, "TECHNICAL.UNSUPPORTED_MEDIA_TYPE", "The body must be JSON.")
            case .notAcceptable: KlarnaError(.notAcceptable, "TECHNICAL.NOT_ACCEPTABLE", "Answers are JSON.")
            case .bodyTooLarge: KlarnaError(.contentTooLarge, "TECHNICAL.BODY_TOO_LARGE", "The body is too large.")
            case .headerInvalid(let name): .invalid("A header is malformed.", at: name.text)

            case .bodyMalformed: .invalid("The body is not an object of JSON.")
            case .fieldMissing(let path): .invalid("A mandatory field is missing.", at: path)
            case .fieldUnexpected(let path):
                KlarnaError(.badRequest, "NOT_SUPPORTED", "This is not offered here.", at: path)
            case .fieldInvalid(let path): .invalid("The value is not one that this may have.", at: path)
            case .dateInvalid(let path): .invalid("This is not a date such as 2026-01-31.", at: path)
            case .redirectUnregistered: .invalid("This URL is not registered.", at: "redirect_return_url")
            case .codeInvalid: .invalid("The request cannot be processed as it is.")

            case .notFound, .notYours, .sessionUnknown, .consent(.otherThirdParty):
                KlarnaError(.notFound, "TECHNICAL.NOT_FOUND", "There is no such session or flow.")
            case .sessionEnded:
                KlarnaError(.badRequest, "USER.SESSION.TIMEOUT", "The session is closed or has timed out.")
            case .notRetrievable:
                KlarnaError(.badRequest, "CONSENT.NOT_RETRIEVABLE", "There is no consent to be fetched.")
            case .consentTokenInvalid:
                KlarnaError(.badRequest, "CONSENT.TOKEN_INVALID", "This is not a token of this consent.")
            case .consentTokenUsed:
                KlarnaError(.badRequest, "CONSENT.TOKEN_USED", "This token was used; a newer one is alive.")
            case .quotaSpent:
                KlarnaError(.tooManyRequests, "CONSENT.QUOTA_EXCEEDED", "The consent was used often enough today.")
            case .consent(let refusal): KlarnaError(refusal)
            case .permissionLacking: .notGranted("The consent does not cover this.")
            case .accountNotOpen: .notGranted("The consent does not include this account.")

            case .unavailable: KlarnaError(.serviceUnavailable, "MAINTENANCE", "Try again shortly.")
            case .failed: KlarnaError(.internalServerError, "TECHNICAL", "Something went wrong.")
            }
    }

    private init(_ refusal: ConsentRefusal) {
        self =
            switch refusal {
            case .expired: KlarnaError(.badRequest, "CONSENT.EXPIRED", "The consent has ended.")
            case .impossible(in: .revoked), .deleted:
                KlarnaError(.badRequest, "CONSENT.REVOKED", "The consent was taken back.")
            case .impossible, .otherThirdParty, .otherPerson, .noAccount, .accountUnknown, .accountRepeated:
                KlarnaError(.badRequest, "CONSENT.NOT_AVAILABLE", "The consent is not in force.")
            case .permissionUnsupported:
                KlarnaError(.badRequest, "NOT_SUPPORTED", "This is not offered here.", at: "consent_scope")
            case .permissionsEmpty, .accountsPermissionMissing, .transactionDirectionMissing, .transactionDepthMissing:
                .invalid("There is nothing in this that could be consented to.", at: "consent_scope")
            case .expiryInThePast: .invalid("This is over already.", at: "consent_scope.lifetime")
            case .expiryTooFar(let days):
                .invalid(WireText("At most \(days) days are granted."), at: "consent_scope.lifetime")
            case .periodReversed:
                .invalid("The last day is before the first.", at: "consent_scope.transactions.to_date")
            }
    }

    private static func invalid(_ message: WireText, at location: WireText? = nil) -> KlarnaError {
        KlarnaError(.badRequest, "TECHNICAL.INVALID_REQUEST", message, at: location)
    }

    private static func notGranted(_ message: WireText) -> KlarnaError {
        KlarnaError(.badRequest, "CONSENT.RESOURCE_NOT_GRANTED", message)
    }

    /// Why a flow came to nothing, which is said in the flow and is no refusal of the request.
    package init?(_ state: AccessFlow.State) {
        switch state {
        case .waiting, .finished: return nil
        case .refused: self.init(.ok, "USER.ABORTED", "The person said no.")
        case .timedOut: self.init(.ok, "USER.SESSION.TIMEOUT", "The session ended before the person decided.")
        case .failed: self.init(.ok, "TECHNICAL", "Something went wrong while the person decided.")
        }
    }
}
