import Foundation
import HTTP
import Net
import Testing
import Text

/// Against OpenSSL's own client, which was not written by us.
struct TLSTests {
    let certificates: Certificates

    init() throws {
        certificates = try Certificates.shared.get()
    }

    @Test(arguments: [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
    func `TL-01 these versions are spoken`(option: String, version: String) async throws {
        try await withServer(tls: certificates.server()) { _, port in
            let output = try await sClient(port, option, input: request("/tls"))
            #expect(output.contains("GET /tls"))
            #expect(output.contains("Protocol  : \(version)") || output.contains("New, \(version)"))
            #expect(output.contains("Compression: NONE"))
        }
    }

    @Test(arguments: [
        ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
        ["-tls1", "-cipher", "ALL:@SECLEVEL=0"],
        ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256"],
        ["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA"],
        ["-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"],
        ["-tls1_2", "-cipher", "AES128-GCM-SHA256"],
        ["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"],
        ["-tls1_2", "-cipher", "PSK-AES128-GCM-SHA256:NULL:@SECLEVEL=0"],
        ["-groups", "P-521"],
    ])
    func `TL-01 nothing else is spoken, before or after a reload`(options: [String]) async throws {
        try await withServer(tls: certificates.server()) { server, port in
            for isReloaded in [false, true] {
                if isReloaded { try await server.reloadTLS() }
                let output = try await onThread {
                    try runProgram(
                        ["openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-ign_eof"] + options,
                        input: request("/")
                    )
                }
                #expect(!output.contains("HTTP/1.1"))
                #expect(output.contains("alert") || output.contains("no protocols available"))
            }
        }
    }

    @Test func `TL-01 a listener for TLS 1.3 alone does not speak 1.2`() async throws {
        var tls = certificates.server()
        tls.minimumVersion = .tls13
        try await withServer(tls: tls) { _, port in
            let output1 = try await sClient(port, "-tls1_2")
            #expect(output1.contains("alert protocol version"))
            let output2 = try await sClient(port, "-tls1_3")
            #expect(output2.contains("HTTP/1.1 200"))
        }
    }

    @Test func `TL-01 a client cannot renegotiate`() async throws {
        try await withServer(tls: certificates.server()) { _, port in
            let output = try await onThread {
                try runProgram(
                    ["openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-tls1_2"],
                    input: "R\n" + request("/")
                )
            }
            #expect(output.contains("no renegotiation"))
            #expect(!output.contains("HTTP/1.1 200"))
        }
    }

    @Test func `TL-01 no early data is taken`() async throws {
        try await withServer(tls: certificates.server()) { _, port in
            let output = try await sClient(port, "-tls1_3")
            #expect(output.contains("Max Early Data: 0"))
        }
    }

    @Test func `a client that offers protocols gets HTTP slash 1.1, or none`() async throws {
        try await withServer(tls: certificates.server()) { _, port in
            let output3 = try await sClient(port, "-alpn", "h2,http/1.1")
            #expect(output3.contains("ALPN protocol: http/1.1"))
            let output4 = try await sClient(port, "-alpn", "h2")
            #expect(output4.contains("alert no application protocol"))
        }
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `TL-02 a resumed session is the same client`(version: String) async throws {
        let handler = Handler { .text(.ok, WireText("\($0.peer.certificate?.count ?? 0) bytes")) }
        try await withServer(handler, tls: certificates.server(.asked)) { _, port in
            let session = certificates.folder + "/session" + version
            let client = ["-cert", certificates.path("client"), "-key", certificates.keyPath("client")]
            let bytes = try der("client").count
            let first = try await sClient(
                port,
                version,
                "-sess_out",
                session,
                client[0],
                client[1],
                client[2],
                client[3]
            )
            #expect(first.contains("\(bytes) bytes"))
            let second = try await sClient(port, version, "-sess_in", session)
            #expect(second.contains("Reused, "))
            #expect(second.contains("\(bytes) bytes"))
        }
    }

    @Test func `TL-02 a session does not outlive the reload of the certificate`() async throws {
        try await withServer(tls: certificates.server(.asked)) { server, port in
            let session = certificates.folder + "/session-reload"
            _ = try await sClient(port, "-sess_out", session)
            try await server.reloadTLS()
            let second = try await sClient(port, "-sess_in", session)
            #expect(second.contains("HTTP/1.1 200"))
            #expect(!second.contains("Reused, "))
        }
    }

    // MARK: Client certificates

    static let seen = Handler { request in
        .text(.ok, WireText((request.peer.certificate ?? []).map { String($0, radix: 16) }.joined(separator: ".")))
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `TL-05 the certificate that a client shows is handed on, whoever signed it`(version: String) async throws {
        try await withServer(Self.seen, tls: certificates.server(.asked)) { _, port in
            let (path, key) = (certificates.path("client"), certificates.keyPath("client"))
            let output = try await sClient(port, version, "-cert", path, "-key", key)
            #expect(output.contains(try der("client").map { String($0, radix: 16) }.joined(separator: ".")))
        }
    }

    @Test func `TL-05 without a certificate a request says so, and the answer decides`() async throws {
        let handler = Handler {
            .text(.ok, $0.peer.certificate == nil && $0.peer.isEncrypted ? "no certificate" : "some")
        }
        try await withServer(handler, tls: certificates.server(.asked)) { _, port in
            let output5 = try await sClient(port)
            #expect(output5.contains("no certificate"))
        }
    }

    @Test func `TL-05 a listener that does not ask does not hear of a certificate`() async throws {
        try await withServer(Self.seen, tls: certificates.server(.none)) { _, port in
            let (path, key) = (certificates.path("client"), certificates.keyPath("client"))
            let output = try await sClient(port, "-cert", path, "-key", key)
            #expect(output.contains("content-length: 0"))
        }
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `TL-05 a listener that requires a certificate ends the handshake without one`(version: String) async throws {
        try await withServer(Self.seen, tls: certificates.server(.required)) { _, port in
            let output = try await sClient(port, version)
            #expect(!output.contains("HTTP/1.1"))
            #expect(output.contains("alert"))
            let (path, key) = (certificates.path("client"), certificates.keyPath("client"))
            let output6 = try await sClient(port, version, "-cert", path, "-key", key)
            #expect(output6.contains("HTTP/1.1 200"))
        }
    }

    @Test func `TL-04 a listener with authorities refuses what others have issued`() async throws {
        let tls = certificates.server(.issued(byAuthoritiesIn: certificates.path("client")))
        try await withServer(Self.seen, tls: tls) { _, port in
            let good = try await sClient(
                port,
                "-cert",
                certificates.path("client"),
                "-key",
                certificates.keyPath("client")
            )
            #expect(good.contains("HTTP/1.1 200"))
            let bad = try await sClient(
                port,
                "-cert",
                certificates.path("server"),
                "-key",
                certificates.keyPath("server")
            )
            #expect(!bad.contains("HTTP/1.1"))
        }
    }

    // MARK: Abuse

    @Test func `TL-06 plain HTTP at a TLS port is not answered`() async throws {
        try await withServer(tls: certificates.server()) { server, port in
            let text = try await onThread {
                let wire = try Wire(port: port)
                wire.send(request("/"))
                return try wire.receiveAll()
            }
            #expect(!text.contains("HTTP/1.1"))
            #expect(await settles { await server.openConnections == 0 })
        }
    }

    @Test func `TL-06 TLS at a plain port is refused`() async throws {
        try await withServer { _, port in
            let output = try await sClient(port)
            #expect(output.contains("wrong version number"))
        }
    }

    @Test func `TL-06 records that come byte by byte are the same records`() async throws {
        try await withServer(tls: certificates.server()) { _, port in
            let relay = try Relay(to: port) { bytes in bytes.map { [$0] } }
            let output = try await sClient(relay.port, "-tls1_3", input: request("/drops"))
            #expect(output.contains("GET /drops"))
        }
    }

    @Test func `TL-06 a body that is cut off is no request`() async throws {
        let requests = Counter()
        let handler = Handler { _ in
            requests.add(1)
            return .empty(.ok)
        }
        try await withServer(handler, tls: certificates.server()) { server, port in
            let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf"
            _ = try await onThread {
                // Without -ign_eof the program closes at the end of its input.
                try runProgram(
                    ["openssl", "s_client", "-connect", "127.0.0.1:\(port)", "-quiet", "-no_ign_eof"],
                    input: post
                )
            }
            #expect(await settles { await server.openConnections == 0 })
            #expect(requests.value == 0)
        }
    }

    @Test func `HT-21 half a handshake ends when its time is over`() async throws {
        let limits = ConnectionLimits.with(\.handshake, Ticks(.milliseconds(250)))
        try await withServer(limits: limits, tls: certificates.server()) { _, port in
            let text = try await onThread {
                let wire = try Wire(port: port)
                // The head of a handshake record of 512 bytes, and then its body, never to its end.
                wire.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC])
                #expect(wire.trickle(repeatElement(0, count: 500)))
                return try wire.receiveAll()
            }
            #expect(text.isEmpty)
        }
    }

    @Test func `a failed handshake is reported with its reason`() async throws {
        let reasons = Reasons()
        let report: @Sendable (ServerEvent) -> Void = { event in
            if case .handshakeFailed(_, let reason) = event { reasons.add(reason) }
        }
        try await withServer(tls: certificates.server(), report: report) { _, port in
            _ = try await onThread {
                let wire = try Wire(port: port)
                wire.send(request("/"))
                return try wire.receiveAll()
            }
            #expect(await settles { reasons.all == ["http request"] })
        }
    }

    // MARK: Reload

    @Test func `TL-07 a new certificate is taken, and open connections go on`() async throws {
        let own = try await onThread {
            let own = try Certificates()
            try own.make("server", subject: "/CN=first")
            return own
        }
        try await withServer(tls: own.server()) { server, port in
            let open = try Interactive(port)
            let output7 = try await open.exchange("/one")
            #expect(output7.contains("GET /one"))
            try await onThread { try own.make("server", subject: "/CN=second") }
            try await server.reloadTLS()
            let output8 = try await sClient(port)
            #expect(output8.contains("CN = second"))
            let output9 = try await open.exchange("/two")
            #expect(output9.contains("GET /two"))
        }
    }

    /// What may be wrong with the files at a reload, and what the operator then reads.
    static let spoilt: [(String, String)] = [
        ("cp client.key server.key", "key values mismatch"),
        ("head -c 100 server.pem > x && mv x server.pem", "server.pem"),
        ("head -c 100 server.key > x && mv x server.key", "server.key"),
        ("rm server.pem", "No such file"),
        ("rm server.key", "No such file"),
        (
            "openssl req -x509 -key server.key -subj /CN=old -not_before 20200101000000Z -not_after 20200102000000Z"
                + " -out server.pem || openssl x509 -in server.pem -signkey server.key -days -1 -out x && mv x server.pem",
            "has expired"
        ),
    ]

    @Test(arguments: spoilt)
    func `TL-07 a bad pair is refused, and the old one stays`(spoil: String, reason: String) async throws {
        let own = try await onThread {
            let own = try Certificates()
            try own.make("server", subject: "/CN=first")
            try own.make("client", subject: "/CN=client")
            return own
        }
        try await withServer(tls: own.server()) { server, port in
            _ = try await onThread { try run("sh", "-c", "cd \(own.folder); \(spoil)") }
            let failure = await #expect(throws: NetFailure.self) { try await server.reloadTLS() }
            #expect(failure?.description.contains(reason) == true)
            let output10 = try await sClient(port)
            #expect(output10.contains("CN = first"))
        }
    }

    private func der(_ name: String) throws -> [UInt8] {
        let output = certificates.folder + "/\(UUID().uuidString).der"
        _ = try run("openssl", "x509", "-in", certificates.path(name), "-outform", "DER", "-out", output)
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: output)))
    }
}
