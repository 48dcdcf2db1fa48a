internal import HTTP
internal import OAuth
internal import Text

/// A "no" at an endpoint for machines: RFC 6749 §5.2.
enum RefusalAnswer {
    /// - Parameters:
    ///   - issuer: Whose page says more about the error.
    ///   - usedHeader: Whether the client tried the Authorization header, which then must be named.
    static func json(_ refusal: Refusal, from issuer: Issuer, usedHeader: Bool = false) -> Response {
        var writer = JSONWriter(capacity: 224)
        writer.beginObject()
        writer.member("error", refusal.code)
        writer.member("error_description", WireText(refusal.sentence))
        writer.member("error_uri", refusal.page(at: issuer))
        writer.endObject()
        var response = Response.json(Status(refusal.status) ?? .badRequest, bytes: writer.bytes)
        response.fields.append(.cacheControl, "no-store")
        if usedHeader, refusal.status == 401 {
            response.fields.append(.wwwAuthenticate, "Basic realm=\"assent\", charset=\"UTF-8\"")
        }
        if let seconds = refusal.retryAfterSeconds { response.fields.append(.retryAfter, FieldValue(seconds)) }
        return response
    }

    /// A "no" at a resource: RFC 6750 §3 and RFC 9449 §7.1.
    static func resource(_ refusal: Refusal, from issuer: Issuer, _ challenges: [FieldValue]) -> Response {
        var response = json(refusal, from: issuer)
        // What is a bad request at the token endpoint is a bad credential here.
        if refusal.isOfProof { response.status = .unauthorized }
        guard response.status == .unauthorized || response.status == .forbidden else { return response }
        for challenge in challenges { response.fields.append(.wwwAuthenticate, challenge) }
        return response
    }
}

extension Refusal {
    fileprivate var isOfProof: Bool {
        switch self {
        case .proofMissing, .proofInvalid, .proofNonceNeeded, .proofReplayed: true
        default: false
        }
    }
}
