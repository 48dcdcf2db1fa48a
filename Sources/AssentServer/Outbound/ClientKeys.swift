internal import HTTP
internal import JOSE
package import OAuth
internal import Synchronization
internal import Telemetry
package import Text

/// The keys that clients keep at a URL of their own: fetched beside all requests, and kept for a bounded time.
///
/// A request causes a fetch only where it names a key that is not known, and of those there is one a minute for each
/// client, however many requests want it.
package final class ClientKeys: Sendable {
    private let clients: ClientRegistry
    private let outbound: Outbound
    private let log: Log
    private let sources = Mutex<[Identifier<Client>: Source]>([:])

    /// What is known about the keys of one client.
    private struct Source: Sendable {
        var tried: Timestamp
        /// When they were found there last, and where.
        var found: (at: Timestamp, uri: WireText)?
        var call: Task<Void, Never>?
    }

    init(of clients: ClientRegistry, by outbound: Outbound, log: Log) {
        self.clients = clients
        self.outbound = outbound
        self.log = log
    }

    /// Fetches the keys of a client, or joins whoever does, unless that was tried within the last minute.
    package func refresh(_ id: Identifier<Client>, at now: Timestamp) async {
        await begin(id, at: now)?.value
    }

    /// The same, and nobody waits for it.
    func request(_ id: Identifier<Client>, at now: Timestamp) {
        _ = begin(id, at: now)
    }

    /// Goes round until the task is cancelled.
    package func run(_ clock: Clock) async {
        while !Task.isCancelled {
            await round(at: clock.now)
            try? await Task.sleep(for: .seconds(Self.pauseSeconds))
        }
    }

    /// One round: keys that are old are fetched anew, and those that are too old are believed no longer.
    package func round(at now: Timestamp) async {
        let remote = clients.remoteKeys
        let (due, over) = sources.withLock { sources in
            sources = sources.filter { remote[$0.key] != nil }
            return Self.due(remote, sources, at: now)
        }
        for id in over { clients.forgetKeys(of: id) }
        for call in due.prefix(Limits.outboundCallsOfJob).compactMap({ begin($0, at: now) }) { await call.value }
    }

    private static func due(
        _ remote: [Identifier<Client>: WireText],
        _ sources: [Identifier<Client>: Source],
        at now: Timestamp
    ) -> (due: [Identifier<Client>], over: [Identifier<Client>]) {
        var due: [Identifier<Client>] = []
        var over: [Identifier<Client>] = []
        for (id, uri) in remote {
            guard let found = sources[id]?.found, found.uri == uri else {
                due.append(id)
                continue
            }
            if now.since(found.at) >= Limits.remoteKeysSeconds { due.append(id) }
            if now.since(found.at) >= Limits.remoteKeysStaleSeconds { over.append(id) }
        }
        // Those that have waited longest come first, so that one round after the other reaches all.
        return (due.sorted { (sources[$0]?.tried.seconds ?? 0) < (sources[$1]?.tried.seconds ?? 0) }, over)
    }

    private func begin(_ id: Identifier<Client>, at now: Timestamp) -> Task<Void, Never>? {
        guard let uri = clients[id]?.remoteKeys?.uri else { return nil }
        return sources.withLock { sources in
            if let source = sources[id] {
                if let call = source.call { return call }
                guard now.since(source.tried) >= Limits.remoteKeysPauseSeconds || now < source.tried else { return nil }
            }
            let call = Task(name: "client keys") { await self.fetch(from: uri, of: id, at: now) }
            sources[id] = Source(tried: now, found: sources[id]?.found, call: call)
            return call
        }
    }

    private func fetch(from uri: WireText, of id: Identifier<Client>, at now: Timestamp) async {
        let failure: String?
        do throws(KeyFetchFailure) {
            let keys = try await keys(at: uri)
            do { try clients.keep(keys: keys, from: uri, of: id) } catch { throw .unusable(error) }
            failure = nil
        } catch { failure = "\(error)" }
        sources.withLock { sources in
            sources[id]?.call = nil
            if failure == nil { sources[id]?.found = (now, uri) }
        }
        if let failure {
            log.warning("keys.not-fetched", ["client": .text(id.text), "reason": .text(WireText(failure))])
        }
    }

    private func keys(at uri: WireText) async throws(KeyFetchFailure) -> JSON {
        var fields = Fields()
        fields.append(.accept, "application/jwk-set+json, application/json")
        let response: Response
        do { response = try await outbound.send(.get, to: uri, fields: fields) } catch { throw .unreachable(error) }
        guard response.status == .ok else { throw .status(response.status) }
        let type = MediaType(response.fields)?.essence
        guard type == "application/json" || type == "application/jwk-set+json" else { throw .otherType }
        do { return try JSONReader.read(response.body) } catch { throw .noJSON }
    }

    private static let pauseSeconds = 15
}

/// Why keys were not taken; for the log.
private enum KeyFetchFailure: Error {
    case unreachable(OutboundFailure)
    case status(Status)
    case otherType
    case noJSON
    case unusable(ClientMetadata.Problem)
}

extension House {
    /// A client, with the key that a token of its names, where that can be had.
    ///
    /// - Parameter token: Signed by the client; nothing of it is believed yet.
    func client(
        _ id: Identifier<Client>,
        verifying token: WireText?,
        at now: Timestamp
    ) async throws(Refusal) -> Client? {
        guard let client = try await client(id), client.isEnabled, client.remoteKeys != nil, let token,
            let header = try? JWS(token).header, !client.knowsKey(of: header)
        else { return clients[id] }
        await clientKeys.refresh(id, at: now)
        return clients[id]
    }
}

extension Client {
    fileprivate func knowsKey(of header: Header) -> Bool {
        guard let keys = frontChannel.keys?.keys else { return false }
        guard let keyID = header.keyID else { return !keys.isEmpty }
        return keys.contains { $0.keyID == keyID }
    }
}
