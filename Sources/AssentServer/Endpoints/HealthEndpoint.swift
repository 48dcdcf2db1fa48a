internal import HTTP
internal import Text

/// `GET /health`: whether the process answers, and nothing else about it.
struct HealthEndpoint: Endpoint {
    let routes = [Route(.get, "/health")]

    func respond(to request: Request, _ parts: PathParts, at now: Timestamp) async -> Response {
        var response = Response.json(.ok, ["status": "ok"])
        response.fields.append(.cacheControl, "no-store")
        return response
    }
}
