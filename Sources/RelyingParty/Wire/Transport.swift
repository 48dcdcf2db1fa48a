internal import HTTP
package import Net
package import Text

/// How a client reaches the world: one connection a request, no redirect followed, everything written down.
package struct Transport: Sendable {
    package let journal: Journal
    private let loop: EventLoop
    private let resolver: Resolver
    private let tls: TLSContext
    private let detours: [Detour]

    /// Another way to a host, for a server that is not yet where its name leads.
    package struct Detour: Sendable {
        let authority: WireText
        let address: Address

        package init(authority: WireText, address: Address) {
            self.authority = authority
            self.address = address
        }
    }

    /// - Parameter tls: Whom to believe, and the certificate to show where one is asked for.
    package init(
        on loop: EventLoop,
        resolver: Resolver,
        tls: TLSContext,
        detours: [Detour] = [],
        journal: Journal = Journal()
    ) {
        self.loop = loop
        self.resolver = resolver
        self.tls = tls
        self.detours = detours
        self.journal = journal
    }

    /// The same with a journal of its own.
    package func with(_ journal: Journal) -> Transport {
        Transport(on: loop, resolver: resolver, tls: tls, detours: detours, journal: journal)
    }

    /// The same with another certificate.
    package func with(_ tls: TLSContext) -> Transport {
        Transport(on: loop, resolver: resolver, tls: tls, detours: detours, journal: journal)
    }

    /// Sends a request and waits for the whole answer.
    package func send(_ call: Call) async -> Exchange {
        let began = SystemClock.now
        let start = SystemClock.uptimeMilliseconds
        let outcome = await outcome(of: call)
        let milliseconds = SystemClock.uptimeMilliseconds - start
        return journal.add(Exchange(call: call, began: began, milliseconds: milliseconds, outcome: outcome))
    }

    private func outcome(of call: Call) async -> Exchange.Outcome {
        guard let place = Place(call.url) else { return .notCallable }
        var fields = call.fields
        fields.set(.userAgent, "assent-flow")
        let request = Request(
            method: call.method,
            path: place.path,
            query: place.query,
            authority: place.authority,
            fields: fields,
            body: call.body,
            peer: Peer(address: "127.0.0.1", port: 0, isEncrypted: false)
        )
        let context = place.isSecure ? tls : nil
        let time = Ticks(seconds: Limits.exchangeSeconds)
        do throws(NetFailure) {
            if let address = detours.first(where: { $0.authority == place.authority })?.address {
                return .answered(
                    try await HTTPClient.exchange(
                        request,
                        with: address,
                        tls: context,
                        bodyBytes: Limits.exchangeBytes,
                        within: time,
                        on: loop
                    )
                )
            }
            return .answered(
                try await HTTPClient.exchange(
                    request,
                    with: place.host,
                    port: place.port,
                    tls: context,
                    resolver: resolver,
                    policy: .everywhere,
                    bodyBytes: Limits.exchangeBytes,
                    within: time,
                    on: loop
                )
            )
        } catch { return .failed(error) }
    }
}

/// What a URL says of where to connect and what to ask for there.
struct Place {
    let isSecure: Bool
    /// Without brackets, as a resolver wants it.
    let host: WireText
    let port: UInt16
    let authority: WireText
    let path: WireText
    let query: WireText?

    init?(_ url: WireText) {
        guard let uri = URIReference(url), let scheme = uri.scheme?.lowercasedASCII, let host = uri.host,
            scheme == "http" || scheme == "https", !uri.hasUserInformation
        else { return nil }
        isSecure = scheme == "https"
        guard let port = uri.port.map({ UInt16($0.string) }) ?? (isSecure ? 443 : 80) else { return nil }
        let bytes = host.bytes
        let isLiteral = bytes.first == UInt8(ascii: "[")
        self.host = isLiteral ? WireText(Array(bytes.dropFirst().dropLast())) ?? host : host
        self.port = port
        authority = (uri.port.map { WireText("\(host):\($0)") } ?? host).lowercasedASCII
        path = uri.path.isEmpty ? "/" : uri.path
        query = uri.query
    }
}
