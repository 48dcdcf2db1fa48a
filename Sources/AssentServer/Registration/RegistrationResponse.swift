internal import HTTP
internal import OAuth
internal import Text

/// The answers of both endpoints: RFC 7591 §3.2.
enum RegistrationResponse {
    static func information(_ document: JSON, _ status: Status) -> Response {
        keptByNobody(.json(status, document))
    }

    /// - Parameter issuer: Whose page says more about the error.
    static func refusal(_ refusal: RegistrationRefusal, from issuer: Issuer) -> Response {
        var writer = JSONWriter(capacity: 224)
        writer.beginObject()
        writer.member("error", refusal.code)
        writer.member("error_description", plain(refusal.sentence))
        writer.member("error_uri", refusal.page(at: issuer))
        writer.endObject()
        var response = keptByNobody(.json(Status(refusal.status) ?? .badRequest, bytes: writer.bytes))
        switch refusal {
        // RFC 6750 §3.1: who sent nothing hears no error.
        case .tokenMissing: response.fields.append(.wwwAuthenticate, "Bearer")
        case .tokenInvalid: response.fields.append(.wwwAuthenticate, "Bearer error=\"invalid_token\"")
        case .server(let refusal):
            if let seconds = refusal.retryAfterSeconds { response.fields.append(.retryAfter, FieldValue(seconds)) }
        default: break
        }
        return response
    }

    private static func keptByNobody(_ response: Response) -> Response {
        var response = response
        response.fields.append(.cacheControl, "no-store")
        return response
    }

    /// The characters of RFC 6749 §5.2: a sentence may repeat a redirect URI that cannot be registered.
    private static func plain(_ sentence: String) -> WireText {
        let bytes = sentence.utf8.map { byte in
            (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
                ? byte : UInt8(ascii: "?")
        }
        return WireText(bytes) ?? ""
    }
}

extension Request {
    /// RFC 7591 §3 and RFC 7592 §2: a bearer token, in the header and nowhere else.
    func registrationToken() throws(RegistrationRefusal) -> WireText {
        let authorization: Authorization?
        do { authorization = try Authorization.read(fields) } catch { throw .tokenInvalid }
        switch authorization {
        case .bearer(let token): return token
        case nil: throw .tokenMissing
        case .basic, .dpop, .token, .other: throw .tokenInvalid
        }
    }

    /// RFC 7591 §3.1: `application/json`.
    func registrationDocument() throws(RegistrationRefusal) -> JSON {
        guard MediaType(fields)?.essence == "application/json" else {
            throw .metadata(ClientMetadata.Problem("", "The request must be application/json."))
        }
        let json: JSON
        do { json = try JSONReader.read(body) } catch {
            throw .metadata(ClientMetadata.Problem("", "Byte \(error.offset) of the request: \(error.reason)."))
        }
        guard json["software_statement"] == nil else {
            throw .statementUnapproved("A software statement comes in a request that the software has signed.")
        }
        return json
    }
}
