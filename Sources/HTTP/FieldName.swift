package import Text

/// The name of a header field: a token, compared without case, kept in lower case.
package struct FieldName: Sendable, Hashable {
    /// The name in lower case.
    package let text: WireText

    /// Reads a token (RFC 9110 §5.1), and refuses everything else.
    package init?(_ text: WireText) {
        guard !text.isEmpty, text.utf8.allSatisfy(\.isTokenCharacter) else { return nil }
        self.text = text.lowercasedASCII
    }
}

extension FieldName: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) {
        guard let name = FieldName(WireText(value)) else {
            preconditionFailure("A field name in our own code is not a token.")
        }
        self = name
    }
}

extension FieldName: CustomStringConvertible {
    package var description: String { text.string }
}

extension FieldName {
    package static let accept: FieldName = "accept"
    package static let acceptLanguage: FieldName = "accept-language"
    package static let allow: FieldName = "allow"
    package static let authorization: FieldName = "authorization"
    package static let cacheControl: FieldName = "cache-control"
    package static let clientCert: FieldName = "client-cert"
    package static let clientCertChain: FieldName = "client-cert-chain"
    package static let connection: FieldName = "connection"
    package static let contentDisposition: FieldName = "content-disposition"
    package static let contentEncoding: FieldName = "content-encoding"
    package static let contentLanguage: FieldName = "content-language"
    package static let contentLength: FieldName = "content-length"
    package static let contentSecurityPolicy: FieldName = "content-security-policy"
    package static let contentType: FieldName = "content-type"
    package static let cookie: FieldName = "cookie"
    package static let crossOriginOpenerPolicy: FieldName = "cross-origin-opener-policy"
    package static let crossOriginResourcePolicy: FieldName = "cross-origin-resource-policy"
    package static let date: FieldName = "date"
    package static let dpop: FieldName = "dpop"
    package static let dpopNonce: FieldName = "dpop-nonce"
    package static let eTag: FieldName = "etag"
    package static let expect: FieldName = "expect"
    package static let forwarded: FieldName = "forwarded"
    package static let host: FieldName = "host"
    package static let idempotencyKey: FieldName = "idempotency-key"
    package static let ifNoneMatch: FieldName = "if-none-match"
    package static let location: FieldName = "location"
    package static let origin: FieldName = "origin"
    package static let permissionsPolicy: FieldName = "permissions-policy"
    package static let pragma: FieldName = "pragma"
    package static let referer: FieldName = "referer"
    package static let referrerPolicy: FieldName = "referrer-policy"
    package static let refresh: FieldName = "refresh"
    package static let retryAfter: FieldName = "retry-after"
    package static let secFetchDest: FieldName = "sec-fetch-dest"
    package static let secFetchMode: FieldName = "sec-fetch-mode"
    package static let secFetchSite: FieldName = "sec-fetch-site"
    package static let setCookie: FieldName = "set-cookie"
    package static let strictTransportSecurity: FieldName = "strict-transport-security"
    package static let traceparent: FieldName = "traceparent"
    package static let transferEncoding: FieldName = "transfer-encoding"
    package static let userAgent: FieldName = "user-agent"
    package static let vary: FieldName = "vary"
    package static let wwwAuthenticate: FieldName = "www-authenticate"
    package static let xContentTypeOptions: FieldName = "x-content-type-options"
    package static let xFAPIInteractionID: FieldName = "x-fapi-interaction-id"
    package static let xForwardedFor: FieldName = "x-forwarded-for"
    package static let xFrameOptions: FieldName = "x-frame-options"
    package static let xIdempotencyKey: FieldName = "x-idempotency-key"
    package static let xJWSSignature: FieldName = "x-jws-signature"
    package static let xRequestID: FieldName = "x-request-id"
}
