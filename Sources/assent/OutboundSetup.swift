import AssentServer
import Net
import Text

/// The hosts of clients that may be called, from a configuration or from the sandbox.
struct OutboundSetup: Sendable {
    var hosts: [OutboundHost] = []
    /// The authorities, in PEM, that must have issued their certificates.
    var caFile: String?

    func outbound(on loops: LoopGroup) throws(CommandFailure) -> Outbound {
        guard !hosts.isEmpty else { return .nowhere }
        let tls = try tls()
        do {
            // Threads of their own: whoever is slow with names of clients holds up nobody else.
            let workers = try WorkerPool(count: Limits.outboundLookups, limit: Limits.outboundCalls)
            return Outbound(to: hosts, tls: tls, resolver: Resolver(on: workers), loops: loops)
        } catch { throw CommandFailure("outbound: \(error)") }
    }

    func tls() throws(CommandFailure) -> TLSContext {
        do { return try TLSContext(trusting: caFile) } catch {
            throw CommandFailure("outbound: \(error)", exit: .configuration)
        }
    }
}
