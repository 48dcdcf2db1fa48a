package import HTTP
package import Text

/// What a connection makes of the bytes of a client: requests one after the other, until they end or go wrong.
///
/// This is the loop of a server without its socket, so that what is decided here holds for every split.
package struct Conversation: Sendable {
    /// A request as it was understood.
    package struct Exchange: Sendable, Equatable {
        package let method: Method
        package let path: WireText
        package let query: WireText?
        package let authority: WireText?
        package let fields: Fields
        package let isVersion10: Bool
        package let framing: BodyFraming
        package let body: [UInt8]
    }

    package private(set) var exchanges: [Exchange] = []
    package private(set) var refusal: Malformation?
    /// What has come of a request that is not whole yet.
    private var buffer: [UInt8] = []
    private var progress = RequestHead.Progress()
    private var begun: (head: RequestHead, framing: BodyFraming)?
    private var chunks = ChunkedBody()

    package init(_ text: String) {
        self.init([Array(text.utf8)])
    }

    package init(_ pieces: [[UInt8]]) {
        for piece in pieces {
            guard refusal == nil else { return }
            buffer += piece
            do throws(Malformation) {
                while try step() {}
            } catch {
                refusal = error
            }
        }
    }

    package var isWaiting: Bool { refusal == nil && (begun != nil || !buffer.isEmpty) }

    /// Takes one head or one body from the buffer; false where more bytes are needed.
    private mutating func step() throws(Malformation) -> Bool {
        let bytes = buffer
        guard let (head, framing) = begun else {
            guard let (head, length) = try RequestHead.read(bytes.span, &progress) else { return false }
            buffer.removeFirst(length)
            progress = RequestHead.Progress()
            chunks = ChunkedBody()
            let framing = try BodyFraming(head)
            _ = try framing.awaitsContinue(head)
            begun = (head, framing)
            return true
        }
        let body: [UInt8]
        switch framing {
        case .none: body = []
        case .length(let length):
            guard buffer.count >= length else { return false }
            body = Array(buffer[..<length])
            buffer.removeFirst(length)
        case .chunked:
            let taken = try chunks.read(bytes.span)
            buffer.removeFirst(taken)
            guard chunks.isComplete else { return false }
            body = chunks.body
        }
        begun = nil
        exchanges.append(
            Exchange(
                method: head.method,
                path: head.path,
                query: head.query,
                authority: head.authority,
                fields: head.fields,
                isVersion10: head.isVersion10,
                framing: framing,
                body: body
            )
        )
        return true
    }
}

extension Conversation: Equatable {
    package static func == (left: Self, right: Self) -> Bool {
        left.exchanges == right.exchanges && left.refusal == right.refusal && left.isWaiting == right.isWaiting
    }
}

extension Conversation.Exchange {
    /// The request as it was understood, with its body by the same framing.
    package var written: [UInt8] {
        let origin = path == "*" || authority == nil || fields.contains(.host)
        let target = (origin ? "" : "http://\(authority ?? "")") + path.string
        let query = query.map { "?\($0)" } ?? ""
        let version = isVersion10 ? "HTTP/1.0" : "HTTP/1.1"
        var bytes = Array("\(method.token) \(target)\(query) \(version)\r\n".utf8)
        bytes += fields.lines
        bytes += Array("\r\n".utf8)
        guard framing == .chunked else { return bytes + body }
        if !body.isEmpty { bytes += Array("\(String(body.count, radix: 16))\r\n".utf8) + body + Array("\r\n".utf8) }
        return bytes + Array("0\r\n\r\n".utf8)
    }
}
