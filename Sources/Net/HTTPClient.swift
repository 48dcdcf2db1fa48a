package import HTTP
package import Text

/// One request and its answer over a connection of its own, for jobs, for the sandbox and for the bank's hooks.
///
/// But for those hooks, which are bounded in time and number, never while a client waits for us: what we ask of
/// others must not hold what others ask of us.
package enum HTTPClient {
    /// Sends a request to an address and reads the whole answer, all within one deadline.
    ///
    /// - Parameters:
    ///   - tls: Where given, the certificate must be one for the host that the request names.
    ///   - bodyBytes: The longest body that is taken.
    package static func exchange(
        _ request: Request,
        with address: Address,
        tls: TLSContext? = nil,
        bodyBytes: Int = Limits.bodyBytes,
        within time: Ticks = Ticks(seconds: Limits.answerSeconds),
        on loop: isolated EventLoop
    ) async throws(NetFailure) -> Response {
        let deadline = loop.deadline(after: time)
        return try await exchange(request, with: address, tls, bodyBytes, until: deadline, on: loop)
    }

    /// Connects and sends nothing: says whether anybody listens there.
    package static func reach(
        _ address: Address,
        within time: Ticks,
        on loop: isolated EventLoop
    ) async throws(NetFailure) {
        let deadline = loop.deadline(after: time)
        let socket = try Socket.connecting(to: address)
        let watch = try loop.watch(socket.descriptor, readiness: [])
        defer { loop.forget(watch) }
        try await ready(.writable, watch, until: deadline, for: .connect, on: loop)
        let number = socket.pendingError()
        guard number == 0 else { throw .system("connect", number) }
    }

    /// Fetches from a name, at an address that the policy allows, all within one deadline.
    ///
    /// The name is looked up once and the connection goes to what was found then: a second answer of
    /// the name's owner could be an address of ours.
    package static func exchange(
        _ request: Request,
        with host: WireText,
        port: UInt16,
        tls: TLSContext?,
        resolver: Resolver,
        policy: OutgoingAddressPolicy,
        bodyBytes: Int = Limits.bodyBytes,
        within time: Ticks = Ticks(seconds: Limits.answerSeconds),
        on loop: isolated EventLoop
    ) async throws(NetFailure) -> Response {
        let deadline = loop.deadline(after: time)
        let found = try await resolver.addresses(of: host, port: port, until: deadline, on: loop)
        var failure = NetFailure.noAddress(host)
        for address in found where policy.allows(address) {
            do {
                return try await exchange(request, with: address, tls, bodyBytes, until: deadline, on: loop)
            } catch {
                // Where nobody listens nothing was sent, and the name may lead elsewhere as well.
                guard case .system("connect", _) = error else { throw error }
                failure = error
            }
        }
        throw failure
    }

    private static func exchange(
        _ request: Request,
        with address: Address,
        _ tls: TLSContext?,
        _ bodyBytes: Int,
        until deadline: Deadline,
        on loop: isolated EventLoop
    ) async throws(NetFailure) -> Response {
        var request = request
        request.fields.set(.connection, "close")
        var bytes: [UInt8] = []
        guard RequestBytes.write(request, into: &bytes) else { throw .requestMalformed }

        let socket = try Socket.connecting(to: address)
        let watch = try loop.watch(socket.descriptor, readiness: [])
        defer { loop.forget(watch) }
        try await ready(.writable, watch, until: deadline, for: .connect, on: loop)
        let number = socket.pendingError()
        guard number == 0 else { throw .system("connect", number) }

        let channel: any Channel
        if let tls {
            guard let secured = TLSChannel(socket, watch, calling: request.host, by: tls) else {
                throw .tls("\(request.host) is no name for a certificate")
            }
            channel = secured
        } else {
            channel = PlainChannel(socket, watch)
        }
        try await shakeHands(channel, until: deadline, on: loop)
        try await write(bytes, to: channel, until: deadline, on: loop)
        return try await readAnswer(to: request.method, bodyBytes, from: channel, until: deadline, on: loop)
    }

    private static func shakeHands(
        _ channel: any Channel,
        until deadline: Deadline,
        on loop: isolated EventLoop
    ) async throws(NetFailure) {
        while true {
            switch channel.handshake() {
            case .done: return
            case .blocked(let readiness):
                try await ready(readiness, channel.watch, until: deadline, for: .handshake, on: loop)
            case .ended, .broken: throw .tls(channel.failure ?? "the handshake failed")
            }
        }
    }

    private static func write(
        _ bytes: [UInt8],
        to channel: any Channel,
        until deadline: Deadline,
        on loop: isolated EventLoop
    ) async throws(NetFailure) {
        var written = 0
        while written < bytes.count {
            switch channel.write(bytes.span.extracting(written...)) {
            case .done(let count): written += count
            case .blocked(let readiness):
                try await ready(readiness, channel.watch, until: deadline, for: .write, on: loop)
            case .ended, .broken: throw .closed
            }
        }
    }

    private static func readAnswer(
        to method: Method,
        _ limit: Int,
        from channel: any Channel,
        until deadline: Deadline,
        on loop: isolated EventLoop
    ) async throws(NetFailure) -> Response {
        var reader = AnswerReader(method, bodyBytes: limit)
        while true {
            switch channel.read(into: &reader.bytes, atMost: pieceBytes) {
            case .done: if let response = try reader.read() { return response }
            case .ended: return try reader.end()
            case .broken: throw .closed
            case .blocked(let readiness):
                try await ready(readiness, channel.watch, until: deadline, for: .body, on: loop)
            }
        }
    }

    private static func ready(
        _ readiness: Readiness,
        _ watch: Watch,
        until deadline: Deadline,
        for phase: NetFailure.Phase,
        on loop: isolated EventLoop
    ) async throws(NetFailure) {
        switch await loop.wait(for: readiness, on: watch, until: deadline) {
        case .ready: return
        case .expired: throw .late(phase)
        case .interrupted: throw .closed
        }
    }

    private static let pieceBytes = 16_384
}

extension Request {
    /// The host without its port, and an IPv6 literal without its brackets.
    fileprivate var host: WireText {
        guard let authority, let reference = URIReference(WireText("//\(authority)")), let host = reference.host else {
            return ""
        }
        let bytes = host.bytes
        guard bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") else { return host }
        return WireText(Array(bytes.dropFirst().dropLast())) ?? ""
    }
}
