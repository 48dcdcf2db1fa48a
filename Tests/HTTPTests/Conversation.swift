import HTTP
import Text

/// What a connection makes of the bytes of a client: requests one after the other, until they end or go wrong.
///
/// This is the loop of a server without its socket, so that what is decided here holds for every split.
struct Conversation {
    struct Exchange: Equatable {
        let method: Method
        let path: WireText
        let query: WireText?
        let authority: WireText?
        let fields: Fields
        let isVersion10: Bool
        let framing: BodyFraming
        let body: [UInt8]
    }

    private(set) var exchanges: [Exchange] = []
    private(set) var refusal: Malformation?
    /// What has come of a request that is not whole yet.
    private var buffer: [UInt8] = []
    private var progress = RequestHead.Progress()
    private var begun: (head: RequestHead, framing: BodyFraming)?
    private var chunks = ChunkedBody()

    init(_ text: String) {
        self.init([Array(text.utf8)])
    }

    init(_ pieces: [[UInt8]]) {
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

    var isWaiting: Bool { refusal == nil && (begun != nil || !buffer.isEmpty) }

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
    static func == (left: Self, right: Self) -> Bool {
        left.exchanges == right.exchanges && left.refusal == right.refusal && left.isWaiting == right.isWaiting
    }
}
