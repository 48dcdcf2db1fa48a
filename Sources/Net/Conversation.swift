internal import HTTP
internal import Text

/// HTTP/1.1 with one client, as far as it goes without waiting.
///
/// Asked what comes next, it reads, parses and writes as much as it can, and then says what it needs.
/// Requests are answered one after the other in their order; what a client sends ahead waits in its
/// socket, so that a flood fills the sender's buffers and not ours.
struct Conversation {
    private let wire: any Channel
    private let handler: any RequestHandler
    private let limits: ConnectionLimits
    private var peer: Peer

    private var stage = Stage.handshake
    /// When the stage must be over, whatever trickles in until then.
    private var deadline: Deadline
    private var writeDeadline: Deadline?

    private var input: [UInt8] = []
    /// How much of `input` is taken already.
    private var taken = 0
    /// How far requests have reached into `input` since it was borrowed.
    private var soiled = 0
    private var output: [UInt8] = []
    /// How much of `output` has been written.
    private var written = 0
    /// Whether both are of the loop's.
    private var hasBorrowed = false
    /// Whether there was no room for its request.
    private(set) var wasShed = false

    private var progress = RequestHead.Progress()
    private var head: RequestHead?
    private var chunks = ChunkedBody()
    /// Requests answered since others on the loop last had a turn.
    private var turn = 0
    /// Whether others have been let before the answers that wait in `output`.
    private var hasGivenWay = false
    /// Whether every answer so far was made without waiting for anything.
    private var answersAreQuick = true
    /// Whether the server ends, and the request at hand is the last.
    private var isDraining = false
    /// Bytes dropped at the end.
    private var dropped = 0

    private enum Stage {
        case handshake
        /// Nothing of the next request has come.
        case idle
        case head
        case body(Int)
        case chunks
        /// Somebody else makes the answer.
        case answering
        /// The last answer waits to be written.
        case closing
        /// The same, and the client may still be sending.
        case refused
        /// We have said everything and let the client find out.
        case lingering
        case over
    }

    /// What a conversation cannot do by itself.
    enum Need {
        case answer(Request)
        case wait(Readiness, until: Deadline, isIdle: Bool)
        /// It has worked long enough; others are waiting, too.
        case turn
        /// The answers of all who are at hand, and then this one: sent together they wake a client once, not each time.
        case company
        /// Nothing more: close.
        case nothing
    }

    init(
        over wire: any Channel,
        with address: Address,
        handler: any RequestHandler,
        limits: ConnectionLimits,
        on loop: isolated EventLoop
    ) {
        self.wire = wire
        self.handler = handler
        self.limits = limits
        peer = Peer(
            address: WireText(address.host),
            port: Int(address.port ?? 0),
            network: address.network,
            isEncrypted: wire.isEncrypted
        )
        deadline = loop.deadline(after: limits.handshake)
    }

    /// Goes on as far as possible.
    ///
    /// While `isDraining`, the request at hand is the last.
    mutating func next(isDraining: Bool, on loop: isolated EventLoop) -> Need {
        self.isDraining = isDraining
        while true {
            if case .over = stage { return .nothing }
            if case .handshake = stage, let need = shakeHands(on: loop) { return need }
            if turn >= limits.pipelinedRequests {
                if let need = flush(on: loop) { return need }
                turn = 0
                return .turn
            }
            // Answers leave together where more requests are at hand and none of them took its time.
            if !answersAreQuick, let need = flush(on: loop) { return need }
            if let request = readRequest(on: loop) { return .answer(request) }
            if !output.isEmpty, !hasGivenWay, loop.isAmongFew {
                hasGivenWay = true
                return .company
            }
            if let need = flush(on: loop) { return need }
            if let need = end(on: loop) { return need }
            if let need = fill(on: loop) { return need }
        }
    }

    /// Takes the answer to the request that needed one.
    mutating func answer(_ response: Response, wasQuick: Bool, isDraining: Bool, on loop: isolated EventLoop) {
        guard let head else { return }
        answersAreQuick = answersAreQuick && wasQuick
        let keepAlive = !isDraining && !response.closesConnection && !head.isLast
        ResponseBytes.write(response, for: head.method, keepAlive: keepAlive, date: loop.date(), into: &output)
        self.head = nil
        turn += 1
        if !keepAlive {
            // What a client sent behind its last request would reset the connection under the answer.
            stage = taken < input.count ? .refused : .closing
        } else if taken < input.count {
            begin(.head, for: limits.head, on: loop)
        } else {
            begin(.idle, for: limits.idle, on: loop)
        }
    }

