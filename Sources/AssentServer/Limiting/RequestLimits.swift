internal import HTTP
internal import OAuth
internal import Telemetry
package import Text

/// How much is answered: of each client that has proved who it is, and of each network before anybody has.
package struct RequestLimits: Sendable, Hashable {
    package var client: RateLimit?
    package var address: RateLimit?
    /// How many servers answer beside each other, this one included: each gives its share.
    package var nodes: Int

    /// By default there are none.
    package init(client: RateLimit? = nil, address: RateLimit? = nil, nodes: Int = 1) {
        self.client = client
        self.address = address
        self.nodes = nodes
    }
}

/// Who has used how much of it.
///
/// Whatever proves nobody counts for the network it comes from and never for the client that it names, so that no
/// stranger can use up what a client may (security.md RE-06).
final class RequestLimiter: Sendable {
    private let limits: RequestLimits
    /// This server's share of what a network may ask for.
    private let networkLimit: RateLimit?
    private let clients = RateTable(count: Limits.limitedClients)
    private let networks = RateTable(count: Limits.limitedNetworks)
    private let clock: Clock
    private let metrics: Metrics
    private let log: Log

    init(_ limits: RequestLimits, _ clock: Clock, _ metrics: Metrics, _ log: Log) {
        self.limits = limits
        networkLimit = limits.address?.share(among: limits.nodes)
        self.clock = clock
        self.metrics = metrics
        self.log = log
    }

    // MARK: Networks

    /// Counts a request for where it comes from, before anything is known of it.
    ///
    /// - Returns: Seconds to wait where there were too many.
    func admit(_ peer: Peer) -> Int? {
        guard let limit = networkLimit, let network = peer.network else { return nil }
        let now = now
        guard let seconds = networks.take(network, of: limit, at: now) else { return nil }
        tell(.address, networks.countRefusal(network, at: now), ["address": .text(peer.address)])
        return seconds
    }

    /// Does not count for where it comes from what a client has signed for.
    private func excuse(_ peer: Peer) {
        guard let limit = networkLimit, let network = peer.network else { return }
        networks.giveBack(network, of: limit)
    }

    // MARK: Clients

    /// Refuses whoever names a client that must wait, before its proof is looked at: that costs more than all the rest.
    ///
    /// Only the client itself can have brought this about.
    func requireTurn(of id: Identifier<Client>, from peer: Peer) throws(Refusal) {
        guard let seconds = clients.secondsToWait(Self.key(of: id), at: now) else { return }
        excuse(peer)
        tell(.client, clients.countRefusal(Self.key(of: id), at: now), ["client": .text(id.text)])
        throw .tooManyRequests(retryAfterSeconds: seconds)
    }

    /// Counts a request of a client that has proved who it is.
    func count(_ client: Client, from peer: Peer) throws(Refusal) {
        // Whoever likes can say that they are a client without a secret.
        guard !client.isPublic else { return }
        excuse(peer)
        guard let limit = limit(of: client) else { return }
        let (key, now) = (Self.key(of: client.id), now)
        guard let seconds = clients.take(key, of: limit, at: now) else { return }
        tell(.client, clients.countRefusal(key, at: now), ["client": .text(client.id.text)])
        throw .tooManyRequests(retryAfterSeconds: seconds)
    }

    private func limit(of client: Client) -> RateLimit? {
        let limit: RateLimit? =
            switch client.requestLimit {
            case .own(let limit): limit
            case .none: nil
            // The bank's own systems ask on behalf of everybody.
            case .standard: client.isOfBank ? nil : limits.client
            }
        return limit?.share(among: limits.nodes)
    }

    /// FNV-1a, which is enough: only clients that the bank has named come into the table.
    private static func key(of id: Identifier<Client>) -> UInt64 {
        var key: UInt64 = 0xCBF2_9CE4_8422_2325
        let bytes = id.text.utf8.span
        for index in bytes.indices { key = (key ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01B3 }
        return key
    }

    // MARK: Both

    private var now: Int64 { clock.uptimeMilliseconds * 1_000_000 }

    private func tell(_ kind: Metrics.LimitedBy, _ refused: Int64?, _ whom: @autoclosure () -> LogFields) {
        metrics.requestsLimited.count(kind)
        guard let refused else { return }
        var fields = whom()
        fields.append("refused", .integer(refused))
        log.warning("limit.reached", fields)
    }
}
