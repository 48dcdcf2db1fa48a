import Glibc
import HTTP
import Net
import Synchronization
import Testing
import Text

struct PipeliningTests {
    /// Five requests of every framing there is, in one piece.
    static let requests = """
        GET /1 HTTP/1.1\r\nHost: a\r\n\r\n\
        POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello\
        POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: t\r\n\r\n\
        GET /4 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n\
        GET /5 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n
        """
    static let expected = ["GET /1", "POST /2 hello", "POST /3 abcde", "GET /4", "GET /5"]

    @Test func `HT-10 requests in one piece are answered in order`() async throws {
        try await withServer { _, port in
            let bodies = try await bodies(to: [Self.requests], port)
            #expect(bodies == Self.expected)
        }
    }

    @Test func `HT-10 a stream cut in two at any byte is the same stream`() async throws {
        let bytes = Array(Self.requests.utf8)
        try await withServer { _, port in
            for cut in 1..<bytes.count {
                let pieces = [bytes[..<cut], bytes[cut...]].map { String(decoding: $0, as: UTF8.self) }
                let bodies = try await bodies(to: pieces, port)
                #expect(bodies == Self.expected, "cut at \(cut)")
            }
        }
    }

    @Test func `HT-10 a stream that comes byte by byte is the same stream`() async throws {
        try await withServer { _, port in
            let bodies = try await bodies(to: Self.requests.utf8.map { String(UnicodeScalar($0)) }, port)
            #expect(bodies == Self.expected)
        }
    }

    @Test func `HT-10 ten thousand requests in one piece are all answered, in order`() async throws {
        try await withServer { _, port in
            let count = 10_000
            let seen = try await onThread {
                let wire = try Wire(port: port)
                let text = (0..<count).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
                // Sent from elsewhere, because both sides' buffers fill while nobody reads.
                let descriptor = wire
                let sender = UncheckedWire(wire: descriptor)
                Task.detached { _ = try? await onThread { sender.wire.send(text) } }
                return try (0..<count).map { _ in try wire.receiveAnswer()?.body ?? "" }
            }
            // Counted: a failure that shows every answer is read by nobody.
            #expect(seen.count == count)
            #expect(zip(seen, 0..<count).count { $0 != "GET /\($1)" } == 0)
        }
    }

    @Test func `HT-10 one request of a connection is handled at a time`() async throws {
        let running = Counter()
        let handler = Handler { _ in
            let now = running.add(1)
            await Task.yield()
            try? await Task.sleep(for: .milliseconds(1))
            running.add(-1)
            return .text(.ok, WireText("\(now)"))
        }
        try await withServer(handler) { _, port in
            let bodies = try await bodies(to: [Self.requests], port)
            #expect(bodies == ["1", "1", "1", "1", "1"])
        }
    }

    @Test func `HT-10 an answer does not wait for a later one that takes its time`() async throws {
        let gate = Counter()
        let handler = Handler { request in
            try? await Task.sleep(for: .milliseconds(1))
            if request.path == "/slow" { await gate.opens() }
            return .text(.ok, request.path)
        }
        try await withServer(handler) { _, port in
            let seen = try await onThread {
                let wire = try Wire(port: port)
                let paths = ["/quick", "/slow"]
                wire.send(paths.map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
                let first = try wire.receiveAnswer()?.body
                gate.add(1)
                return [first, try wire.receiveAnswer()?.body]
            }
            #expect(seen == ["/quick", "/slow"])
        }
    }

    @Test func `HT-10 a flood on one connection does not keep others on its loop waiting`() async throws {
        try await withServer { _, port in
            let flood = try await onThread { UncheckedWire(wire: try Wire(port: port)) }
            let text = String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 1_000)
            let flooding = Task.detached { try await onThread { while flood.wire.send(text) {} } }
            let reading = Task.detached { try await onThread { while try !flood.wire.receive().isEmpty {} } }
            // Each has ten seconds until its wire gives up.
            for _ in 0..<20 { #expect(try await exchange("GET /x HTTP/1.1\r\nHost: a\r\n\r\n", port).status == 200) }
            flood.wire.hangUp()
            _ = try await flooding.value
            _ = try await reading.value
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        ("GET / HTTP/1.1\nHost: a\r\n\r\n", 400),
    ])
    func `HT-10 nothing is answered behind what is no request`(bad: String, status: Int) async throws {
        try await withServer { _, port in
            let answers = try await allAnswers(to: [bad + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"], port)
            #expect(answers.map(\.status) == [status])
        }
    }

    @Test func `HT-10 nothing is answered behind Connection close`() async throws {
        try await withServer { _, port in
            let first = "GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            let bodies = try await bodies(to: [first + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"], port)
            #expect(bodies == ["GET /1"])
        }
    }
}

/// A number that many threads change.
final class Counter: Sendable {
    private let count = Atomic(0)

    @discardableResult
    func add(_ number: Int) -> Int {
        count.add(number, ordering: .acquiringAndReleasing).newValue
    }

    func raise(to number: Int) {
        count.max(number, ordering: .acquiringAndReleasing)
    }

    var value: Int { count.load(ordering: .acquiring) }

    /// Waits until the number is no longer 0.
    func opens() async {
        while value == 0, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
    }
}

/// Handed to the threads of one test, of which one sends and one receives.
struct UncheckedWire: @unchecked Sendable {
    let wire: Wire
}

/// Sends pieces with a moment between them, and takes every answer until the end.
func allAnswers(to pieces: [String], _ port: UInt16) async throws -> [Answer] {
    try await onThread {
        let wire = try Wire(port: port)
        for piece in pieces {
            wire.send(piece)
            usleep(100)
        }
        var bytes = Array(try wire.receiveAll().utf8)
        var answers: [Answer] = []
        while let answer = Answer(&bytes) { answers.append(answer) }
        #expect(bytes.isEmpty)
        return answers
    }
}

func bodies(to pieces: [String], _ port: UInt16) async throws -> [String] {
    try await allAnswers(to: pieces, port).map(\.body)
}
