import Text

/// A body in chunks, decoded as it comes: RFC 9112 §7.1.
///
/// Hand it what has arrived, as often as it asks for more. It takes no byte behind the end of the body,
/// so that the next request begins exactly where it stopped. Trailers are read, checked and dropped:
/// what stands there has no say in anything.
package struct ChunkedBody: Sendable {
    /// The data so far.
    package private(set) var body: [UInt8] = []
    package private(set) var isComplete = false

    private let bodyLimit: Int
    private var state = State.size
    /// The bytes of a size or trailer line that is not whole yet.
    private var line: [UInt8] = []
    private var chunks = 0
    private var extensionBytes = 0
    private var trailers = Fields()

    private enum State: Sendable {
        case size
        case data(left: Int)
        case endOfData
        case trailer
    }

    package init(limit: Int = Limits.bodyBytes) {
        bodyLimit = limit
    }

    /// Decodes from the front of the bytes.
    ///
    /// - Returns: How many bytes were taken: all of them, but for those behind the end of the body.
    package mutating func read(_ bytes: borrowing Span<UInt8>) throws(Malformation) -> Int {
        var index = 0
        while index < bytes.count, !isComplete {
            switch state {
            case .data(let left):
                let taken = min(left, bytes.count - index)
                body.append(addingCapacity: taken) { data in
                    for position in index..<(index + taken) { data.append(bytes[position]) }
                }
                index += taken
                state = taken == left ? .endOfData : .data(left: left - taken)
            case .size, .endOfData, .trailer:
                let byte = bytes[index]
                index += 1
                guard try endsLine(byte) else { continue }
                try takeLine()
                line.removeAll(keepingCapacity: true)
            }
        }
        return index
    }

    /// Adds a byte to the line; true where it was the last of the line's end.
    private mutating func endsLine(_ byte: UInt8) throws(Malformation) -> Bool {
        if line.last == .carriageReturn {
            guard byte == .newline else { throw .bareCarriageReturn }
            line.removeLast()
            return true
        }
        guard byte != .newline else { throw .bareLineFeed }
        switch state {
        case .size:
            guard line.count < Self.sizeDigits + Limits.chunkExtensionBytes || byte == .carriageReturn else {
                throw .chunkExtensionTooLong
            }
        case .endOfData, .data:
            guard byte == .carriageReturn else { throw .chunkEndMissing }
        case .trailer:
            guard line.count < Limits.headerFieldBytes || byte == .carriageReturn else { throw .fieldTooLong }
        }
        line.append(byte)
        return false
    }

    private mutating func takeLine() throws(Malformation) {
        switch state {
        case .size:
            let size = try readSize()
            guard size > 0 else {
                state = .trailer
                return
            }
            chunks += 1
            guard chunks <= Limits.chunks else { throw .tooManyChunks }
            guard size <= bodyLimit - body.count else { throw .bodyTooLong }
            state = .data(left: size)
        case .endOfData, .data:
            state = .size
        case .trailer:
            guard !line.isEmpty else {
                isComplete = true
                return
            }
            guard trailers.count < Limits.headerFields else { throw .tooManyFields }
            guard trailers.lines.count + line.count <= Limits.headBytes else { throw .headTooLong }
            let line = line
            try trailers.read(line.span, in: line.indices)
            // RFC 9110 §6.5.1: nothing of the framing stands here, where it would come too late for us and not for
            // a reader that adds trailers to the head.
            guard !trailers.contains(.contentLength) else { throw .lengthAndCoding }
            guard !trailers.contains(.transferEncoding) else { throw .codingRepeated }
        }
    }

    /// Hexadecimal digits in one spelling: no sign, no prefix, no leading zero, no white space.
    private mutating func readSize() throws(Malformation) -> Int {
        var digits = 0
        var size = 0
        while digits < line.count, let value = line[digits].hexValue {
            guard digits < Self.sizeDigits else { throw .chunkSizeMalformed }
            // Sizes beyond the word are beyond every limit, too.
            let (shifted, overflowed) = size.multipliedReportingOverflow(by: 16)
            size = overflowed ? .max : shifted | Int(value)
            digits += 1
        }
        guard digits > 0, digits == 1 || line[0] != UInt8(ascii: "0") else { throw .chunkSizeMalformed }
        guard digits < line.count else { return size }

        guard line[digits] == UInt8(ascii: ";") else { throw .chunkSizeMalformed }
        let length = line.count - digits
        extensionBytes += length
        guard length <= Limits.chunkExtensionBytes, extensionBytes <= Limits.chunkExtensionBytesInAll else {
            throw .chunkExtensionTooLong
        }
        guard ChunkExtensions.areWellFormed(line.span, in: digits..<line.count) else {
            throw .chunkExtensionMalformed
        }
        return size
    }

    /// The digits of the largest size that 64 bits hold.
    private static let sizeDigits = 16
}
