import Text

/// A token cut at its dots: RFC 7515 §7.1.
struct CompactForm: Sendable {
    let bytes: [UInt8]
    /// Where the first and the second dot stand.
    private let dots: (Int, Int)

    /// Refuses what is too long before it looks at any of it.
    init(_ token: WireText) throws(JOSEFailure) {
        guard token.byteCount <= Limits.tokenBytes else { throw .tooLong }
        bytes = token.bytes
        var found: (first: Int?, second: Int?) = (nil, nil)
        for index in bytes.indices where bytes[index] == UInt8(ascii: ".") {
            guard found.second == nil else { throw .notCompact }
            if found.first == nil { found.first = index } else { found.second = index }
        }
        guard let first = found.first, let second = found.second else { throw .notCompact }
        dots = (first, second)
    }

    func header() throws(JOSEFailure) -> [UInt8] { try decode(0..<dots.0) }

    func payload() throws(JOSEFailure) -> [UInt8] { try decode(dots.0 + 1..<dots.1) }

    func signature() throws(JOSEFailure) -> [UInt8] { try decode(dots.1 + 1..<bytes.count) }

    /// What the signature is made over: RFC 7515 §5.2 step 8.
    var signedRange: Range<Int> { 0..<dots.1 }

    private func decode(_ part: Range<Int>) throws(JOSEFailure) -> [UInt8] {
        guard !part.isEmpty else { throw .notCompact }
        guard let decoded = Base64URL.decode(bytes.span.extracting(part)) else { throw .badBase64URL }
        return decoded
    }
}
