import Text

/// The status line and the fields of an answer, for our own client: RFC 9112 §4.
package struct ResponseHead: Sendable {
    package let status: Status
    package let fields: Fields
    package let isVersion10: Bool

    /// How far a head has been read.
    ///
    /// Keep one while more of the same head is awaited.
    package struct Progress: Sendable {
        fileprivate var lines = HeadLines()
        fileprivate var line: (status: Status, isVersion10: Bool)?

        package init() {}
    }

    /// Reads a head from the front of the bytes, as `RequestHead.read` does.
    package static func read(
        _ bytes: borrowing Span<UInt8>,
        _ progress: inout Progress
    ) throws(Malformation) -> (head: ResponseHead, length: Int)? {
        if progress.line == nil {
            guard
                let range = try progress.lines.next(
                    bytes,
                    limit: Limits.requestLineBytes,
                    tooLong: .headTooLong
                )
            else { return nil }
            progress.line = try statusLine(bytes, in: range)
        }
        guard let line = progress.line, try progress.lines.readFields(bytes) else { return nil }
        let head = ResponseHead(status: line.status, fields: progress.lines.fields, isVersion10: line.isVersion10)
        return (head, progress.lines.lineStart)
    }

    package static func read(
        _ bytes: borrowing Span<UInt8>
    ) throws(Malformation) -> (head: ResponseHead, length: Int)? {
        var progress = Progress()
        return try read(bytes, &progress)
    }

    private static func statusLine(
        _ bytes: borrowing Span<UInt8>,
        in line: Range<Int>
    ) throws(Malformation) -> (status: Status, isVersion10: Bool) {
        let start = line.lowerBound
        let isVersion10 = bytes.matches("HTTP/1.0 ", at: start)
        guard line.count >= 12, isVersion10 || bytes.matches("HTTP/1.1 ", at: start) else { throw .versionMalformed }
        // The reason is for people, and not read; but it is there, or nothing is.
        guard let code = Decimal.read(bytes, in: (start + 9)..<(start + 12)), let status = Status(code),
            line.count == 12 || bytes[start + 12] == .space
        else { throw .statusMalformed }
        return (status, isVersion10)
    }
}

/// How the end of an answer's body is found: RFC 9112 §6.3.
package enum ResponseFraming: Sendable, Hashable {
    case none
    case length(Int)
    case chunked
    /// The body ends where the connection does.
    case untilClose

    package init(_ head: ResponseHead, to method: Method, limit: Int) throws(Malformation) {
        guard !head.status.hasNoBody, method != .head else {
            self = .none
            return
        }
        switch try BodyFraming.read(head.fields, isVersion10: head.isVersion10, limit: limit) {
        case .chunked: self = .chunked
        case .length(let length): self = .length(length)
        case .none: self = head.fields.contains(.contentLength) ? .none : .untilClose
        }
    }
}
