import Consents
import HTTP
import Text

/// `{error: {errorCode, message, requestId}}`, with the code words of Token.io.
///
/// The merchants' contract shows no refusal; the shape is that of the system below it.
struct MerchantError {
    let status: Status
    let code: WireText
    let message: WireText

    private init(_ status: Status, _ code: WireText, _ message: WireText) {
        self.status = status
        self.code = code
        self.message = message
    }

    func json(reference: UUID) -> JSON {
        ["error": ["errorCode": .text(code), "message": .text(message), "requestId": .text(reference.text)]]
    }

    init(_ refusal: SurfaceRefusal) {
        switch refusal {
        case .tokenMissing, .tokenInvalid, .tokenKindWrong, .loginInsufficient:
            self = Self(.unauthorized, "UNAUTHENTICATED", "The token is missing or not valid.")
        case .credentialInvalid:
            self = Self(.unauthorized, "UNAUTHENTICATED", "The credentials are missing or not accepted.")
        case .scopeLacking, .permissionLacking:
            self = Self(.forbidden, "PERMISSION_DENIED", "The token lacks a permission that this needs.")
        // One answer for what is not there and for what is somebody else's.
        case .notFound, .notYours, .accountNotOpen, .sessionUnknown, .consentTokenInvalid, .consent(.otherThirdParty):
            self = Self(.notFound, "NOT_FOUND", "There is no such consent.")
        case .pathUnknown: self = Self(.notFound, "NOT_FOUND", "There is nothing at this path.")
        case .methodNotAllowed: self = Self(.methodNotAllowed, "UNIMPLEMENTED", "The method is not allowed here.")
        case .mediaTypeUnsupported:
            self = Self(.unsupportedMediaType, "INVALID_ARGUMENT", "The Content-Type must be application/json.")
        case .notAcceptable: self = Self(.notAcceptable, "INVALID_ARGUMENT", "Answers are application/json.")
        case .bodyTooLarge: self = Self(.contentTooLarge, "INVALID_ARGUMENT", "The body is too large.")
        case .headerInvalid(let name): self = .argument("The header \(name) is malformed.")
        case .bodyMalformed: self = .argument("The body is not an object of JSON.")
        case .fieldMissing(let path): self = .argument("The field \(path) is missing.")
        case .fieldUnexpected: self = .argument("There is a field that must not be there.")
        case .fieldInvalid(let path): self = .argument("The value of \(path) is not one that it may have.")
        case .dateInvalid(let path): self = .argument("The value of \(path) is not a date and time that it may have.")
        case .redirectUnregistered: self = .argument("The redirect URL is not registered.")
        case .codeInvalid: self = .argument("The code is not valid.")
        case .consent(let refusal): self.init(refusal)
        case .sessionEnded, .notRetrievable, .consentTokenUsed: self = .state
        case .quotaSpent:
            self = Self(.tooManyRequests, "RESOURCE_EXHAUSTED", "There were too many requests; try again later.")
        case .unavailable:
            self = Self(.serviceUnavailable, "UNAVAILABLE", "The server cannot answer now; try again shortly.")
        case .failed: self = Self(.internalServerError, "INTERNAL", "Something went wrong at our end.")
        }
    }

    private init(_ refusal: ConsentRefusal) {
        switch refusal {
        case .impossible, .deleted, .expired, .otherPerson, .otherThirdParty, .noAccount, .accountRepeated,
            .accountUnknown:
            self = .state
        case .permissionsEmpty, .permissionUnsupported, .accountsPermissionMissing, .transactionDirectionMissing,
            .transactionDepthMissing:
            self = .argument("One of the permissions is not supported.")
        case .expiryInThePast: self = .argument("The expirationDateTime must be in the future.")
        case .expiryTooFar(let days): self = .argument("The expirationDateTime is more than \(days) days from now.")
        case .periodReversed: self = .argument("The end of the period is before its start.")
        }
    }

    private static let state = Self(
        .conflict,
        "FAILED_PRECONDITION",
        "The status of the consent does not allow this."
    )

    private static func argument(_ message: String) -> Self { Self(.badRequest, "INVALID_ARGUMENT", WireText(message)) }
}
