internal import HTTP
package import Net
internal import Synchronization
package import Text

/// The way to the bank's own systems: one address, our credentials, and bounds on time, size and number.
///
/// A person waits while they are asked, so they have three seconds; what they send beyond that is not read.
package final class HookLine: Sendable {
    private let address: Address
    private let authority: WireText
    private let path: WireText
    private let credentials: FieldValue
    private let tls: TLSContext?
    private let loops: LoopGroup
    private let underWay = Atomic<Int>(0)

    /// - Parameters:
    ///   - base: A URL with a host and no slash at its end.
    ///   - address: Of that host, looked up once, so that no name is asked for while a person waits.
    ///   - tls: Where the URL begins with `https`.
    package init?(
        _ base: WireText,
        at address: Address,
        user: WireText,
        password: WireText,
        tls: TLSContext?,
        loops: LoopGroup
    ) {
        let pair = Base64.encode(Array("\(user):\(password)".utf8))
        guard let uri = URIReference(base), let authority = uri.authority,
            let credentials = FieldValue(WireText("Basic \(pair)"))
        else { return nil }
        self.address = address
        self.authority = authority
        self.credentials = credentials
        self.tls = tls
        self.loops = loops
        path = uri.path
    }

    /// Connects, and asks nothing: readiness is looked at every few seconds, and nobody there is to notice.
    package func reach() async throws(HookFailure) {
        do {
            try await HTTPClient.reach(
                address,
                within: Ticks(seconds: Limits.hookSeconds),
                on: loops.loops[EventLoop.currentIndex ?? 0]
            )
        } catch { throw .unreachable(error) }
    }

    /// Sends an event, and returns the body of its answer.
    package func post(_ event: WireText, _ body: [UInt8]) async throws(HookFailure) -> [UInt8] {
        defer { underWay.subtract(1, ordering: .relaxed) }
        // Where they are slow, those who wait for them must not take every connection.
        guard underWay.add(1, ordering: .relaxed).newValue <= Limits.hookCalls else { throw .busy }
        var fields = Fields()
        fields.append(.accept, "application/json")
        fields.append(.contentType, "application/json")
        fields.append(.authorization, credentials)
        fields.nameTrace()
        let request = Request(
            method: .post,
            path: WireText("\(path)/\(event)"),
            authority: authority,
            fields: fields,
            body: body,
            peer: Peer(address: "127.0.0.1", port: 0, isEncrypted: false)
        )
        let response: Response
        do {
            response = try await HTTPClient.exchange(
                request,
                with: address,
                tls: tls,
                bodyBytes: Limits.hookBytes,
                within: Ticks(seconds: Limits.hookSeconds),
                on: loops.loops[EventLoop.currentIndex ?? 0]
            )
        } catch { throw .unreachable(error) }
        guard response.status == .ok else { throw .status(response.status) }
        return response.body
    }
}
