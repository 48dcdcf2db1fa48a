/// A number with its name: RFC 9110 §15.
///
/// The name comes from our table and from nowhere else, so that nothing can be smuggled into the
/// first line of an answer.
package struct Status: Sendable, Hashable {
    package let code: Int

    /// A code of three digits; `nil` for anything else.
    package init?(_ code: Int) {
        guard (100...599).contains(code) else { return nil }
        self.code = code
    }

    private init(known code: Int) {
        self.code = code
    }

    package static let `continue` = Status(known: 100)
    package static let ok = Status(known: 200)
    package static let created = Status(known: 201)
    package static let accepted = Status(known: 202)
    package static let noContent = Status(known: 204)
    package static let movedPermanently = Status(known: 301)
    package static let found = Status(known: 302)
    package static let seeOther = Status(known: 303)
    package static let notModified = Status(known: 304)
    package static let temporaryRedirect = Status(known: 307)
    package static let permanentRedirect = Status(known: 308)
    package static let badRequest = Status(known: 400)
    package static let unauthorized = Status(known: 401)
    package static let forbidden = Status(known: 403)
    package static let notFound = Status(known: 404)
    package static let methodNotAllowed = Status(known: 405)
    package static let notAcceptable = Status(known: 406)
    package static let requestTimeout = Status(known: 408)
    package static let conflict = Status(known: 409)
    package static let gone = Status(known: 410)
    package static let preconditionFailed = Status(known: 412)
    package static let contentTooLarge = Status(known: 413)
    package static let uriTooLong = Status(known: 414)
    package static let unsupportedMediaType = Status(known: 415)
    package static let expectationFailed = Status(known: 417)
    package static let misdirectedRequest = Status(known: 421)
    package static let unprocessableContent = Status(known: 422)
    package static let upgradeRequired = Status(known: 426)
    package static let tooManyRequests = Status(known: 429)
    package static let requestHeaderFieldsTooLarge = Status(known: 431)
    package static let internalServerError = Status(known: 500)
    package static let notImplemented = Status(known: 501)
    package static let badGateway = Status(known: 502)
    package static let serviceUnavailable = Status(known: 503)
    package static let gatewayTimeout = Status(known: 504)
    package static let httpVersionNotSupported = Status(known: 505)

    /// The name of the code; empty, as RFC 9112 §4 allows, where we have no name for it.
    package var reason: String {
        switch code {
        case 100: "Continue"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }

    /// Whether an answer of this status has no body whatever else it says: RFC 9112 §6.3.
    package var hasNoBody: Bool { code < 200 || code == 204 || code == 304 }
}
