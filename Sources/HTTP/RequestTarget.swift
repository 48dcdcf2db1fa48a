import Text

/// What a request asks for: RFC 9112 §3.2, without the authority form that CONNECT alone has.
///
/// The bytes stay as they are. Nothing is decoded, no dots are resolved: a path that is not written
/// as a route is written is another path.
struct RequestTarget: Sendable {
    let path: WireText
    let query: WireText?
    /// The authority of an absolute target.
    let authority: WireText?

    init(_ bytes: borrowing Span<UInt8>, in range: Range<Int>, method: Method) throws(Malformation) {
        guard !range.isEmpty else { throw .targetMalformed }
        var pathStart = range.lowerBound
        if bytes[pathStart] == UInt8(ascii: "*") {
            guard range.count == 1, method == .options else { throw .targetMalformed }
            (path, query, authority) = ("*", nil, nil)
            return
        }
        if bytes[pathStart] == UInt8(ascii: "/") {
            authority = nil
        } else {
            let authorityStart = try Self.endOfScheme(bytes, in: range)
            pathStart = authorityStart
            while pathStart < range.upperBound, bytes[pathStart] != UInt8(ascii: "/"),
                bytes[pathStart] != UInt8(ascii: "?")
            {
                pathStart += 1
            }
            authority = try Authority.read(bytes, in: authorityStart..<pathStart)
        }

        var pathEnd = pathStart
        while pathEnd < range.upperBound, bytes[pathEnd] != UInt8(ascii: "?") {
            try Self.requirePathByte(bytes, at: pathEnd, before: range.upperBound)
            pathEnd += 1
        }
        // RFC 9112 §3.2.1: an absolute target without a path means the root.
        path = pathEnd == pathStart ? "/" : try Self.text(bytes, pathStart..<pathEnd)

        guard pathEnd < range.upperBound else {
            query = nil
            return
        }
        for index in (pathEnd + 1)..<range.upperBound {
            guard bytes[index].isTargetCharacter else { throw .targetMalformed }
        }
        query = try Self.text(bytes, (pathEnd + 1)..<range.upperBound)
    }

    /// Where the authority of `http://` or `https://` begins; no other scheme is ours.
    private static func endOfScheme(
        _ bytes: borrowing Span<UInt8>,
        in range: Range<Int>
    ) throws(Malformation) -> Int {
        for scheme in ["http://", "https://"] {
            let end = range.lowerBound + scheme.utf8.count
            if end <= range.upperBound, bytes.equalsIgnoringCase(scheme, in: range.lowerBound..<end) { return end }
        }
        throw .targetMalformed
    }

    /// A path has whole escapes, and none of them is NUL.
    ///
    /// A query is decoded by those who read it, who can say by redirect what is wrong with it.
    private static func requirePathByte(
        _ bytes: borrowing Span<UInt8>,
        at index: Int,
        before end: Int
    ) throws(Malformation) {
        guard bytes[index].isTargetCharacter else { throw .targetMalformed }
        guard bytes[index] == UInt8(ascii: "%") else { return }
        guard end - index > 2, let high = bytes[index + 1].hexValue, let low = bytes[index + 2].hexValue,
            high << 4 | low != 0
        else { throw .targetMalformed }
    }

    private static func text(
        _ bytes: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) throws(Malformation) -> WireText {
        guard let text = WireText(bytes, in: range) else { throw .targetMalformed }
        return text
    }
}

extension UInt8 {
    /// A character that RFC 3986 §2 has a use for; the fragment's `#` never reaches a server.
    var isTargetCharacter: Bool {
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "$")...UInt8(ascii: ";"), UInt8(ascii: "="),
            UInt8(ascii: "?")...UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "_"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
