internal import HTTP
internal import Text

/// Reads one answer from the bytes that come.
struct AnswerReader {
    /// What has come and is not read yet.
    var bytes: [UInt8] = []

    private let method: Method
    private let limit: Int
    private var progress = ResponseHead.Progress()
    private var head: ResponseHead?
    private var framing = ResponseFraming.none
    private var chunks: ChunkedBody

    init(_ method: Method, bodyBytes limit: Int) {
        self.method = method
        self.limit = limit
        chunks = ChunkedBody(limit: limit)
    }

    /// The answer, once all of it is there.
    mutating func read() throws(NetFailure) -> Response? {
        do throws(Malformation) {
            guard try readHead(), let head else { return nil }
            switch framing {
            case .none: return Response(head.status, fields: head.fields)
            case .length(let count):
                guard bytes.count >= count else { return nil }
                return Response(head.status, fields: head.fields, body: Array(bytes[..<count]))
            case .chunked:
                let taken = try Self.read(bytes, into: &chunks)
                bytes.removeSubrange(..<taken)
                guard chunks.isComplete else { return nil }
                return Response(head.status, fields: head.fields, body: chunks.body)
            case .untilClose:
                guard bytes.count <= limit else { throw .bodyTooLong }
                return nil
            }
        } catch {
            throw error == .bodyTooLong ? .answerTooLarge : .answerMalformed
        }
    }

    /// The answer that ends where the connection does; any other has been cut off.
    mutating func end() throws(NetFailure) -> Response {
        if let response = try read() { return response }
        guard let head, framing == .untilClose else { throw .closed }
        return Response(head.status, fields: head.fields, body: bytes)
    }

    private mutating func readHead() throws(Malformation) -> Bool {
        while head == nil {
            guard let (read, length) = try Self.readHead(bytes, &progress) else { return false }
            bytes.removeSubrange(..<length)
            progress = ResponseHead.Progress()
            // RFC 9110 §15.2: any number of interim answers may come before the one that counts.
            guard read.status.code >= 200 else { continue }
            head = read
            framing = try ResponseFraming(read, to: method, limit: limit)
        }
        return true
    }

    private static func readHead(
        _ bytes: borrowing [UInt8],
        _ progress: inout ResponseHead.Progress
    ) throws(Malformation) -> (head: ResponseHead, length: Int)? {
        try ResponseHead.read(bytes.span, &progress)
    }

    private static func read(_ bytes: borrowing [UInt8], into chunks: inout ChunkedBody) throws(Malformation) -> Int {
        try chunks.read(bytes.span)
    }
}
