import Foundation
import HTTP
import Net
import Testing
import Text

struct HTTPClientTests {
    @Test func `a request and its answer cross`() async throws {
        try await withServer { _, port in
            let response = try await call(port, Self.request(.post, "/echo", body: "hello"))
            #expect(response.status == .ok)
            #expect(response.body == Array("POST /echo hello".utf8))
        }
    }

    @Test func `an answer to HEAD has a length and no body`() async throws {
        try await withServer { _, port in
            let response = try await call(port, Self.request(.head, "/"))
            #expect(response.body.isEmpty)
        }
    }

    /// What another server may say, in two pieces at every place, and what is made of it.
    static let answers: [(String, Result<String, NetFailure>)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", .success("ok")),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n", .success("ok")),
        ("HTTP/1.1 200 OK\r\n\r\nok", .success("ok")),
        ("HTTP/1.0 200 OK\r\n\r\nok", .success("ok")),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", .success("ok")),
        ("HTTP/1.1 204 No Content\r\n\r\n", .success("")),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", .failure(.closed)),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", .failure(.closed)),
        ("HTTP/1.1 200 OK\r\nContent-Le", .failure(.closed)),
        ("", .failure(.closed)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n", .failure(.answerTooLarge)),
        ("HTTP/1.1 200 OK\r\n\r\n12345678901234567", .failure(.answerTooLarge)),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n", .failure(.answerTooLarge)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", .failure(.answerMalformed)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nok", .failure(.answerMalformed)),
        ("HTTP/2 200\r\n\r\n", .failure(.answerMalformed)),
        ("SSH-2.0-x\r\n", .failure(.answerMalformed)),
    ]

    @Test(arguments: answers.indices)
    func `an answer is read by its framing, or refused`(index: Int) async throws {
        let (text, expected) = Self.answers[index]
        let bytes = Array(text.utf8)
        for cut in Set([0, bytes.count / 3, bytes.count / 2, max(0, bytes.count - 1)]) {
            let canned = try Canned([Array(bytes[..<cut]), Array(bytes[cut...])])
            do {
                let response = try await call(canned.port, Self.request(.get, "/"), bodyBytes: 16)
                #expect(try String(decoding: response.body, as: UTF8.self) == expected.get())
            } catch let failure as NetFailure {
                #expect(throws: failure) { try expected.get() }
            }
        }
    }

    @Test func `a server that says nothing is given up`() async throws {
        let silent = try Canned([], closes: false)
        await #expect(throws: NetFailure.late(.body)) {
            try await call(silent.port, Self.request(.get, "/"), within: Ticks(.milliseconds(200)))
        }
    }

    @Test func `where nobody listens there is no answer`() async throws {
        let port = try await withServer { _, port in port }
        await #expect(throws: NetFailure.system("connect", ECONNREFUSED)) {
            try await call(port, Self.request(.get, "/"))
        }
    }

    @Test func `a request that is no HTTP is not sent`() async throws {
        try await withServer { server, port in
            for request in [Self.request(.get, "/ HTTP/1.1\r\nX: y"), Self.request(.get, "/", authority: nil)] {
                await #expect(throws: NetFailure.requestMalformed) { try await call(port, request) }
            }
            #expect(await server.openConnections == 0)
        }
    }

    // MARK: TLS

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `TL-08 a certificate for the name or address that was called is believed`(host: String) async throws {
        let certificates = try Certificates.shared.get()
        try await withServer(tls: certificates.server()) { _, port in
            let tls = try TLSContext(trusting: certificates.path("server"))
            let request = Self.request(.get, "/tls", authority: WireText("\(host):\(port)"))
            let response = try await call(port, request, tls: tls)
            #expect(response.body == Array("GET /tls".utf8))
        }
    }

    @Test func `TL-08 another name, a stranger's certificate and no TLS at all are refused`() async throws {
        let certificates = try Certificates.shared.get()
        let trusting = try TLSContext(trusting: certificates.path("server"))
        let distrusting = try TLSContext(trusting: certificates.path("client"))
        try await withServer(tls: certificates.server()) { _, port in
            for (name, tls) in [("elsewhere.example", trusting), ("localhost", distrusting), ("127.0.0.2", trusting)] {
                let request = Self.request(.get, "/", authority: WireText(name))
                let failure = await #expect(throws: NetFailure.self) { try await call(port, request, tls: tls) }
                #expect(failure?.description.contains("certificate verify failed") == true)
            }
        }
        try await withServer { _, port in
            await #expect(throws: NetFailure.self) { try await call(port, Self.request(.get, "/"), tls: trusting) }
        }
    }

    // MARK: Names

    @Test(arguments: ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "::1", "[::ffff:127.0.0.1]"])
    func `RG-20 no spelling of our own address passes the policy`(name: WireText) async throws {
        let workers = try WorkerPool(count: 1, limit: 4)
        let loop = try EventLoop(index: 0)
        defer {
            workers.stop()
            loop.stop()
        }
        await #expect(throws: NetFailure.noAddress(name)) {
            try await HTTPClient.exchange(
                Self.request(.get, "/"),
                with: name,
                port: 1,
                tls: nil,
                resolver: Resolver(on: workers),
                policy: .publicAddresses,
                on: loop
            )
        }
    }

    @Test func `a name leads to its server where the policy allows it`() async throws {
        let workers = try WorkerPool(count: 1, limit: 4)
        let loop = try EventLoop(index: 0)
        defer {
            workers.stop()
            loop.stop()
        }
        try await withServer { _, port in
            let response = try await HTTPClient.exchange(
                Self.request(.get, "/named"),
                with: "127.0.0.1",
                port: port,
                tls: nil,
                resolver: Resolver(on: workers),
                policy: .everywhere,
                on: loop
            )
            #expect(response.body == Array("GET /named".utf8))
        }
    }

    @Test(arguments: [[], [Array("H".utf8), Array("T".utf8)], [Array("HTTP/1.1 200 OK\r\n\r\n".utf8), [1], [2]]])
    func `RG-21 a server that is slow with its answer is given up at one deadline`(pieces: [[UInt8]]) async throws {
        let workers = try WorkerPool(count: 1, limit: 4)
        let loop = try EventLoop(index: 0)
        defer {
            workers.stop()
            loop.stop()
        }
        let slow = try Canned(pieces, closes: false)
        await #expect(throws: NetFailure.late(.body)) {
            try await HTTPClient.exchange(
                Self.request(.get, "/"),
                with: "127.0.0.1",
                port: slow.port,
                tls: nil,
                resolver: Resolver(on: workers),
                policy: .everywhere,
                within: Ticks(.milliseconds(200)),
                on: loop
            )
        }
    }

    @Test func `RG-21 a name that nobody answers for is given up at the deadline, and holds no loop`() async throws {
        let workers = try WorkerPool(count: 1, limit: 4)
        let loop = try EventLoop(index: 0)
        let gate = Counter()
        // The one thread that looks up names is held, as by a server of names that says nothing.
        let held = Task { try await workers.run { while gate.value == 0 { usleep(1_000) } } }
        defer {
            gate.add(1)
            workers.stop()
            loop.stop()
        }
        await #expect(throws: NetFailure.late(.lookup)) {
            try await HTTPClient.exchange(
                Self.request(.get, "/"),
                with: "127.0.0.1",
                port: 1,
                tls: nil,
                resolver: Resolver(on: workers),
                policy: .everywhere,
                within: Ticks(.milliseconds(50)),
                on: loop
            )
        }
        gate.add(1)
        try await held.value
    }

    static func request(
        _ method: HTTP.Method,
        _ path: WireText,
        authority: WireText? = "localhost",
        body: String = ""
    ) -> Request {
        Request(
            method: method,
            path: path,
            authority: authority,
            body: Array(body.utf8),
            peer: Peer(address: "", port: 0, isEncrypted: false)
        )
    }

    private func call(
        _ port: UInt16,
        _ request: Request,
        tls: TLSContext? = nil,
        bodyBytes: Int = Limits.bodyBytes,
        within time: Ticks = Ticks(seconds: 10)
    ) async throws -> Response {
        let loop = try EventLoop(index: 0)
        defer { loop.stop() }
        let address = Address.ipv4(0x7F00_0001, port: port)
        return try await HTTPClient.exchange(
            request,
            with: address,
            tls: tls,
            bodyBytes: bodyBytes,
            within: time,
            on: loop
        )
    }
}

struct OutgoingAddressPolicyTests {
    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
        "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "100::1",
        "2001::1", "2001:0:1::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "4000::1", "fc00::1", "fd12::1",
        "fe80::1", "fec0::1", "ff02::1",
    ])
    func `RG-20 an address that is not public is refused`(text: String) throws {
        let address = try #require(Address(host: WireText(text), port: 443))
        #expect(!OutgoingAddressPolicy.publicAddresses.allows(address))
        #expect(OutgoingAddressPolicy.everywhere.allows(address))
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.255.255.255", "128.0.0.1",
        "172.15.255.255", "172.32.0.1", "192.0.1.1", "192.167.255.255", "198.17.255.255", "198.20.0.1",
        "223.255.255.255", "2000::1", "2001:200::1", "2001:4860:4860::8888", "2003::1", "2a00:1450::1", "3ffe::1",
    ])
    func `RG-20 its public neighbours are allowed`(text: String) throws {
        let address = try #require(Address(host: WireText(text), port: 443))
        #expect(OutgoingAddressPolicy.publicAddresses.allows(address))
    }

    @Test func `RG-20 a Unix socket is nobody's public address`() {
        #expect(!OutgoingAddressPolicy.publicAddresses.allows(.unix("/run/x.sock")))
    }
}
