internal import HTTP

/// One client: a conversation, and the waiting that it needs.
///
/// One task for the life of the connection, on one loop.
final class Connection {
    private let wire: any Channel
    private let address: Address
    private let handler: any RequestHandler
    private let limits: ConnectionLimits
    private let report: @Sendable (ServerEvent) -> Void
    private var isDraining = false
    /// Since when it has waited for a request; `nil` while there is one.
    private(set) var idleSince: Deadline?

    init(_ wire: any Channel, from address: Address, as plan: ListenerPlan) {
        self.wire = wire
        self.address = address
        handler = plan.handler
        limits = plan.limits
        report = plan.report
    }

    var watch: Watch { wire.watch }

    func serve(on loop: isolated EventLoop) async {
        var conversation = Conversation(over: wire, with: address, handler: handler, limits: limits, on: loop)
        while true {
            switch conversation.next(isDraining: isDraining, on: loop) {
            case .answer(var request):
                let turn = loop.turns
                let response = await handler.respond(to: request)
                request.body.wipe()
                conversation.answer(response, wasQuick: turn == loop.turns, isDraining: isDraining, on: loop)
            case .wait(let readiness, let deadline, let isIdle):
                if isIdle { idleSince = loop.now }
                let wake = await loop.wait(for: readiness, on: wire.watch, until: deadline)
                idleSince = nil
                // An idle connection that shall end is looked at once more, unless everything ends at once.
                if isIdle, isDraining, !Task.isCancelled { continue }
                conversation.resume(wake, on: loop)
            case .turn: await loop.yield()
            case .company: await Task.yield()
            case .nothing:
                conversation.close(on: loop)
                if conversation.wasShed { report(.shed) }
                if let failure = wire.failure { report(.handshakeFailed(address, failure)) }
                return
            }
        }
    }

    /// Answers the request at hand as the last one, or that which has come and was not read yet, if there is one.
    func drain(on loop: isolated EventLoop) {
        isDraining = true
        // The last look asks the socket itself: it may hold what the loop has not been told of yet.
        watch.readiness.insert(.readable)
        if idleSince != nil { loop.interrupt(watch) }
    }
}
