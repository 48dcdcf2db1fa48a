/// Every way in which what a client sends is not the HTTP we speak.
///
/// After any of them the connection is closed: nobody knows any more where the next request begins.
package enum Malformation: Error, Sendable, Hashable, CaseIterable {
    // The request line.
    case requestLineTooLong
    case methodMalformed
    case targetMalformed
    case versionMalformed
    case versionNotSpoken
    /// CONNECT asks for a tunnel; we are nobody's proxy.
    case tunnel
    /// The first line of an answer to our own client.
    case statusMalformed

    // Lines and fields.
    case bareLineFeed
    case bareCarriageReturn
    case fieldNameMalformed
    case fieldValueMalformed
    case fieldTooLong
    case tooManyFields
    case headTooLong

    // Host.
    case hostMissing
    case hostRepeated
    case hostMalformed
    /// The target names a host of its own, and not the same.
    case hostContradicted

    // Length.
    case lengthMalformed
    case lengthRepeated
    case lengthAndCoding
    case codingMalformed
    case codingRepeated
    /// RFC 9112 §6.1: HTTP/1.0 has no transfer codings.
    case codingInVersion10
    case codingNotSpoken
    case bodyTooLong

    // Chunks.
    case chunkSizeMalformed
    case chunkExtensionMalformed
    case chunkExtensionTooLong
    case chunkEndMissing
    case tooManyChunks

    // What else a request may ask.
    case expectationUnknown
    /// Nothing is inflated: a small body that grows is an attack.
    case contentCoded

    // Time.
    case headTooSlow
    case bodyTooSlow

    /// What the client is told before the connection ends.
    package var status: Status {
        switch self {
        case .requestLineTooLong: .uriTooLong
        case .versionNotSpoken: .httpVersionNotSupported
        case .tunnel: .methodNotAllowed
        case .fieldTooLong, .tooManyFields, .headTooLong: .requestHeaderFieldsTooLarge
        case .codingNotSpoken: .notImplemented
        case .bodyTooLong: .contentTooLarge
        case .expectationUnknown: .expectationFailed
        case .contentCoded: .unsupportedMediaType
        case .headTooSlow, .bodyTooSlow: .requestTimeout
        case .methodMalformed, .statusMalformed, .targetMalformed, .versionMalformed, .bareLineFeed,
            .bareCarriageReturn,
            .fieldNameMalformed, .fieldValueMalformed, .hostMissing, .hostRepeated, .hostMalformed,
            .hostContradicted, .lengthMalformed, .lengthRepeated, .lengthAndCoding, .codingMalformed,
            .codingRepeated, .codingInVersion10, .chunkSizeMalformed, .chunkExtensionMalformed,
            .chunkExtensionTooLong, .chunkEndMissing, .tooManyChunks:
            .badRequest
        }
    }
}
