internal import HTTP
internal import OAuth
internal import Text

/// `GET /errors/:code`: where `error_uri` leads, for developers.
///
/// The page is about the error as it was sent. Which of its cases it was is in the log.
struct ErrorHelpEndpoint: Endpoint {
    let routes = [Route(.get, "/errors/:code")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        guard let code = ErrorHelp.codes.first(where: { $0 == parts["code"] }) else {
            return .text(.notFound, "There is no such error.")
        }
        return .text(.ok, ErrorHelp.text(about: code))
    }
}
