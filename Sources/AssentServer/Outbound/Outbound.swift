package import HTTP
package import Net
internal import Synchronization
package import Text

/// The one way to a URL that a client has named: to listed hosts, and nowhere else.
///
/// Never while an answer of ours waits for it without need: a job fetches keys, notices go out behind the answer.
package final class Outbound: Sendable {
    /// Sends a request to a listed host, and returns its answer; redirects are answers like others.
    package typealias Line = @Sendable (Request, OutboundHost) async throws(NetFailure) -> Response

    private let hosts: [OutboundHost]
    private let line: Line
    private let underWay = Atomic<Int>(0)

    package init(to hosts: [OutboundHost], by line: @escaping Line) {
        self.hosts = hosts
        self.line = line
    }

    /// Where no host is listed.
    package static let nowhere = Outbound(to: []) { _, host throws(NetFailure) in throw .noAddress(host.name) }

    /// Whether any host is listed.
    package var isOpen: Bool { !hosts.isEmpty }

    /// Whether a URL could be called, so that a registration that needs it can be refused at once.
    package func reaches(_ url: WireText) -> Bool {
        host(of: url) != nil
    }

    /// Sends a request to a URL, if its host is listed.
    ///
    /// What comes back has been bounded in time and size; its status is for the caller to look at.
    package func send(
        _ method: HTTP.Method,
        to url: WireText,
        fields: Fields = Fields(),
        body: [UInt8] = []
    ) async throws(OutboundFailure) -> Response {
        guard let uri = URIReference(url), let host = host(of: url) else { throw .notListed }
        defer { underWay.subtract(1, ordering: .relaxed) }
        guard underWay.add(1, ordering: .relaxed).newValue <= Limits.outboundCalls else { throw .busy }
        var fields = fields
        fields.nameTrace()
        let request = Request(
            method: method,
            path: uri.path.isEmpty ? "/" : uri.path,
            query: uri.query,
            authority: uri.authority?.lowercasedASCII,
            fields: fields,
            body: body,
            peer: Peer(address: "127.0.0.1", port: 0, isEncrypted: false)
        )
        do { return try await line(request, host) } catch { throw .unreachable(error) }
    }

    private func host(of url: WireText) -> OutboundHost? {
        URIReference(url).flatMap { uri in hosts.first { $0.isMeant(by: uri) } }
    }
}

extension Outbound {
    /// To hosts on the net: each call looks its name up once, and connects to what was found then.
    package convenience init(to hosts: [OutboundHost], tls: TLSContext?, resolver: Resolver, loops: LoopGroup) {
        precondition(tls != nil || hosts.allSatisfy(\.isPlain), "Nobody is called without TLS who has it.")
        self.init(to: hosts) { request, host throws(NetFailure) in
            try await HTTPClient.exchange(
                request,
                with: host.lookupName,
                port: host.port,
                tls: host.isPlain ? nil : tls,
                resolver: resolver,
                policy: host.isInternal ? .everywhere : .publicAddresses,
                bodyBytes: Limits.outboundBytes,
                within: Ticks(seconds: Limits.outboundSeconds),
                on: loops.loops[EventLoop.currentIndex ?? 0]
            )
        }
    }
}

extension OutboundHost {
    /// An IPv6 literal has no brackets where addresses are made of names.
    fileprivate var lookupName: WireText {
        let bytes = name.bytes
        guard bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") else { return name }
        return WireText(Array(bytes.dropFirst().dropLast())) ?? name
    }
}
