internal import CLinux

/// One listening socket on one loop, and the connections that came through it.
///
/// Belongs to its loop, like everything that it keeps.
final class Listener {
    let plan: ListenerPlan
    /// Closed with the end of accepting, so that clients hear at once that nobody is there.
    private var socket: Socket?
    let watch: Watch
    /// For connections accepted from now on; those that are open keep theirs.
    var tls: TLSContext?
    var connections: [UInt64: Open] = [:]
    private var nextConnection: UInt64 = 0
    private var isStopped = false
    private var trouble: Trouble?
    /// A descriptor given up for a moment when there is no other, so that a client hears that we are full.
    private var reserve: Socket?

    /// Why nobody is let in for the moment.
    private enum Trouble {
        case full
        case exhausted
    }

    struct Open {
        let connection: Connection
        var task: Task<Void, Never>?
    }

    init(_ socket: Socket, _ plan: ListenerPlan, _ watch: Watch) {
        self.socket = socket
        self.plan = plan
        self.watch = watch
        tls = plan.tls
        reserve = Socket.reserve()
    }

    /// Accepts connections until it is stopped.
    func accept(as id: ListenerID, on loop: isolated EventLoop) async {
        defer { socket = nil }
        var accepted = 0
        while !isStopped, let socket {
            guard connections.count < plan.limits.connectionsPerLoop else {
                begin(.full)
                closeIdle(on: loop)
                await pause(on: loop)
                continue
            }
            switch plan.accept(socket) {
            case .connection(let client, let address):
                begin(nil)
                open(client, address, as: id, on: loop)
                accepted += 1
                // A crowd at the door does not keep those inside waiting.
                if accepted % Self.acceptedAtOnce == 0 { await loop.yield() }
            case .gone: continue
            case .none:
                watch.isDrained()
                _ = await loop.wait(for: .readable, on: watch, until: .never)
            case .exhausted:
                begin(.exhausted)
                shedOne(from: socket)
                closeIdle(on: loop)
                await pause(on: loop)
            case .broken:
                plan.report(.acceptFailed(NetFailure("accept4")))
                return
            }
        }
    }

    /// Accepts no more, and lets every connection answer what it has begun to read.
    func drain(on loop: isolated EventLoop) {
        isStopped = true
        loop.interrupt(watch)
        for open in connections.values { open.connection.drain(on: loop) }
    }

    /// Ends every connection at its next wait.
    func abort(on loop: isolated EventLoop) {
        drain(on: loop)
        for open in connections.values {
            open.task?.cancel()
            loop.interrupt(open.connection.watch)
        }
    }

    private func open(_ socket: Socket, _ address: Address, as id: ListenerID, on loop: isolated EventLoop) {
        let number = nextConnection
        nextConnection += 1
        guard let connection = connection(socket, address, on: loop) else { return }
        connections[number] = Open(connection: connection, task: nil)
        connections[number]?.task = loop.begin(number, of: id)
    }

    private func connection(
        _ socket: Socket,
        _ address: Address,
        on loop: isolated EventLoop
    ) -> Connection? {
        guard let watch = try? loop.watch(socket.descriptor) else { return nil }
        guard let tls else {
            return Connection(PlainChannel(socket, watch), from: address, as: plan)
        }
        guard let wire = TLSChannel(socket, watch, accepting: tls) else {
            loop.forget(watch)
            return nil
        }
        return Connection(wire, from: address, as: plan)
    }

    // MARK: Too many

    /// Closes connections that have long waited for a request, to make room for some that have one.
    private func closeIdle(on loop: isolated EventLoop) {
        let idle = connections.values.compactMap { open in
            open.connection.idleSince.map { (since: $0, connection: open.connection) }
        }
        let oldest = idle.sorted { $0.since < $1.since }.prefix(Self.closedAtOnce)
        // One that was busy a moment ago may have its next request under way.
        for (since, connection) in oldest where loop.now.isLater(than: since, by: Ticks(seconds: 1)) {
            connection.drain(on: loop)
        }
    }

    /// Closes one client's connection at once, for which a descriptor was kept.
    private func shedOne(from socket: Socket) {
        reserve = nil
        _ = plan.accept(socket)
        reserve = Socket.reserve()
    }

    /// Tells of the beginning and the end of trouble, and not of every attempt in between.
    private func begin(_ trouble: Trouble?) {
        guard trouble != self.trouble else { return }
        switch trouble {
        case .full: plan.report(.full)
        case .exhausted: plan.report(.acceptPaused)
        case nil: plan.report(.acceptResumed)
        }
        self.trouble = trouble
    }

    /// Waits a little, or until it is stopped.
    private func pause(on loop: isolated EventLoop) async {
        _ = await loop.wait(for: [], on: watch, until: loop.deadline(after: Ticks(.milliseconds(100))))
    }

    private static let acceptedAtOnce = 64
    private static let closedAtOnce = 32
}

/// Where and how to accept, and who answers.
struct ListenerPlan: Sendable {
    let tls: TLSContext?
    let handler: any RequestHandler
    let limits: ConnectionLimits
    let accept: @Sendable (Socket) -> Socket.Accepted
    let report: @Sendable (ServerEvent) -> Void
}

/// A listener on its loop.
struct ListenerID: Hashable, Sendable {
    let number: UInt32
}

extension Socket {
    fileprivate static func reserve() -> Socket? {
        try? Socket(owning: eventfd(0, Int32(EFD_CLOEXEC)), from: "eventfd")
    }
}