    /// Hears why a wait has ended.
    mutating func resume(_ wake: Wake, on loop: isolated EventLoop) {
        turn = 0
        switch (wake, stage) {
        case (.ready, _): break
        case (.expired, .head) where writeDeadline == nil: refuse(.headTooSlow, on: loop)
        case (.expired, .body) where writeDeadline == nil: refuse(.bodyTooSlow, on: loop)
        case (.expired, .chunks) where writeDeadline == nil: refuse(.bodyTooSlow, on: loop)
        case (.expired, .idle) where writeDeadline == nil: stage = .closing
        case (.interrupted, .idle) where writeDeadline == nil: stage = .closing
        case (.expired, _), (.interrupted, _): stage = .over
        }
    }

    /// Gives back what it has borrowed.
    mutating func close(on loop: isolated EventLoop) {
        giveBackBuffers(to: loop)
    }

    private mutating func begin(_ stage: Stage, for ticks: Ticks, on loop: isolated EventLoop) {
        self.stage = stage
        deadline = loop.deadline(after: ticks)
    }
}

// MARK: - Requests

extension Conversation {
    private mutating func shakeHands(on loop: isolated EventLoop) -> Need? {
        switch wire.handshake() {
        case .done:
            peer.certificate = wire.certificate
            if peer.certificate != nil { peer.issuers = wire.issuers }
            // A client that has connected has something to ask; silence is for later.
            begin(.idle, for: limits.head, on: loop)
            return nil
        case .blocked(let readiness): return .wait(readiness, until: deadline, isIdle: false)
        case .ended, .broken:
            stage = .over
            return .nothing
        }
    }

    /// A request, if the bytes at hand hold the rest of one.
    private mutating func readRequest(on loop: isolated EventLoop) -> Request? {
        do throws(Malformation) {
            if case .idle = stage, taken < input.count { begin(.head, for: limits.head, on: loop) }
            if case .head = stage { try readHead(on: loop) }
            return try readBody()
        } catch {
            refuse(error, on: loop)
            return nil
        }
    }

    private mutating func readHead(on loop: isolated EventLoop) throws(Malformation) {
        guard let (head, length) = try Self.readHead(input, from: taken, &progress) else { return }
        taken += length
        progress = RequestHead.Progress()
        self.head = head
        let framing = try BodyFraming(head, limit: limits.bodyBytes)
        // RFC 9110 §10.1.1: not where the body is on its way already.
        if try framing.awaitsContinue(head), taken == input.count {
            output.append(contentsOf: ResponseBytes.continue)
        }
        switch framing {
        case .none: stage = .body(0)
        case .length(let length): begin(.body(length), for: limits.body, on: loop)
        case .chunked:
            chunks = ChunkedBody(limit: limits.bodyBytes)
            begin(.chunks, for: limits.body, on: loop)
        }
    }

    private mutating func readBody() throws(Malformation) -> Request? {
        guard let head else { return nil }
        let body: [UInt8]
        switch stage {
        case .body(0): body = []
        case .body(let length):
            guard input.count - taken >= length else { return nil }
            body = Array(input[taken..<(taken + length)])
            taken += length
        case .chunks:
            taken += try Self.read(input, from: taken, into: &chunks)
            guard chunks.isComplete else { return nil }
            body = chunks.body
            chunks = ChunkedBody()
        case .handshake, .idle, .head, .answering, .closing, .refused, .lingering, .over: return nil
        }
        stage = .answering
        return Request(head, body: body, from: peer)
    }

    private static func readHead(
        _ input: borrowing [UInt8],
        from start: Int,
        _ progress: inout RequestHead.Progress
    ) throws(Malformation) -> (head: RequestHead, length: Int)? {
        let bytes = input.span
        return try RequestHead.read(bytes.extracting(start...), &progress)
    }

    private static func read(
        _ input: borrowing [UInt8],
        from start: Int,
        into chunks: inout ChunkedBody
    ) throws(Malformation) -> Int {
        let bytes = input.span
        return try chunks.read(bytes.extracting(start...))
    }
}

// MARK: - The end

extension Conversation {
    /// Tells the client what is wrong; nothing that it sends afterwards is read as a request.
    private mutating func refuse(_ malformation: Malformation, on loop: isolated EventLoop) {
        let response = handler.refuse(malformation, from: peer)
        ResponseBytes.write(response, for: .get, keepAlive: false, date: loop.date(), into: &output)
        stage = .refused
    }

