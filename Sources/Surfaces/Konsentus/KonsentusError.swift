import Consents
import HTTP
package import Text

/// The words of `errors[].code`; each has a page of its own, to which `link` leads.
///
/// The contract names the statuses and not the words, so the words are ours.
package enum KonsentusError: String, Sendable, CaseIterable {
    case authenticationFailed = "authentication_failed"
    case tokenInvalid = "ccg_token_invalid"
    case forbidden
    case thirdPartyForbidden = "psp_forbidden"
    case headerInvalid = "header_invalid"
    case bodyMalformed = "body_malformed"
    case parameterMissing = "parameter_missing"
    case parameterInvalid = "parameter_invalid"
    case codeInvalid = "auth_code_invalid"
    case redirectInvalid = "redirect_uri_invalid"
    case consentUnknown = "consent_unknown"
    case consentState = "consent_state"
    case pathUnknown = "path_unknown"
    case methodNotAllowed = "method_not_allowed"
    case mediaTypeUnacceptable = "content_type_unacceptable"
    case bodyTooLarge = "body_too_large"
    case tooMany = "too_many_requests"
    case failed = "server_error"
    case unavailable
}

extension KonsentusError {
    /// The word as it is sent.
    package var code: WireText { WireText(rawValue) }

    /// Where its page is, below the server's origin.
    package var path: WireText { WireText("/help/errors/\(rawValue)") }

    /// The statuses of the contract's general page; a body of another type is 406 there.
    var status: Status {
        switch self {
        case .authenticationFailed, .tokenInvalid: .unauthorized
        case .forbidden, .thirdPartyForbidden: .forbidden
        case .headerInvalid, .bodyMalformed, .parameterMissing, .parameterInvalid, .codeInvalid, .redirectInvalid,
            .consentUnknown, .consentState:
            .badRequest
        case .pathUnknown: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .mediaTypeUnacceptable: .notAcceptable
        case .bodyTooLarge: .contentTooLarge
        case .tooMany: .tooManyRequests
        case .failed: .internalServerError
        case .unavailable: .serviceUnavailable
        }
    }

    /// A fixed sentence; nothing that was sent stands in it.
    var title: WireText {
        switch self {
        case .authenticationFailed: "The credentials or fi_reference_id are missing or not accepted."
        case .tokenInvalid: "The ccg_token is missing, expired or not a client credentials token of a PSP."
        case .forbidden: "The request is not allowed."
        case .thirdPartyForbidden: "The PSP may not have this, or is not registered any more."
        case .headerInvalid: "A header is missing or its value is not one that it may have."
        case .bodyMalformed: "The body is not an object of JSON."
        case .parameterMissing: "A required parameter is missing."
        case .parameterInvalid: "A parameter is unknown, or its value is not one that it may have."
        case .codeInvalid: "The auth_code is unknown, expired or used, or does not fit redirect_uri or code_verifier."
        case .redirectInvalid: "The redirect_uri is not registered by the PSP."
        case .consentUnknown: "There is no such consent."
        case .consentState: "The consent does not allow this as it stands."
        case .pathUnknown: "There is nothing at this path."
        case .methodNotAllowed: "The method is not allowed at this path."
        case .mediaTypeUnacceptable: "The Content-Type must be application/json."
        case .bodyTooLarge: "The body is too large."
        case .tooMany: "There were too many requests; try again later."
        case .failed: "Something went wrong at our end."
        case .unavailable: "The server cannot answer now; try again shortly."
        }
    }
}

extension SurfaceRefusal {
    /// How this surface spells it.
    var konsentusError: KonsentusError {
        switch self {
        case .credentialInvalid: .authenticationFailed
        case .tokenMissing, .tokenInvalid, .tokenKindWrong, .loginInsufficient: .tokenInvalid
        case .scopeLacking, .notYours, .consent(.otherThirdParty): .thirdPartyForbidden
        case .permissionLacking: .forbidden
        case .headerInvalid: .headerInvalid
        case .bodyMalformed: .bodyMalformed
        case .fieldMissing: .parameterMissing
        case .fieldUnexpected, .fieldInvalid, .dateInvalid, .accountNotOpen: .parameterInvalid
        case .codeInvalid: .codeInvalid
        case .redirectUnregistered: .redirectInvalid
        case .notFound, .sessionUnknown, .consentTokenInvalid, .consent(.deleted): .consentUnknown
        case .consent, .sessionEnded, .notRetrievable, .consentTokenUsed: .consentState
        case .pathUnknown: .pathUnknown
        case .methodNotAllowed: .methodNotAllowed
        case .mediaTypeUnsupported, .notAcceptable: .mediaTypeUnacceptable
        case .bodyTooLarge: .bodyTooLarge
        case .quotaSpent: .tooMany
        case .failed: .failed
        case .unavailable: .unavailable
        }
    }
}
