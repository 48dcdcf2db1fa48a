import Fuzzing
import HTTP

/// The head of an answer to our own client is the same wherever the network cuts it.
enum FuzzedAnswer {
    static func check(_ bytes: [UInt8]) throws(Broken) -> Verdict {
        let whole = read(bytes, from: bytes.count)
        try require(read(bytes, from: bytes.cut) == whole, "cut at \(bytes.cut) it is another head")
        try require(read(bytes, from: 0) == whole, "byte by byte it is another head")
        guard case .head(let length, let status, _, let framing) = whole else { return .refused }
        try require((1...bytes.count).contains(length) && (100...599).contains(status), "there is no such head")
        if case .length(let length)? = framing { try require((1...1_000).contains(length), "a length over the limit") }
        return .accepted
    }

    private enum Reading: Equatable {
        case unfinished
        case refused(Malformation)
        case head(length: Int, status: Int, fields: [UInt8], framing: ResponseFraming?)
    }

    /// Reads when this many bytes have come, and again with each one more.
    private static func read(_ bytes: [UInt8], from start: Int) -> Reading {
        var progress = ResponseHead.Progress()
        for count in start...bytes.count {
            do throws(Malformation) {
                guard let (head, length) = try ResponseHead.read(bytes.span.extracting(first: count), &progress) else {
                    continue
                }
                return .head(
                    length: length,
                    status: head.status.code,
                    fields: head.fields.lines,
                    framing: try? ResponseFraming(head, to: .get, limit: 1_000)
                )
            } catch {
                return .refused(error)
            }
        }
        return .unfinished
    }
}
