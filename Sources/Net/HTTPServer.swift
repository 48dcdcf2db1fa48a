internal import Text

/// Listeners together: start, drain, stop.
package actor HTTPServer {
    /// One address to listen at.
    package struct Endpoint: Sendable {
        package var address: Address
        package var tls: TLSConfiguration?
        package var handler: any RequestHandler

        package init(at address: Address, tls: TLSConfiguration? = nil, handler: any RequestHandler) {
            self.address = address
            self.tls = tls
            self.handler = handler
        }
    }

    private let endpoints: [Endpoint]
    private let group: LoopGroup
    private let limits: ConnectionLimits
    private let accept: @Sendable (Socket) -> Socket.Accepted
    private let report: @Sendable (ServerEvent) -> Void
    private var listeners: [(loop: EventLoop, id: ListenerID, endpoint: Int)] = []

    /// - Parameter accept: How a connection is taken from a listening socket; tests let it fail.
    package init(
        _ endpoints: [Endpoint],
        on group: LoopGroup,
        limits: ConnectionLimits = ConnectionLimits(),
        accept: @escaping @Sendable (Socket) -> Socket.Accepted = { $0.accept() },
        report: @escaping @Sendable (ServerEvent) -> Void = { _ in }
    ) {
        self.endpoints = endpoints
        self.group = group
        self.limits = limits
        self.accept = accept
        self.report = report
    }

    /// Listens at every address, or at none.
    ///
    /// - Returns: The addresses, with the ports that the system chose where 0 was asked for.
    package func start() async throws(NetFailure) -> [Address] {
        let limits = limits.bounded(forLoops: group.loops.count)
        do throws(NetFailure) {
            var addresses: [Address] = []
            for (index, endpoint) in endpoints.enumerated() {
                addresses.append(try await listen(endpoint, index, limits))
            }
            return addresses
        } catch {
            await stop()
            throw error
        }
    }

    /// Reads certificates and keys again, for connections to come.
    ///
    /// Where one is of no use all stay as they are.
    package func reloadTLS() async throws(NetFailure) {
        var contexts: [TLSContext?] = []
        for endpoint in endpoints {
            if let tls = endpoint.tls {
                contexts.append(try TLSContext(tls))
            } else {
                contexts.append(nil)
            }
        }
        for listener in listeners {
            await listener.loop.replaceTLS(of: listener.id, by: contexts[listener.endpoint])
        }
    }

    /// Accepts no more, answers what has been asked, and closes; what is not done in time is cut.
    package func drain(seconds: Int = Limits.drainSeconds) async {
        for listener in listeners { await listener.loop.drain(listener.id) }
        await awaitEnd(seconds: seconds)
        await stop()
    }

    /// Closes everything at once.
    package func stop() async {
        for listener in listeners { await listener.loop.abort(listener.id) }
        await awaitEnd(seconds: 1)
        for listener in listeners { await listener.loop.remove(listener.id) }
        for index in Set(listeners.map(\.endpoint)) {
            if case .unix(let path) = endpoints[index].address { Socket.removeAbandoned(path) }
        }
        listeners = []
    }

    /// Of all listeners at once: one after the other, each would have the time anew.
    private func awaitEnd(seconds: Int) async {
        await withTaskGroup { waits in
            for listener in listeners {
                waits.addTask { await listener.loop.awaitEnd(of: listener.id, atMost: Ticks(seconds: seconds)) }
            }
        }
    }

    /// How many connections are open.
    package var openConnections: Int {
        get async {
            var count = 0
            for listener in listeners { count += await listener.loop.openConnections(of: listener.id) }
            return count
        }
    }

    private func listen(
        _ endpoint: Endpoint,
        _ index: Int,
        _ limits: ConnectionLimits
    ) async throws(NetFailure) -> Address {
        var tls: TLSContext?
        if let configuration = endpoint.tls { tls = try TLSContext(configuration) }
        var address = endpoint.address
        var shared: Socket?
        for (number, loop) in group.loops.enumerated() {
            let socket: Socket
            if let shared {
                socket = shared
            } else if case .unix(let path) = address {
                Socket.removeAbandoned(path)
                socket = try Socket.listening(at: address, isShared: false)
                // A path has one socket; every loop accepts from it.
                shared = socket
            } else {
                if number == 0, address.port != 0 { try Socket.requireFree(address) }
                socket = try Socket.listening(at: address, isShared: true)
                if number == 0 { address = try socket.localAddress() }
            }
            let plan = ListenerPlan(
                tls: tls,
                handler: endpoint.handler,
                limits: limits,
                accept: accept,
                report: report
            )
            listeners.append((loop, try await loop.listen(at: socket, plan), index))
        }
        report(.listening(address))
        return address
    }
}

extension EventLoop {
    fileprivate func replaceTLS(of id: ListenerID, by context: TLSContext?) {
        listener(id)?.tls = context
    }

    fileprivate func drain(_ id: ListenerID) {
        listener(id)?.drain(on: self)
    }

    fileprivate func abort(_ id: ListenerID) {
        listener(id)?.abort(on: self)
    }

    fileprivate func openConnections(of id: ListenerID) -> Int {
        listener(id)?.connections.count ?? 0
    }

    fileprivate func awaitEnd(of id: ListenerID, atMost ticks: Ticks) async {
        let end = deadline(after: ticks)
        while openConnections(of: id) > 0, now < end { await sleep(Ticks(.milliseconds(10))) }
    }
}
