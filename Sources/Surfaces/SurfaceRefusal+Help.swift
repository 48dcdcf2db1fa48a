import Consents
import HTTP
package import Text

extension SurfaceRefusal {
    /// One of each case, for the catalogue; what has a meaning everywhere stands before what only some surfaces have.
    package static let each: [SurfaceRefusal] =
        [
            .tokenMissing, .tokenInvalid, .tokenKindWrong, .scopeLacking("accounts"), .credentialInvalid,
            .pathUnknown, .methodNotAllowed(allow: "GET"), .mediaTypeUnsupported, .notAcceptable, .bodyTooLarge,
            .headerInvalid("name"), .bodyMalformed, .fieldMissing(path: "NAME"), .fieldUnexpected(path: "NAME"),
            .fieldInvalid(path: "NAME"), .dateInvalid(path: "NAME"), .notFound, .notYours,
        ] + consents.map { .consent($0) } + [
            .redirectUnregistered, .codeInvalid, .sessionUnknown, .sessionEnded, .notRetrievable,
            .consentTokenInvalid, .consentTokenUsed, .quotaSpent(retryAfterSeconds: 1), .permissionLacking,
            .accountNotOpen, .unavailable(retryAfterSeconds: 1), .failed,
        ]

    private static let consents: [ConsentRefusal] = [
        .impossible(in: .awaiting), .impossible(in: .revoked), .deleted, .expired, .otherPerson, .noAccount,
        .permissionsEmpty, .permissionUnsupported(.readPAN), .accountsPermissionMissing, .transactionDirectionMissing,
        .transactionDepthMissing, .expiryInThePast, .expiryTooFar(days: Limits.lifetimeDays), .periodReversed,
    ]

    /// Why it comes, and what to do.
    package var explanation: (cause: WireText, fix: WireText) {
        switch self {
        case .tokenMissing:
            ("The request carries no access token.", "Send it in the field Authorization, as this API wants it.")
        case .tokenInvalid:
            (
                "The token has expired, was revoked, or is none; or the consent behind it is not in force.",
                "Get a new token; where the consent is over, ask the person again."
            )
        case .tokenKindWrong:
            (
                "A person's token came where the third party speaks for itself, or the other way round.",
                "Register consents with a token of client_credentials, and read accounts with the person's."
            )
        case .scopeLacking:
            ("The token does not have the scope that this needs.", "Ask for the scope with the token.")
        case .loginInsufficient:
            ("The login behind the token is too old or too weak.", "Send the person to log in again: RFC 9470.")
        case .credentialInvalid:
            (
                "The credential that this needs beside, or in the place of, an access token is missing or not accepted.",
                "Compare it with what the bank has given out; mind which of its fields it belongs in."
            )

        case .pathUnknown: ("There is nothing at this path.", "Compare it with the table of routes of this API.")
        case .methodNotAllowed: ("The path is there, and not for this method.", "Use one that Allow names.")
        case .mediaTypeUnsupported: ("The body is of another media type.", "Send Content-Type as this API wants it.")
        case .notAcceptable: ("Accept excludes what this API answers with.", "Send Accept: application/json.")
        case .bodyTooLarge:
            (WireText("The body has more than \(Limits.bodyBytes) bytes."), "Send less; nothing here needs as much.")
        case .headerInvalid:
            (
                "A field of the header is missing or malformed.",
                "Compare the one that is named with the API's description."
            )

        case .bodyMalformed: ("The body is no object of JSON, or names a member twice.", "Send one object of JSON.")
        case .fieldMissing: ("A field is missing without which the request means nothing.", "Send it.")
        case .fieldUnexpected: ("There is a field that the API does not have, or not here.", "Leave it out.")
        case .fieldInvalid: ("A value is not one that the field may have.", "Compare it with the API's description.")
        case .dateInvalid:
            ("A value is no date or time as the API writes them.", "Write it in full, with a zone where it is a time.")

        case .notFound:
            ("There is no such thing, or it was deleted.", "Look whether it was registered here, and on this API.")
        case .notYours: ("It is another third party's.", "Use a token of the client that has registered it.")
        case .consent(let refusal): refusal.explanation
        case .redirectUnregistered:
            ("The URL is not, byte by byte, one that is registered.", "Compare both, to the last slash.")
        case .codeInvalid:
            (
                "The code is unknown, too old, used already, or does not fit what stands beside it.",
                "Redeem a code once and at once, with the redirect URI and the verifier of its request."
            )

        case .sessionUnknown: ("There is no such session, or it is another's.", "Open a session, and use its name.")
        case .sessionEnded: ("The session was closed, or its time is over.", "Open a new one.")
        case .notRetrievable:
            ("Nobody has allowed anything yet, or it was fetched.", "Wait for the end of the flow, and fetch once.")
        case .consentTokenInvalid:
            ("The token is not one of this consent.", "Send the newest token that came of this consent.")
        case .consentTokenUsed:
            (
                "The token was used, and each is good once.",
                "Send the one that came with the last answer; keep it before anything else is done with the answer."
            )
        case .quotaSpent:
            ("The consent was used as often as it may be for today.", "Wait for Retry-After.")

        case .permissionLacking:
            ("The person has not allowed this.", "Ask with the permission that it needs, in a new consent.")
        case .accountNotOpen:
            ("The person has not chosen this account.", "Ask which accounts there are, and use one of those.")
        case .unavailable:
            (
                "The server has too much to do, or its store does not answer.",
                "Wait for Retry-After and try again; nothing was changed."
            )
        case .failed:
            ("Something is wrong at the server.", "Try again later, and tell the bank the name of the answer.")
        }
    }
}

extension ConsentRefusal {
    fileprivate var explanation: (cause: WireText, fix: WireText) {
        switch self {
        case .impossible:
            (
                "The consent has another status than this needs.",
                "Look at its status; where it has ended, register a new one."
            )
        case .deleted: ("The consent was deleted or taken back.", "Register a new one, and ask the person.")
        case .expired: ("The consent has come to its end.", "Register a new one, and ask the person.")
        case .otherPerson: ("Another person has given the consent.", "Have the one log in who gave it.")
        case .otherThirdParty:
            ("It is another third party's.", "Use a token of the client that has registered it.")
        case .noAccount, .accountRepeated, .accountUnknown:
            ("The accounts are not ones of the consent, or none came.", "Name each account of the consent once.")

        case .permissionsEmpty: ("No permission was asked for.", "Name at least one.")
        case .permissionUnsupported:
            ("One of the permissions is not offered here.", "Leave it out, or ask the bank what it offers.")
        case .accountsPermissionMissing:
            ("Nothing can be seen without the accounts.", "Ask for ReadAccountsBasic or ReadAccountsDetail as well.")
        case .transactionDirectionMissing:
            (
                "Transactions were asked for, and neither credits nor debits.",
                "Ask for ReadTransactionsCredits, ReadTransactionsDebits or both."
            )
        case .transactionDepthMissing:
            (
                "Credits or debits were asked for, and not how much of them.",
                "Ask for ReadTransactionsBasic or ReadTransactionsDetail."
            )
        case .expiryInThePast: ("The consent would be over before it begins.", "Send a time that is to come.")
        case .expiryTooFar:
            ("The consent would last longer than the bank allows.", "Ask for less, and ask the person again later.")
        case .periodReversed: ("The last day is before the first.", "Exchange them.")
        }
    }
}
