import AssentServer
import HTTP
import Net
import Synchronization
import Testing
import Text

/// Which URLs of strangers are called, and what may come back.
struct OutboundTests {
    /// A line that notes what it is given, and what it answers.
    final class Calls: Sendable {
        private let state = Mutex<[(Request, OutboundHost)]>([])

        var requests: [Request] { state.withLock { $0.map(\.0) } }

        var hosts: [OutboundHost] { state.withLock { $0.map(\.1) } }

        func outbound(_ hosts: [OutboundHost], answering status: Status = .ok) -> Outbound {
            Outbound(to: hosts) { request, host throws(NetFailure) in
                self.state.withLock { $0.append((request, host)) }
                return Response(status, body: Array("answer".utf8))
            }
        }
    }

    static let listed = [
        OutboundHost("keys.tpp.example"), OutboundHost("tpp.example", port: 8_443),
        OutboundHost("[2001:DB8::5]", isInternal: true), OutboundHost("localhost", port: 8_081, isPlain: true),
    ]

    @Test(
        arguments: [
            ("https://keys.tpp.example/jwks?v=1", "/jwks", "keys.tpp.example", 0),
            ("HTTPS://Keys.TPP.example:443", "/", "keys.tpp.example:443", 0),
            ("https://tpp.example:8443/a%2Fb", "/a%2Fb", "tpp.example:8443", 1),
            ("https://[2001:db8::5]/", "/", "[2001:db8::5]", 2), ("http://localhost:8081/x", "/x", "localhost:8081", 3),
        ] as [(WireText, WireText, WireText, Int)]
    )
    func `a URL of a listed host is called as it stands`(
        url: WireText,
        path: WireText,
        authority: WireText,
        host: Int
    ) async throws {
        let calls = Calls()
        let outbound = calls.outbound(Self.listed)
        #expect(outbound.reaches(url))
        let response = try await outbound.send(.get, to: url)
        #expect(response.body == Array("answer".utf8))
        let request = try #require(calls.requests.first)
        #expect(request.path == path)
        #expect(request.authority == authority)
        #expect(request.query == URIReference(url)?.query)
        #expect(calls.hosts == [Self.listed[host]])
    }

    @Test(
        arguments: [
            "https://127.0.0.1/", "https://10.0.0.1/jwks", "https://169.254.169.254/latest",
            "https://[::ffff:127.0.0.1]/",
            "https://2130706433/", "https://0177.0.0.1/", "https://localhost./", "https://localhost/",
            "https://keys.tpp.example.evil.example/", "https://keys.tpp.example@evil.example/",
            "https://user:pass@keys.tpp.example/", "https://evil.example/?https://keys.tpp.example",
            "https://keys.tpp.example:22/", "https://keys.tpp.example:8443/", "https://tpp.example/",
            "http://keys.tpp.example/", "https://localhost:8081/", "http://localhost:8080/", "file:///etc/passwd",
            "gopher://keys.tpp.example/", "https:keys.tpp.example", "//keys.tpp.example/", "/jwks", "",
            "https://keys.tpp.example/#fragment", "https://keys.tpp.example\\@evil.example/",
            "https://keys.tpp.example./",
            "https://keys.tpp.example:99999/", " https://keys.tpp.example/", "https://keys.tpp.example/\r\nX: y",
        ] as [WireText]
    )
    func `RG-20 a URL that leads to no listed host is neither looked up nor called`(url: WireText) async {
        let calls = Calls()
        let outbound = calls.outbound(Self.listed)
        #expect(!outbound.reaches(url))
        await #expect(throws: OutboundFailure.notListed) { try await outbound.send(.get, to: url) }
        #expect(calls.requests.isEmpty)
    }

    @Test func `RG-20 where nothing is listed nothing is called`() async {
        #expect(!Outbound.nowhere.reaches("https://keys.tpp.example/"))
        await #expect(throws: OutboundFailure.notListed) {
            try await Outbound.nowhere.send(.post, to: "https://keys.tpp.example/")
        }
    }

    @Test func `RG-20 a redirect is an answer and is not followed`() async throws {
        let calls = Calls()
        let response = try await calls.outbound(Self.listed, answering: .seeOther)
            .send(.get, to: "https://keys.tpp.example/")
        #expect(response.status == .seeOther)
        #expect(calls.requests.count == 1)
    }

    @Test func `RG-21 a server that holds its calls takes none of the others' beyond the bound`() async throws {
        let (waiting, door) = AsyncStream<Void>.makeStream()
        let (arrivals, arrival) = AsyncStream<Void>.makeStream()
        let slow = Outbound(to: Self.listed) { _, _ throws(NetFailure) in
            arrival.yield()
            for await _ in waiting {}
            return Response(.ok)
        }
        let held = (0..<Limits.outboundCalls).map { _ in
            Task { try await slow.send(.get, to: "https://keys.tpp.example/") }
        }
        var arrived = 0
        for await _ in arrivals {
            arrived += 1
            if arrived == held.count { break }
        }
        await #expect(throws: OutboundFailure.busy) { try await slow.send(.get, to: "https://keys.tpp.example/") }
        door.finish()
        for call in held { #expect(try await call.value.status == .ok) }
        #expect(try await slow.send(.get, to: "https://keys.tpp.example/").status == .ok)
    }

    @Test(
        arguments: [
            "localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254", "[fe80::1]",
        ] as [WireText]
    )
    func `RG-20 an address that is not global is called only where its host is listed as internal`(
        name: WireText
    ) async throws {
        let loops = try LoopGroup(count: 1)
        let workers = try WorkerPool(count: 1, limit: 4)
        defer {
            loops.stop()
            workers.stop()
        }
        let outbound = Outbound(
            to: [OutboundHost(name)],
            tls: try TLSContext(),
            resolver: Resolver(on: workers),
            loops: loops
        )
        let host = WireText(name.string.filter { !"[]".contains($0) })
        await #expect(throws: OutboundFailure.unreachable(.noAddress(host))) {
            try await outbound.send(.get, to: WireText("https://\(name)/"))
        }
    }
}
