import Text

/// How the end of a request body is found: RFC 9112 §6.3, with one rule for each case and no second chance.
package enum BodyFraming: Sendable, Hashable {
    case none
    case length(Int)
    case chunked

    package init(_ head: RequestHead, limit: Int = Limits.bodyBytes) throws(Malformation) {
        self = try Self.read(head.fields, isVersion10: head.isVersion10, limit: limit)
        guard self == .none || !head.fields.contains(.contentEncoding) else { throw .contentCoded }
    }

    /// The one rule about lengths, for requests and for answers.
    static func read(_ fields: Fields, isVersion10: Bool, limit: Int) throws(Malformation) -> BodyFraming {
        let length = fields.bytes(.contentLength)
        if let coding = fields.bytes(.transferEncoding) {
            // RFC 9112 §6.1: with both, the sender may be smuggling; and HTTP/1.0 knows no codings.
            guard length == nil else { throw .lengthAndCoding }
            guard !isVersion10 else { throw .codingInVersion10 }
            guard fields.occurrences(of: .transferEncoding) == 1 else { throw .codingRepeated }
            try requireChunked(coding.span)
            return .chunked
        }
        guard let length else { return .none }
        guard fields.occurrences(of: .contentLength) == 1 else { throw .lengthRepeated }
        guard let count = Decimal.read(length.span, in: length.indices) else { throw .lengthMalformed }
        guard count <= limit else { throw .bodyTooLong }
        return count == 0 ? .none : .length(count)
    }

    /// Whether the client waits to be told that its body is wanted: RFC 9110 §10.1.1.
    package func awaitsContinue(_ head: RequestHead) throws(Malformation) -> Bool {
        guard let expectation = head.fields.bytes(.expect) else { return false }
        let isContinue = expectation.span.equalsIgnoringCase("100-continue", in: expectation.indices)
        guard isContinue, head.fields.occurrences(of: .expect) == 1 else { throw .expectationUnknown }
        return self != .none && !head.isVersion10
    }

    private static func requireChunked(_ coding: borrowing Span<UInt8>) throws(Malformation) {
        guard !coding.equalsIgnoringCase("chunked", in: coding.indices) else { return }
        // A single coding of another name is well-formed, and only not known here.
        guard !coding.isEmpty else { throw .codingMalformed }
        for index in coding.indices {
            guard coding[index].isTokenCharacter else { throw .codingMalformed }
        }
        throw .codingNotSpoken
    }
}
