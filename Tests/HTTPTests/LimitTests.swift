import FuzzedHTTP
import HTTP
import Testing
import Text

/// Each limit from both sides, and refused before more than the limit has come.
struct LimitTests {
    @Test
    func `HT-20 a request line of 8 KiB passes and one byte more is 414`() {
        let longest = "GET /\(String(repeating: "a", count: Limits.requestLineBytes - 14)) HTTP/1.1"
        #expect(longest.utf8.count == Limits.requestLineBytes)
        #expect(Conversation("\(longest)\r\nHost: h\r\n\r\n").exchanges.count == 1)

        let tooLong = Conversation(String(repeating: "G", count: Limits.requestLineBytes + 1))
        #expect(tooLong.refusal == .requestLineTooLong)
        #expect(tooLong.refusal?.status == .uriTooLong)
        #expect(Conversation(String(repeating: "G", count: Limits.requestLineBytes)).isWaiting)
    }

    @Test
    func `HT-20 a field of 8 KiB passes and one byte more is 431`() {
        let start = "GET / HTTP/1.1\r\nHost: h\r\n"
        let longest = "X: \(String(repeating: "a", count: Limits.headerFieldBytes - 3))"
        #expect(Conversation("\(start)\(longest)\r\n\r\n").exchanges.count == 1)

        let tooLong = Conversation("\(start)\(longest)a")
        #expect(tooLong.refusal == .fieldTooLong)
        #expect(tooLong.refusal?.status == .requestHeaderFieldsTooLarge)
        #expect(Conversation("\(start)\(longest)").isWaiting)
    }

    @Test
    func `HT-20 a hundred fields pass and one more is 431`() {
        let most = "GET / HTTP/1.1\r\nHost: h\r\n" + String(repeating: "X: y\r\n", count: Limits.headerFields - 1)
        #expect(Conversation("\(most)\r\n").exchanges.count == 1)
        let tooMany = Conversation("\(most)X: y\r\n")
        #expect(tooMany.refusal == .tooManyFields)
        #expect(tooMany.refusal?.status == .requestHeaderFieldsTooLarge)
    }

    @Test
    func `HT-20 a head of 32 KiB passes and one byte more is 431`() {
        let start = "GET / HTTP/1.1\r\nHost: h\r\n" + String(repeating: field(8_000), count: 4)
        let rest = Limits.headBytes - start.utf8.count - 2
        let longest = start + field(rest)
        #expect(Conversation("\(longest)\r\n").exchanges.count == 1)

        let tooLong = Conversation(start + field(rest + 1) + "\r\n")
        #expect(tooLong.refusal == .headTooLong)
        #expect(tooLong.refusal?.status == .requestHeaderFieldsTooLarge)
        // The last byte that fits is not the end: nothing more is waited for.
        #expect(Conversation("\(longest)X:").refusal == .headTooLong)
        #expect(Conversation("\(longest)\r").isWaiting)
    }

    @Test
    func `HT-20 a body of 64 KiB passes and one byte more is 413 before it comes`() {
        let start = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: "
        let body = String(repeating: "x", count: Limits.bodyBytes)
        #expect(Conversation("\(start)65536\r\n\r\n\(body)").exchanges.first?.body.count == Limits.bodyBytes)
        let tooLong = Conversation("\(start)65537\r\n\r\n")
        #expect(tooLong.refusal == .bodyTooLong)
        #expect(tooLong.refusal?.status == .contentTooLarge)
    }

    @Test
    func `HT-21 a head that comes byte by byte is read once`() throws {
        var progress = RequestHead.Progress()
        var seen = Array("GET /a HTTP/1.1\r\nHost: h\r\nX: y".utf8)
        #expect(try RequestHead.read(seen.span, &progress) == nil)
        // Whoever went back would find these, and refuse.
        for index in seen.indices.dropLast(4) { seen[index] = .newline }
        seen += Array("z\r\n\r\n".utf8)
        let (head, length) = try #require(try RequestHead.read(seen.span, &progress))
        #expect(head.path == "/a")
        #expect(head.fields.first("x") == "yz")
        #expect(length == seen.count)
    }

    @Test
    func `HT-21 a line that comes byte by byte is searched once for its end`() throws {
        var progress = RequestHead.Progress()
        var seen = Array("GET / HTTP/1.1\r\nHost: h\r\nX: abc".utf8)
        #expect(try RequestHead.read(seen.span, &progress) == nil)
        // A second search would find the end of a line here; the reader of the line finds a bad byte.
        seen[seen.count - 1] = .newline
        seen += Array("d\r\n\r\n".utf8)
        #expect(throws: Malformation.fieldValueMalformed) { try RequestHead.read(seen.span, &progress) }
    }

    private func field(_ length: Int) -> String {
        "X: \(String(repeating: "a", count: length - 5))\r\n"
    }
}
