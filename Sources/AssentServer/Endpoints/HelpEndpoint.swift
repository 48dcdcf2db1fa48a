internal import HTTP
internal import Surfaces
internal import Text

/// `GET /help/errors/:code`: where the errors of the bank's own back end lead.
struct HelpEndpoint: PageEndpoint {
    let house: House

    let routes = [Route(.get, "/help/errors/:code")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        guard let error = KonsentusError.allCases.first(where: { $0.code == parts["code"] }) else {
            return .text(.notFound, "There is no such error.")
        }
        return house.pages.help(error, for: Reader(of: request, at: now))
    }
}
