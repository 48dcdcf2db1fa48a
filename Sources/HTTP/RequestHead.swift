package import Text

/// The request line and the fields, read and checked: RFC 9112 §2 to §5.
package struct RequestHead: Sendable {
    package let method: Method
    /// The path exactly as it was sent, without the query; `*` for the server as a whole.
    package let path: WireText
    package let query: WireText?
    /// Host and port as the client named them, in lower case; `nil` only in HTTP/1.0.
    package let authority: WireText?
    package let fields: Fields
    package let isVersion10: Bool

    /// How far a head has been read.
    ///
    /// Keep one while more of the same head is awaited.
    package struct Progress: Sendable {
        fileprivate var lines = HeadLines()
        fileprivate var line: RequestLine?
        fileprivate var skippedEmptyLine = false

        package init() {}
    }

    /// Reads a head from the front of the bytes.
    ///
    /// The work for a whole head is linear in its length however many pieces it comes in, because
    /// `progress` remembers what has been read. The bytes given later must begin with those given before.
    ///
    /// - Returns: The head and the bytes it took, or `nil` while its end has not come.
    package static func read(
        _ bytes: borrowing Span<UInt8>,
        _ progress: inout Progress
    ) throws(Malformation) -> (head: RequestHead, length: Int)? {
        guard let line = try requestLine(bytes, &progress) else { return nil }
        guard try progress.lines.readFields(bytes) else { return nil }
        return (try RequestHead(line, progress.lines.fields), progress.lines.lineStart)
    }

    /// Reads a head that is expected to be whole.
    package static func read(
        _ bytes: borrowing Span<UInt8>
    ) throws(Malformation) -> (head: RequestHead, length: Int)? {
        var progress = Progress()
        return try read(bytes, &progress)
    }

    private static func requestLine(
        _ bytes: borrowing Span<UInt8>,
        _ progress: inout Progress
    ) throws(Malformation) -> RequestLine? {
        if let line = progress.line { return line }
        while let range = try progress.lines.next(
            bytes,
            limit: Limits.requestLineBytes,
            tooLong: .requestLineTooLong
        ) {
            // RFC 9112 §2.2: one empty line is passed over, for clients that end a body with one.
            if range.isEmpty, !progress.skippedEmptyLine {
                progress.skippedEmptyLine = true
                continue
            }
            let line = try RequestLine(bytes, in: range)
            progress.line = line
            return line
        }
        return nil
    }

    private init(_ line: RequestLine, _ fields: Fields) throws(Malformation) {
        let host = try Self.host(fields, isRequired: !line.isVersion10)
        // RFC 9112 §3.2.2 says that the target wins. Two readers could choose differently, so they have to agree.
        if let named = line.target.authority, let host, named != host { throw .hostContradicted }
        method = line.method
        path = line.target.path
        query = line.target.query
        authority = line.target.authority ?? host
        self.fields = fields
        isVersion10 = line.isVersion10
    }

    /// RFC 9112 §3.2: exactly one, but for HTTP/1.0, which may have none.
    private static func host(_ fields: Fields, isRequired: Bool) throws(Malformation) -> WireText? {
        guard let host = fields.bytes(.host) else {
            guard !isRequired else { throw .hostMissing }
            return nil
        }
        guard fields.occurrences(of: .host) == 1 else { throw .hostRepeated }
        return try Authority.read(host.span, in: host.indices)
    }
}
