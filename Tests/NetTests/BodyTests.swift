import HTTP
import Net
import Testing
import Text

struct BodyTests {
    @Test func `HT-11 a client that waits is told to go on, once`() async throws {
        try await withServer { _, port in
            let text = try await onThread {
                let wire = try Wire(port: port)
                wire.send("POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n")
                let interim = String(decoding: try wire.receive(), as: UTF8.self)
                #expect(interim == "HTTP/1.1 100 Continue\r\n\r\n")
                wire.send("okGET /f HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                return try wire.receiveAll()
            }
            #expect(text.contains("POST /e ok"))
            #expect(text.hasSuffix("GET /f"))
            #expect(!text.contains("100 Continue"))
        }
    }

    @Test func `HT-11 a client that waits with a chunked body is told to go on`() async throws {
        try await withServer { _, port in
            try await onThread {
                let wire = try Wire(port: port)
                wire.send("POST /e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n")
                #expect(String(decoding: try wire.receive(), as: UTF8.self) == "HTTP/1.1 100 Continue\r\n\r\n")
                wire.send("2\r\nok\r\n0\r\n\r\n")
                #expect(try wire.receiveAnswer()?.body == "POST /e ok")
            }
        }
    }

    @Test(arguments: [
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nok",
        "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nok",
    ])
    func `HT-11 nobody is told to go on who does not wait`(request: String) async throws {
        try await withServer { _, port in
            let got = try await exchange(request, port).status
            #expect(got == 200)
        }
    }

    @Test(arguments: ["200-ok", "100-continue, 100-continue", "100-continue\r\nExpect: 100-continue"])
    func `HT-11 another expectation is refused and the connection closed`(value: String) async throws {
        try await withServer { _, port in
            let request =
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: \(value)\r\n\r\nokGET /s HTTP/1.1\r\n"
            let statuses = try await allAnswers(to: [request], port).map(\.status)
            #expect(statuses == [417])
        }
    }

    @Test func `HT-12 a body that is declared too long is refused before it comes, and never a request`() async throws {
        try await withServer { _, port in
            let text = try await onThread {
                let wire = try Wire(port: port)
                wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(Limits.bodyBytes + 1)\r\n\r\n")
                let answer = try #require(try wire.receiveAnswer())
                #expect(answer.status == 413)
                // What follows is the body, whatever it looks like.
                wire.send("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
                return try wire.receiveAll()
            }
            #expect(text.isEmpty)
        }
    }

    @Test func `HT-12 a refusal reaches a client that goes on sending`() async throws {
        try await withServer { _, port in
            let answers = try await onThread {
                let wire = try Wire(port: port)
                wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n")
                wire.send(String(repeating: "x", count: 500_000))
                wire.endSending()
                return try wire.receiveAll()
            }
            #expect(answers.hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test func `a body as long as allowed is taken`() async throws {
        let handler = Handler { request in .text(.ok, WireText("\(request.body.count)")) }
        try await withServer(handler) { _, port in
            let body = String(repeating: "x", count: Limits.bodyBytes)
            let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(Limits.bodyBytes)\r\n\r\n"
            let got = try await exchange(head + body, port).body
            #expect(got == "\(Limits.bodyBytes)")
        }
    }

    /// What a client may send too much of.
    struct Excess: CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let status: Int
    }

    static let excesses = [
        Excess(
            testDescription: "a long target",
            text: "GET /" + String(repeating: "a", count: Limits.requestLineBytes) + " HTTP/1.1\r\n",
            status: 414
        ),
        Excess(
            testDescription: "a long field",
            text: "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: Limits.headerFieldBytes + 1),
            status: 431
        ),
        Excess(
            testDescription: "many fields",
            text: "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "X: a\r\n", count: Limits.headerFields),
            status: 431
        ),
        Excess(
            testDescription: "a long head",
            text: "GET / HTTP/1.1\r\nHost: a\r\n"
                + String(repeating: "X: " + String(repeating: "a", count: 8_000) + "\r\n", count: 5),
            status: 431
        ),
        Excess(
            testDescription: "a long body, declared",
            text: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(Limits.bodyBytes + 1)\r\n\r\n",
            status: 413
        ),
        Excess(
            testDescription: "a long body, chunked",
            text: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n",
            status: 413
        ),
    ]

    @Test(arguments: excesses)
    func `HT-20 what is too large is refused before the rest of it comes`(excess: Excess) async throws {
        try await withServer { _, port in
            // Nothing more is sent: the answer must not depend on it.
            let statuses = try await allAnswers(to: [excess.text], port).map(\.status)
            #expect(statuses == [excess.status])
        }
    }
}
