import Consents
import HTTP
import Text

/// A refusal in the words of the WSO2 consent API: a status, an OAuth error code and a sentence.
struct BankFault {
    let status: Status
    let code: WireText
    let description: WireText

    init(_ refusal: SurfaceRefusal) {
        status = refusal.bankStatus
        code = refusal.bankCode
        description = refusal.bankSentence
    }
}

extension SurfaceRefusal {
    fileprivate var bankStatus: Status {
        switch self {
        case .tokenMissing, .tokenInvalid, .tokenKindWrong, .loginInsufficient, .scopeLacking, .credentialInvalid,
            .consentTokenInvalid,
            .consentTokenUsed:
            .unauthorized
        case .consent(.otherPerson), .permissionLacking, .accountNotOpen: .forbidden
        case .pathUnknown: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .mediaTypeUnsupported: .unsupportedMediaType
        case .notAcceptable: .notAcceptable
        case .bodyTooLarge: .contentTooLarge
        case .headerInvalid, .bodyMalformed, .fieldMissing, .fieldUnexpected, .fieldInvalid, .dateInvalid, .notFound,
            .notYours, .consent, .redirectUnregistered, .codeInvalid, .sessionUnknown, .sessionEnded, .notRetrievable:
            .badRequest
        case .quotaSpent: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .failed: .internalServerError
        }
    }

    fileprivate var bankCode: WireText {
        switch self {
        case .tokenMissing, .tokenInvalid, .tokenKindWrong, .loginInsufficient, .scopeLacking, .consentTokenInvalid,
            .consentTokenUsed:
            "invalid_token"
        case .credentialInvalid: "invalid_client"
        case .consent(.otherPerson), .permissionLacking, .accountNotOpen: "access_denied"
        // One word for a name that was never given out and for one whose request is over.
        case .sessionUnknown, .sessionEnded, .notRetrievable, .failed: "server_error"
        case .quotaSpent, .unavailable: "temporarily_unavailable"
        case .pathUnknown, .methodNotAllowed, .mediaTypeUnsupported, .notAcceptable, .bodyTooLarge, .headerInvalid,
            .bodyMalformed, .fieldMissing, .fieldUnexpected, .fieldInvalid, .dateInvalid, .notFound, .notYours,
            .consent, .redirectUnregistered, .codeInvalid:
            "invalid_request"
        }
    }

    fileprivate var bankSentence: WireText {
        switch self {
        case .tokenMissing, .tokenInvalid, .tokenKindWrong, .loginInsufficient, .scopeLacking, .consentTokenInvalid,
            .consentTokenUsed,
            .credentialInvalid:
            "The credentials are missing or are not for this."
        case .permissionLacking: "Permission mismatch. Consent does not contain necessary permissions"
        case .accountNotOpen: "The consent does not include this account."
        case .pathUnknown: "There is nothing at this path."
        case .methodNotAllowed: "Method not allowed"
        case .mediaTypeUnsupported: "The body is of another media type than this needs."
        case .notAcceptable: "The answer is application/json."
        case .bodyTooLarge: "The body is too long."
        case .headerInvalid(let name): WireText("The header \(name) is missing or malformed.")
        case .bodyMalformed: "The body is not an object of JSON."
        case .fieldMissing("approval"): "Mandatory body parameter approval is unavailable"
        case .fieldInvalid("approval"): "Invalid value for approval. Should be true/false"
        case .fieldMissing(let path): WireText("\(path) is missing.")
        case .fieldUnexpected(let path): WireText("\(path) must not be there.")
        case .fieldInvalid(let path): WireText("\(path) has no value that it may have.")
        case .dateInvalid(let path): WireText("\(path) is not a date and time.")
        case .notFound: "Consent not found"
        case .notYours: "Client Id in the request does not match with the client Id associated to the consent"
        case .consent(.impossible(in: .revoked)), .consent(.impossible(in: .rejected)),
            .consent(.impossible(in: .failed)), .consent(.deleted):
            "Consent is already in revoked or rejected state"
        case .consent(.otherPerson): "The consent is another person's."
        case .consent(.impossible), .consent(.expired): "Consent not in authorizable state"
        case .consent(.expiryInThePast), .consent(.expiryTooFar): "ExpirationDateTime is not one that it may be."
        case .consent(.periodReversed): "TransactionToDateTime is before TransactionFromDateTime."
        case .consent(.noAccount), .consent(.accountUnknown), .consent(.accountRepeated):
            "The account is not one of the consent."
        case .consent: "Permissions are not ones that can be asked for together."
        case .redirectUnregistered: "The redirect URI is not registered."
        case .codeInvalid: "The authorization code is not valid."
        case .sessionUnknown, .sessionEnded, .notRetrievable: "Unable to get consent data"
        case .quotaSpent: "Too many requests; try again later."
        case .unavailable: "The server cannot answer now; try again shortly."
        case .failed: "The server could not answer."
        }
    }
}
