import AssentServer
import Net
import OAuth
import Text

/// The hosts of clients that may be called, from a configuration or from the sandbox.
struct OutboundSetup: Sendable {
    var hosts: [OutboundHost] = []
    /// The authorities, in PEM, that must have issued their certificates.
    var caFile: String?

    func outbound(on loops: LoopGroup) throws(CommandFailure) -> Outbound {
        guard !hosts.isEmpty else { return .nowhere }
        // The system's authorities are many: reading them takes longer than all the rest of a start.
        let tls = hosts.allSatisfy(\.isPlain) && caFile == nil ? nil : try tls()
        do {
            // Threads of their own: whoever is slow with names of clients holds up nobody else.
            let workers = try WorkerPool(count: Limits.outboundLookups, limit: Limits.outboundCalls)
            return Outbound(to: hosts, tls: tls, resolver: Resolver(on: workers), loops: loops)
        } catch { throw CommandFailure("outbound: \(error)") }
    }

    /// Refuses clients that want something of a host that may not be called.
    func requireReach(of clients: [Client]) throws(CommandFailure) {
        let outbound = Outbound(to: hosts) { _, host throws(NetFailure) in throw .noAddress(host.name) }
        for client in clients {
            for call in client.calls where !outbound.reaches(call.uri) {
                throw CommandFailure(
                    "the client \(client.id) has the \(call.member) \(call.uri), whose host is not listed: outbound.hosts.",
                    exit: .configuration
                )
            }
        }
    }

    func tls() throws(CommandFailure) -> TLSContext {
        do { return try TLSContext(trusting: caFile) } catch {
            throw CommandFailure("outbound: \(error)", exit: .configuration)
        }
    }
}
