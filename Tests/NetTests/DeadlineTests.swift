import Glibc
import HTTP
import Net
import Testing
import Text

/// With deadlines short enough to wait for, and long enough for a busy machine.
struct DeadlineTests {
    let short = Ticks(.milliseconds(700))

    @Test func `HT-21 a head that trickles in is refused when its time is over, not when the client stops`()
        async throws
    {
        try await withServer(limits: .with(\.head, short)) { _, port in
            let text = try await onThread {
                let wire = try Wire(port: port)
                // A byte every tenth of the deadline, which a deadline for each byte would never end.
                wire.send("GET / HTTP/1.1\r\nHost: a\r\nX: ")
                #expect(wire.trickle(repeatElement(UInt8(ascii: "x"), count: 1_000)))
                return try wire.receiveAll()
            }
            #expect(text.hasPrefix("HTTP/1.1 408 "))
            #expect(text.contains("connection: close"))
        }
    }

    @Test func `HT-21 a connection on which nothing comes is closed without a word`() async throws {
        try await withServer(limits: .with(\.head, short)) { _, port in
            let text = try await onThread { try Wire(port: port).receiveAll() }
            #expect(text.isEmpty)
        }
    }

    @Test func `an idle connection is closed without a word`() async throws {
        try await withServer(limits: .with(\.idle, short)) { _, port in
            try await onThread {
                let wire = try Wire(port: port)
                wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try wire.receiveAnswer()?.status == 200)
                #expect(try wire.receiveAll().isEmpty)
            }
        }
    }

    @Test(arguments: ["Content-Length: 1000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n3e8\r\n"])
    func `HT-22 a body that trickles in is refused when its time is over`(framing: String) async throws {
        try await withServer(limits: .with(\.body, short)) { _, port in
            let text = try await onThread {
                let wire = try Wire(port: port)
                wire.send("POST / HTTP/1.1\r\nHost: a\r\n" + framing)
                #expect(wire.trickle(repeatElement(UInt8(ascii: "x"), count: 990)))
                return try wire.receiveAll()
            }
            #expect(text.hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func `HT-22 a client that does not read is cut off`() async throws {
        let body = WireText(String(repeating: "x", count: 16_000_000))
        let handler = Handler { _ in .text(.ok, body) }
        try await withServer(handler, limits: .with(\.write, short)) { server, port in
            let wire = try await onThread { UncheckedWire(wire: try Wire(port: port, receiveBuffer: 4_096)) }
            wire.wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await settles { await server.openConnections == 0 })
        }
    }

    @Test func `deadlines do not hit those that keep to them`() async throws {
        let second = Ticks(.seconds(2))
        try await withServer(limits: .with(\.head, second).with(\.body, second)) { _, port in
            try await onThread {
                let wire = try Wire(port: port)
                for _ in 0..<2 {
                    wire.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n")
                    usleep(100_000)
                    wire.send("ok")
                    let body = try wire.receiveAnswer()?.body
                    #expect(body == "POST /x ok")
                    // Longer than either deadline, which count only while something is under way.
                    usleep(2_300_000)
                }
            }
        }
    }
}

/// Waits for something to become true, for five seconds at most.
func settles(_ condition: () async throws -> Bool) async rethrows -> Bool {
    for _ in 0..<500 {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return false
}
