internal import HTTP
internal import OAuth
internal import Text

/// A "no" at an endpoint for machines: RFC 6749 §5.2.
enum RefusalAnswer {
    /// - Parameter usedHeader: Whether the client tried the Authorization header, which then must be named.
    static func json(_ refusal: Refusal, usedHeader: Bool = false) -> Response {
        var writer = JSONWriter(capacity: 160)
        writer.beginObject()
        writer.member("error", refusal.code)
        writer.member("error_description", WireText(refusal.sentence))
        writer.endObject()
        var response = Response.json(Status(refusal.status) ?? .badRequest, bytes: writer.bytes)
        response.fields.append(.cacheControl, "no-store")
        if usedHeader, refusal.status == 401 {
            response.fields.append(.wwwAuthenticate, "Basic realm=\"assent\", charset=\"UTF-8\"")
        }
        if refusal == .temporarilyUnavailable { response.fields.append(.retryAfter, "1") }
        return response
    }

    /// A "no" at a resource: RFC 6750 §3.
    static func bearer(_ refusal: Refusal) -> Response {
        var response = json(refusal)
        guard refusal.status == 401 || refusal.status == 403 else { return response }
        let challenge: WireText =
            refusal == .accessTokenMissing
            ? "Bearer realm=\"assent\""
            : WireText(
                "Bearer realm=\"assent\", error=\"\(refusal.code)\", error_description=\"\(refusal.sentence)\""
            )
        if let value = FieldValue(challenge) { response.fields.append(.wwwAuthenticate, value) }
        return response
    }
}
