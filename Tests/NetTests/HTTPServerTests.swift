import Foundation
import HTTP
import Net
import Testing
import Text

struct HTTPServerTests {
    @Test func `answers several requests on one connection`() async throws {
        try await withServer { _, port in
            try await onThread {
                let wire = try Wire(port: port)
                for number in 0..<3 {
                    wire.send("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
                    #expect(try wire.receiveAnswer()?.body == "GET /\(number)")
                }
            }
        }
    }

    @Test func `an answer has status, date, length and nothing about the program`() async throws {
        try await withServer { _, port in
            let answer = try await exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n", port)
            let names = answer.head.split(separator: "\r\n").dropFirst().map { $0.prefix { $0 != ":" }.lowercased() }
            #expect(Set(names) == ["content-length", "content-type", "date"])
            #expect(answer.status == 200)
        }
    }

    @Test func `HEAD gets the length of what GET would bring, and no body`() async throws {
        try await withServer { _, port in
            let text = try await onThread {
                let wire = try Wire(port: port)
                wire.send("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                return try wire.receiveAll()
            }
            #expect(text.contains("content-length: 7\r\n"))
            #expect(text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test(arguments: ["close", "Close", "keep-alive, close", "x ,\tCLOSE"])
    func `closes where the client asks for it`(option: String) async throws {
        try await withServer { _, port in
            let text = try await onThread {
                let wire = try Wire(port: port)
                wire.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: \(option)\r\n\r\n")
                return try wire.receiveAll()
            }
            #expect(text.contains("connection: close\r\n"))
        }
    }

    @Test func `HTTP slash 1.0 is answered once`() async throws {
        try await withServer { _, port in
            let text = try await onThread {
                let wire = try Wire(port: port)
                wire.send("GET / HTTP/1.0\r\n\r\nGET /second HTTP/1.0\r\n\r\n")
                return try wire.receiveAll()
            }
            #expect(text.hasPrefix("HTTP/1.1 200 "))
            #expect(text.components(separatedBy: "HTTP/1.1").count == 2)
        }
    }

    @Test func `a client that has closed its side still gets its answer`() async throws {
        try await withServer { _, port in
            let text = try await onThread {
                let wire = try Wire(port: port)
                wire.send("POST /half HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok")
                wire.endSending()
                return try wire.receiveAll()
            }
            #expect(text.hasSuffix("POST /half ok"))
        }
    }

    @Test func `an answer larger than every buffer arrives whole at a slow reader`() async throws {
        let body = String(repeating: "0123456789abcdef", count: 400_000)
        try await withServer(Handler { _ in .text(.ok, WireText(body)) }) { _, port in
            let received = try await onThread {
                let wire = try Wire(port: port, receiveBuffer: 4_096)
                wire.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                usleep(50_000)
                return try wire.receiveAll()
            }
            #expect(received.hasSuffix("\r\n\r\n" + body))
        }
    }

    @Test func `the handler runs on the loop that read the request`() async throws {
        let handler = Handler { _ in
            async let child = EventLoop.currentIndex
            let indices = [EventLoop.currentIndex, await child]
            return .text(.ok, WireText("\(indices)"))
        }
        try await withServer(handler) { _, port in
            let answer = try await exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n", port)
            #expect(answer.body == "[Optional(0), Optional(0)]")
        }
    }

    @Test func `two loops share one port`() async throws {
        let handler = Handler { _ in .text(.ok, WireText("\(EventLoop.currentIndex ?? -1)")) }
        try await withServer(handler, loops: 2) { _, port in
            var seen: Set<String> = []
            for _ in 0..<200 where seen.count < 2 {
                seen.insert(try await exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n", port).body)
            }
            #expect(seen == ["0", "1"])
        }
    }

    @Test func `a port in use is refused by name`() async throws {
        try await withServer { _, port in
            let group = try LoopGroup(count: 2)
            let address = Address.ipv4(0x7F00_0001, port: port)
            let second = HTTPServer([.init(at: address, handler: Echo())], on: group)
            await #expect(throws: NetFailure.addressInUse(address)) { try await second.start() }
            group.stop()
        }
    }

    @Test func `a Unix socket serves all loops`() async throws {
        let path = NSTemporaryDirectory() + "assent-\(UUID().uuidString.prefix(8)).sock"
        let group = try LoopGroup(count: 2)
        let server = HTTPServer([.init(at: .unix(path), handler: Echo())], on: group)
        for _ in 0..<2 {
            #expect(try await server.start() == [.unix(path)])
            let output = try await onThread { try run("curl", "-s", "--unix-socket", path, "http://localhost/unix") }
            #expect(output == "GET /unix")
            await server.stop()
            #expect(!File.exists(path))
        }
        group.stop()
    }
}

/// One request as text, one answer.
func exchange(_ text: String, _ port: UInt16) async throws -> Answer {
    try await onThread {
        let wire = try Wire(port: port)
        wire.send(text)
        return try #require(try wire.receiveAnswer())
    }
}
