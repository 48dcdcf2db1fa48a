import Text

/// How far the head of a message has been read, so that bytes that come one by one are each read once.
///
/// Line after line is taken as soon as it is whole. What is wrong is found at the same byte, and named
/// the same, however the bytes were cut on their way.
struct HeadLines: Sendable {
    /// Where the line begins that is not whole yet.
    private(set) var lineStart = 0
    private(set) var fields = Fields()
    /// Up to here there is no end of line behind `lineStart`.
    private var searched = 0

    /// The next line without its end, or `nil` while it is not whole.
    mutating func next(
        _ bytes: borrowing Span<UInt8>,
        limit: Int,
        tooLong: Malformation
    ) throws(Malformation) -> Range<Int>? {
        let end = min(bytes.count, lineStart + limit + 1, Limits.headBytes)
        var index = searched
        while index < end, bytes[index] != .carriageReturn, bytes[index] != .newline { index += 1 }
        searched = index
        guard index < end else {
            guard index <= lineStart + limit else { throw tooLong }
            guard index < Limits.headBytes else { throw .headTooLong }
            return nil
        }
        // RFC 9112 §2.2 lets a lone LF pass, and a lone CR be a space. We do not: two readers that
        // disagree on where a line ends are how requests are smuggled.
        guard bytes[index] == .carriageReturn else { throw .bareLineFeed }
        guard index + 1 < Limits.headBytes else { throw .headTooLong }
        guard index + 1 < bytes.count else { return nil }
        guard bytes[index + 1] == .newline else { throw .bareCarriageReturn }
        let line = lineStart..<index
        lineStart = index + 2
        searched = lineStart
        return line
    }

    /// Reads field lines to the empty one; false while that has not come.
    mutating func readFields(_ bytes: borrowing Span<UInt8>) throws(Malformation) -> Bool {
        if fields.isEmpty { fields.reserve(bytes: bytes.count - lineStart, fields: Limits.expectedHeaderFields) }
        while let line = try next(bytes, limit: Limits.headerFieldBytes, tooLong: .fieldTooLong) {
            guard !line.isEmpty else { return true }
            guard fields.count < Limits.headerFields else { throw .tooManyFields }
            try fields.read(bytes, in: line)
        }
        return false
    }
}

extension Fields {
    /// Reads `name: value`: RFC 9112 §5, without line folding.
    mutating func read(_ bytes: borrowing Span<UInt8>, in line: Range<Int>) throws(Malformation) {
        var index = line.lowerBound
        while index < line.upperBound, bytes[index].isTokenCharacter { index += 1 }
        // RFC 9112 §5.1: nothing stands between name and colon. A line that begins with white space
        // would be a folded one (§5.2), and has no name either.
        guard index > line.lowerBound, index < line.upperBound, bytes[index] == UInt8(ascii: ":") else {
            throw .fieldNameMalformed
        }
        let name = line.lowerBound..<index

        var start = index + 1
        while start < line.upperBound, bytes[start].isFieldSpace { start += 1 }
        var end = line.upperBound
        while end > start, bytes[end - 1].isFieldSpace { end -= 1 }
        for position in start..<end where !bytes[position].isFieldContent {
            throw .fieldValueMalformed
        }
        // RFC 9110 §5.5 lets a tab stand behind a value. Readers that only know the space find another coding there.
        if end < line.upperBound, bytes.equalsIgnoringCase("transfer-encoding", in: name) {
            for position in end..<line.upperBound where bytes[position] == .horizontalTab { throw .codingMalformed }
        }
        append(read: bytes, name: name, value: start..<end)
    }
}
