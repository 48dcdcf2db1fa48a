import Consents
import HTTP
import Text

/// OBErrorResponse1, and which refusal is spelled how.
struct ErrorBody {
    let code: WireText
    let message: WireText
    private let path: WireText?

    /// - Parameter code: Without the prefix that all codes share.
    private init(_ code: String, _ message: String, path: WireText? = nil) {
        self.code = WireText("UK.OBIE.\(code)")
        self.message = WireText(message)
        self.path = path
    }

    /// - Parameter reference: What the log calls this request.
    func json(_ status: Status, reference: UUID) -> JSON {
        var error = [JSON.Member("ErrorCode", .text(code)), JSON.Member("Message", .text(message))]
        if let path { error.append(JSON.Member("Path", .text(path))) }
        return [
            "Code": .text(Self.word(for: status)),
            "Id": .text(reference.text),
            "Message": .text(Self.sentence(for: status)),
            "Errors": [.object(error)],
        ]
    }

    private static func word(for status: Status) -> WireText {
        WireText("\(status.code) \(status.reason.filter { $0 != " " })")
    }

    private static func sentence(for status: Status) -> WireText {
        switch status {
        case .badRequest: "The request cannot be processed as it is."
        case .forbidden: "The request is not allowed."
        default: "The server could not answer."
        }
    }
}

extension SurfaceRefusal {
    /// The status of Read/Write API 3.1.1, "HTTP Status Codes"; what is not there is 400, for an unknown URL is 404.
    var status: Status {
        switch self {
        case .tokenMissing, .tokenInvalid, .tokenKindWrong, .credentialInvalid, .loginInsufficient: .unauthorized
        case .scopeLacking, .notYours, .permissionLacking, .accountNotOpen, .consent(.otherThirdParty): .forbidden
        case .pathUnknown: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .mediaTypeUnsupported: .unsupportedMediaType
        case .notAcceptable: .notAcceptable
        case .bodyTooLarge: .contentTooLarge
        case .headerInvalid, .bodyMalformed, .fieldMissing, .fieldUnexpected, .fieldInvalid,
            .dateInvalid, .notFound, .consent, .redirectUnregistered, .codeInvalid, .sessionUnknown, .sessionEnded,
            .notRetrievable, .consentTokenInvalid, .consentTokenUsed:
            .badRequest
        case .quotaSpent: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .failed: .internalServerError
        }
    }

    /// What the answer says beside its status; `nil` where 3.1.1 has no body.
    var errorBody: ErrorBody? {
        switch self {
        case .tokenMissing, .tokenInvalid, .tokenKindWrong, .loginInsufficient, .scopeLacking, .pathUnknown,
            .methodNotAllowed,
            .mediaTypeUnsupported, .notAcceptable, .bodyTooLarge, .quotaSpent, .credentialInvalid:
            nil
        case .headerInvalid(let name): .headerInvalid(name)
        case .bodyMalformed: .bodyMalformed
        case .fieldMissing(let path): .fieldMissing(path)
        case .fieldUnexpected(let path): .fieldUnexpected(path)
        case .fieldInvalid(let path): .fieldInvalid(path)
        case .dateInvalid(let path): .dateInvalid(path)
        case .notFound, .redirectUnregistered, .codeInvalid, .sessionUnknown, .sessionEnded, .notRetrievable,
            .consentTokenInvalid, .consentTokenUsed:
            .notFound
        case .notYours: .notYours
        case .consent(let refusal): ErrorBody(refusal)
        case .permissionLacking: .permissionLacking
        case .accountNotOpen: .accountNotOpen
        case .unavailable, .failed: .unexpected
        }
    }
}

extension ErrorBody {
    fileprivate static func headerInvalid(_ name: FieldName) -> ErrorBody {
        ErrorBody("Header.Invalid", "The value of a header is malformed.", path: name.text)
    }

    fileprivate static func fieldMissing(_ path: WireText) -> ErrorBody {
        ErrorBody("Field.Missing", "A mandatory field is missing.", path: path)
    }

    fileprivate static func fieldUnexpected(_ path: WireText) -> ErrorBody {
        ErrorBody("Field.Unexpected", "There is a field that must not be there.", path: path)
    }

    fileprivate static func fieldInvalid(_ path: WireText) -> ErrorBody {
        ErrorBody("Field.Invalid", "The value of a field is not one that it may have.", path: path)
    }

    fileprivate static func dateInvalid(_ path: WireText) -> ErrorBody {
        ErrorBody("Field.InvalidDate", "The value of a field is not a date and time of ISO 8601.", path: path)
    }

    fileprivate static let bodyMalformed = ErrorBody("Resource.InvalidFormat", "The body is not an object of JSON.")
    fileprivate static let notFound = ErrorBody("Resource.NotFound", "There is no such consent.", path: "ConsentId")
    fileprivate static let notYours = ErrorBody("Resource.ConsentMismatch", "The consent is another third party's.")
    fileprivate static let unexpected = ErrorBody("UnexpectedError", "Something went wrong; try again shortly.")
    fileprivate static let permissionLacking = ErrorBody(
        "Resource.ConsentMismatch",
        "The consent does not have the permission that this needs."
    )
    fileprivate static let accountNotOpen = ErrorBody(
        "Resource.ConsentMismatch",
        "The consent does not include this account."
    )

    fileprivate init(_ refusal: ConsentRefusal) {
        switch refusal {
        case .permissionsEmpty: self = .permissions("There must be at least one permission.")
        case .permissionUnsupported: self = .permissions("One of the permissions is not supported.")
        case .accountsPermissionMissing:
            self = .permissions("ReadAccountsBasic or ReadAccountsDetail must be among the permissions.")
        case .transactionDirectionMissing:
            self = .permissions(
                "ReadTransactionsBasic and ReadTransactionsDetail need ReadTransactionsCredits or ReadTransactionsDebits."
            )
        case .transactionDepthMissing:
            self = .permissions(
                "ReadTransactionsCredits and ReadTransactionsDebits need ReadTransactionsBasic or ReadTransactionsDetail."
            )
        case .expiryInThePast:
            self = ErrorBody(
                "Field.InvalidDate",
                "The expiry must be in the future.",
                path: "Data.ExpirationDateTime"
            )
        case .expiryTooFar(let days):
            self = ErrorBody(
                "Field.InvalidDate",
                "The expiry must be given, at most \(days) days from now.",
                path: "Data.ExpirationDateTime"
            )
        case .periodReversed:
            self = ErrorBody(
                "Field.InvalidDate",
                "The end of the period is before its start.",
                path: "Data.TransactionToDateTime"
            )
        case .otherThirdParty: self = .notYours
        case .deleted: self = .notFound
        case .impossible, .expired, .otherPerson, .noAccount, .accountUnknown, .accountRepeated:
            self = ErrorBody(
                "Resource.InvalidConsentStatus",
                "The status of the consent does not allow this.",
                path: "ConsentId"
            )
        }
    }

    private static func permissions(_ message: String) -> ErrorBody {
        ErrorBody("Field.Invalid", message, path: "Data.Permissions")
    }
}
