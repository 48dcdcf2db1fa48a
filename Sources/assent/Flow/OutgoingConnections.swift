import Net
import RelyingParty
import Text

/// How a command of ours calls servers: its loop, whom it believes, and what it shows.
struct OutgoingConnections: Sendable {
    let group: LoopGroup
    let transport: Transport

    static let options = [
        Option("ca", "FILE", "authorities to believe in the place of the system's, in PEM"),
        Option("mtls", "CERT:KEY", "a certificate to show and its key, in PEM"),
        Option(
            "connect-to",
            "HOST:PORT=ADDRESS:PORT",
            "another way to a host, as a proxy in between",
            isRepeatable: true
        ),
    ]

    init(_ arguments: Arguments) throws(CommandFailure) {
        var certificate: TLSContext.OwnCertificate?
        if let text = arguments["mtls"] {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw CommandFailure("--mtls is CERT:KEY, two files.", exit: .usage) }
            certificate = TLSContext.OwnCertificate(chain: String(parts[0]), privateKey: String(parts[1]))
        }
        var detours: [Transport.Detour] = []
        for text in arguments.all("connect-to") {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false).map { WireText(String($0)) }
            guard parts.count == 2, let address = Address(parts[1]) else {
                throw CommandFailure("--connect-to is HOST:PORT=ADDRESS:PORT.", exit: .usage)
            }
            detours.append(Transport.Detour(authority: parts[0], address: address))
        }
        do throws(NetFailure) {
            group = try LoopGroup(count: 1)
            transport = Transport(
                on: group.loops[0],
                resolver: Resolver(on: try WorkerPool(count: 1, limit: 64)),
                tls: try TLSContext(trusting: arguments["ca"], showing: certificate),
                detours: detours
            )
        } catch { throw CommandFailure("\(error)", exit: .usage) }
    }
}

extension CommandFailure {
    /// What a client of ours could not do.
    init(_ failure: PartyFailure) {
        self.init(failure.sentence.string)
    }
}
