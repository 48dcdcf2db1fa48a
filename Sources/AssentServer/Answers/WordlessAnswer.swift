internal import HTTP

extension Response {
    /// What is said where there is not even the reference under which more could be said.
    static var wordless: Response {
        var response = Response.empty(.serviceUnavailable)
        response.fields.append(.retryAfter, "1")
        return response
    }
}
