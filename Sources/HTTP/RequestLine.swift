import Text

/// Method, target and version: RFC 9112 §3.
struct RequestLine: Sendable {
    let method: Method
    let target: RequestTarget
    let isVersion10: Bool

    /// Reads a line without its end.
    init(_ bytes: borrowing Span<UInt8>, in line: Range<Int>) throws(Malformation) {
        var index = line.lowerBound
        while index < line.upperBound, bytes[index].isTokenCharacter { index += 1 }
        let methodEnd = index
        guard methodEnd > line.lowerBound, methodEnd - line.lowerBound <= Limits.methodBytes,
            methodEnd < line.upperBound, bytes[methodEnd] == .space,
            let token = WireText(bytes, in: line.lowerBound..<methodEnd)
        else { throw .methodMalformed }
        method = Method(token)

        index += 1
        let targetStart = index
        while index < line.upperBound, bytes[index] != .space { index += 1 }
        // A line without a version is HTTP/0.9, which has no end of head and no answer we could give.
        guard index < line.upperBound else { throw .versionMalformed }
        let targetRange = targetStart..<index
        isVersion10 = try Self.isVersion10(bytes, in: (index + 1)..<line.upperBound)
        guard method != .connect else { throw .tunnel }
        target = try RequestTarget(bytes, in: targetRange, method: method)
    }

    private static func isVersion10(
        _ bytes: borrowing Span<UInt8>,
        in range: Range<Int>
    ) throws(Malformation) -> Bool {
        guard range.count == 8, bytes.matches("HTTP/", at: range.lowerBound) else { throw .versionMalformed }
        let major = bytes[range.lowerBound + 5]
        let minor = bytes[range.lowerBound + 7]
        guard major.isDigit, bytes[range.lowerBound + 6] == UInt8(ascii: "."), minor.isDigit else {
            throw .versionMalformed
        }
        guard major == UInt8(ascii: "1"), minor == UInt8(ascii: "0") || minor == UInt8(ascii: "1") else {
            throw .versionNotSpoken
        }
        return minor == UInt8(ascii: "0")
    }
}