    /// Ends the connection where its time has come and everything is written.
    private mutating func end(on loop: isolated EventLoop) -> Need? {
        switch stage {
        case .closing:
            wire.endWriting()
            return .nothing
        case .refused:
            // RFC 9112 §9.6: closing while bytes are unread resets the connection, and the reset may
            // overtake the answer. So what still comes is dropped, until the client closes, for a while.
            wire.endWriting()
            begin(.lingering, for: limits.linger, on: loop)
            return nil
        case .over: return .nothing
        case .handshake, .idle, .head, .body, .chunks, .answering, .lingering: return nil
        }
    }

    /// More than any socket's buffers hold.
    private static var lingerBytes: Int { 1_048_576 }
}

// MARK: - Bytes

extension Conversation {
    /// Reads some bytes.
    private mutating func fill(on loop: isolated EventLoop) -> Need? {
        guard makeRoom(loop) else { return shed(on: loop) }
        let free = input.capacity - input.count
        switch wire.read(into: &input, atMost: free > 0 ? free : BufferPool.capacity) {
        case .done(let count):
            soiled = max(soiled, input.count)
            guard case .lingering = stage else { return nil }
            taken = input.count
            dropped += count
            return dropped < Self.lingerBytes ? nil : .nothing
        case .ended:
            wire.endWriting()
            return .nothing
        case .broken: return .nothing
        case .blocked(let readiness):
            if case .idle = stage {
                // Only after a look: closing over a request that has come would reset the connection.
                if isDraining {
                    wire.endWriting()
                    return .nothing
                }
                giveBackBuffers(to: loop)
                return .wait(readiness, until: deadline, isIdle: true)
            }
            return .wait(readiness, until: deadline, isIdle: false)
        }
    }

    /// Writes what waits to be written.
    private mutating func flush(on loop: isolated EventLoop) -> Need? {
        while written < output.count {
            switch wire.write(output.span.extracting(written...)) {
            case .done(let count): written += count
            case .ended, .broken: return .nothing
            case .blocked(let readiness):
                let end = writeDeadline ?? loop.deadline(after: limits.write)
                writeDeadline = end
                return .wait(readiness, until: end, isIdle: false)
            }
        }
        output.removeAll(keepingCapacity: true)
        written = 0
        writeDeadline = nil
        hasGivenWay = false
        return nil
    }

    /// Says that there is no memory to read a request into: RFC 9110 §15.6.4.
    private mutating func shed(on loop: isolated EventLoop) -> Need? {
        // There may be when it comes.
        guard wire.mayHaveUnread else {
            return isDraining ? .nothing : .wait(.readable, until: deadline, isIdle: true)
        }
        var response = Response.empty(.serviceUnavailable)
        response.fields.append(.retryAfter, "1")
        ResponseBytes.write(response, for: .get, keepAlive: false, date: loop.date(), into: &output)
        stage = .refused
        wasShed = true
        return nil
    }

    /// Makes room for bytes to come, where there is memory for it.
    private mutating func makeRoom(_ loop: isolated EventLoop) -> Bool {
        if input.capacity == 0 {
            if case .lingering = stage {
                // What comes is only dropped.
                input.reserveCapacity(Self.lingeringBytes)
                return true
            }
            guard let pair = loop.buffers.take(atMost: limits.busyPerLoop) else { return false }
            (input, output) = pair
            hasBorrowed = true
        } else if taken == input.count {
            input.removeAll(keepingCapacity: true)
        } else if taken > 0 {
            input.removeSubrange(..<taken)
        }
        taken = 0
        return true
    }

    private static var lingeringBytes: Int { 512 }

    private mutating func giveBackBuffers(to loop: isolated EventLoop) {
        if hasBorrowed {
            // Passwords and credentials came by here; the next who borrows it, and who looks at our memory, finds none.
            input.wipe(upTo: soiled)
            loop.buffers.giveBack(input, output)
        }
        hasBorrowed = false
        soiled = 0
        (input, output) = ([], [])
        taken = 0
    }
}

extension RequestHead {
    /// Whether the client wants no further request answered: RFC 9112 §9.3.
    fileprivate var isLast: Bool {
        guard !isVersion10 else { return true }
        guard fields.contains(.connection) else { return false }
        return fields.all(.connection).contains { value in
            value.split(at: UInt8(ascii: ",")).contains { $0.isCloseOption }
        }
    }
}

extension WireText {
    fileprivate var isCloseOption: Bool {
        utf8.filter { $0 != .space && $0 != .horizontalTab }.map(\.lowercasedASCII).elementsEqual("close".utf8)
    }
}
