internal import HTTP
internal import OAuth
internal import Text

/// When there is nowhere to redirect to: what the page says, and its status.
enum ErrorPage: Sendable, Hashable {
    case refused(Refusal)
    /// The browser is not the one that began, or has lost its cookie.
    case otherBrowser
    /// The form did not come from our page, or from an older state of it.
    case forged(back: WireText)
    case foreignAccount(back: WireText)
    case unsupportedBody
    case failed
    /// Nothing that belongs to this person, whether or not it belongs to somebody else.
    case notTheirs
    /// A form of the dashboard that did not come from our page, or from an older state of it.
    case outdated

    var status: Status {
        switch self {
        case .refused(let refusal): Status(refusal.status) ?? .badRequest
        case .otherBrowser: .badRequest
        case .forged, .foreignAccount, .outdated: .forbidden
        case .notTheirs: .notFound
        case .unsupportedBody: .unsupportedMediaType
        case .failed: .internalServerError
        }
    }

    var wording: PageWords.ProblemName {
        switch self {
        case .refused(.temporarilyUnavailable), .refused(.tooManyRequests), .refused(.serverFailed), .failed: .tryLater
        case .refused, .unsupportedBody: .requestInvalid
        case .otherBrowser, .forged, .foreignAccount: .startAgain
        case .notTheirs: .notFound
        case .outdated: .outdated
        }
    }

    /// What a developer may know: a fixed sentence, and nothing that was sent.
    var refusal: Refusal? {
        guard case .refused(let refusal) = self else { return nil }
        return refusal
    }

    /// Where the request still waits, if it does.
    var back: WireText? {
        switch self {
        case .forged(let back), .foreignAccount(let back): back
        case .refused, .otherBrowser, .unsupportedBody, .failed, .notTheirs, .outdated: nil
        }
    }

    /// Where a person who asked for nothing but their own consents goes on.
    var home: WireText? {
        switch self {
        case .notTheirs, .outdated: Dashboard.path
        case .refused, .otherBrowser, .forged, .foreignAccount, .unsupportedBody, .failed: nil
        }
    }

    /// The name of the case, for the log.
    var label: WireText {
        switch self {
        case .refused(let refusal): WireText(refusal.label)
        case .otherBrowser: "other-browser"
        case .forged: "forged"
        case .foreignAccount: "foreign-account"
        case .unsupportedBody: "unsupported-body"
        case .failed: "failed"
        case .notTheirs: "not-theirs"
        case .outdated: "outdated"
        }
    }
}
