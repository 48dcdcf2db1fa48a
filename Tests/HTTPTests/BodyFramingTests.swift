import FuzzedHTTP
import HTTP
import Testing
import Text

struct BodyFramingTests {
    @Test(
        arguments: [
            ("", .none), ("Content-Length: 0", .none), ("Content-Length: 1", .length(1)),
            ("content-length:\t 65536 \t", .length(65_536)), ("Transfer-Encoding: chunked", .chunked),
            ("transfer-encoding: CHUNKED", .chunked), ("TRANSFER-ENCODING:Chunked", .chunked),
            ("Transfer_Encoding: chunked", .none), ("Content_Length: 5", .none), ("X-Content-Length: 5", .none),
            ("Content-Encoding: gzip", .none),
        ] as [(String, BodyFraming)]
    )
    func `HT-02 HT-03 the right forms say where a body ends`(lines: String, framing: BodyFraming) throws {
        #expect(try framingOf(lines) == framing)
    }

    @Test(
        arguments: [
            "+5", "-5", "-0", "5,5", "5, 5", "5 5", "0x5", "5_0", "05", "00", "000005", "5.0", "5.", ".5", "5e0", "",
            "\u{665}", "\u{FF15}", "5\u{301}", "9223372036854775808", "18446744073709551616", "5\t5", "5;", "\"5\"",
            "5,", ",5", "five", "5a", "a5", "NaN", "Infinity", "0b1", "1234567890123456789012345678901234567890",
        ]
    )
    func `HT-02 SW-07 a length is plain digits and nothing else`(length: String) {
        #expect(throws: Malformation.lengthMalformed) { try framingOf("Content-Length: \(length)") }
    }

    @Test(
        arguments: [
            ("Content-Length: 5\r\nContent-Length: 5", .lengthRepeated),
            ("Content-Length: 5\r\nContent-Length: 6", .lengthRepeated),
            ("Content-Length: 5\r\nX: y\r\ncontent-LENGTH: 0", .lengthRepeated),
            ("Content-Length: 0\r\nContent-Length: 0", .lengthRepeated),
            ("Content-Length: 5\r\nTransfer-Encoding: chunked", .lengthAndCoding),
            ("Transfer-Encoding: chunked\r\nContent-Length: 5", .lengthAndCoding),
            ("Transfer-Encoding: chunked\r\nContent-Length: 0", .lengthAndCoding),
            ("Content-Length: x\r\nTransfer-Encoding: y", .lengthAndCoding),
            ("Content-Length: 5\r\nContent-Length: 5\r\nTransfer-Encoding: chunked", .lengthAndCoding),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\nContent-Length: 5", .lengthAndCoding),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", .codingRepeated),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", .codingRepeated),
            ("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", .codingRepeated),
            ("Transfer-Encoding:\r\nTransfer-Encoding: chunked", .codingRepeated),
            ("Transfer-Encoding: chunked, chunked", .codingMalformed),
            ("Transfer-Encoding: chunked,chunked", .codingMalformed),
            ("Transfer-Encoding: ,chunked", .codingMalformed), ("Transfer-Encoding: chunked,", .codingMalformed),
            ("Transfer-Encoding: gzip, chunked", .codingMalformed),
            ("Transfer-Encoding: chunked, identity", .codingMalformed),
            ("Transfer-Encoding: chunked;q=1", .codingMalformed), ("Transfer-Encoding: chunked;", .codingMalformed),
            ("Transfer-Encoding: \"chunked\"", .codingMalformed),
            ("Transfer-Encoding: chunked chunked", .codingMalformed),
            ("Transfer-Encoding: chunked\t", .codingMalformed), ("transfer-encoding: chunked \t ", .codingMalformed),
            ("Transfer-Encoding: chun ked", .codingMalformed), ("Transfer-Encoding:", .codingMalformed),
            ("Transfer-Encoding: [chunked]", .codingMalformed), ("Transfer-Encoding: chunked\u{A0}", .codingMalformed),
            ("Transfer-Encoding: chun\u{212A}ed", .codingMalformed),
            ("Transfer-Encoding: \u{17F}chunked", .codingMalformed),
            ("Transfer-Encoding: identity", .codingNotSpoken), ("Transfer-Encoding: gzip", .codingNotSpoken),
            ("Transfer-Encoding: xchunked", .codingNotSpoken), ("Transfer-Encoding: chunkedx", .codingNotSpoken),
            ("Transfer-Encoding: chunke", .codingNotSpoken), ("Transfer-Encoding: 'chunked'", .codingNotSpoken),
            ("Content-Length: 65537", .bodyTooLong), ("Content-Length: 9223372036854775807", .bodyTooLong),
            ("Content-Length: 5\r\nContent-Encoding: gzip", .contentCoded),
            ("Transfer-Encoding: chunked\r\nContent-Encoding: identity", .contentCoded),
        ] as [(String, Malformation)]
    )
    func `HT-01 HT-02 HT-03 SW-06 a framing in any doubt is refused`(lines: String, malformation: Malformation) {
        #expect(throws: malformation) { try framingOf(lines) }
        // On every method alike: no method is excused from saying where its body ends.
        for method in ["GET", "HEAD", "DELETE", "OPTIONS", "X"] {
            #expect(throws: malformation) { try framingOf(lines, method: method) }
        }
    }

    @Test
    func `HT-03 a control beside the name of the coding does not reach the framing`() {
        for control in ["\u{B}", "\u{C}", "\0", "\u{1F}", "\u{7F}"] {
            let request = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\(control)\r\n\r\n"
            #expect(Conversation(request).refusal == .fieldValueMalformed)
        }
    }

    @Test
    func `HT-03 HTTP-1.0 has no transfer codings`() {
        let request = "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        #expect(Conversation(request).refusal == .codingInVersion10)
    }

    @Test(arguments: ["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "PUT"])
    func `HT-09 a body belongs to its request whatever the method`(method: String) {
        let hidden = "GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n"
        let byLength = Conversation(
            "\(method) / HTTP/1.1\r\nHost: h\r\nContent-Length: \(hidden.utf8.count)\r\n\r\n\(hidden)"
        )
        #expect(byLength.exchanges.map(\.path) == ["/"])
        #expect(byLength.exchanges.first?.body == Array(hidden.utf8))
        let size = String(hidden.utf8.count, radix: 16)
        let byChunks = Conversation(
            "\(method) / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\(size)\r\n\(hidden)\r\n0\r\n\r\n"
        )
        #expect(byChunks.exchanges.map(\.path) == ["/"])
        #expect(byChunks.exchanges.first?.body == Array(hidden.utf8))
    }

    @Test
    func `HT-12 a body of declared length is waited for to its last byte`() {
        let request = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 40\r\n\r\n"
        let early = Conversation(request + "GET /b HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(early.exchanges.isEmpty)
        #expect(early.isWaiting)
    }

    @Test(
        arguments: [
            ("Expect: 100-continue\r\nContent-Length: 1", true), ("expect: 100-Continue\r\nContent-Length: 1", true),
            ("Expect: 100-CONTINUE\r\nTransfer-Encoding: chunked", true), ("Expect: 100-continue", false),
            ("Expect: 100-continue\r\nContent-Length: 0", false), ("Content-Length: 1", false),
        ]
    )
    func `HT-11 the body is asked for only where one is due`(lines: String, awaits: Bool) throws {
        let head = try head(lines)
        #expect(try BodyFraming(head).awaitsContinue(head) == awaits)
    }

    @Test
    func `HT-11 HTTP-1.0 is never asked for a body`() throws {
        let head = try head("Expect: 100-continue\r\nContent-Length: 1", version: "1.0")
        #expect(try BodyFraming(head).awaitsContinue(head) == false)
        #expect(try BodyFraming(head) == .length(1))
    }

    @Test(
        arguments: [
            "Expect: 100-continue\r\nExpect: 100-continue", "Expect: 200-ok", "Expect:", "Expect: 100-continue, x",
            "Expect: 100-continue;q=1", "Expect: 100 -continue", "Expect: 100-continu\u{212F}",
            "Expect: y 100-continue",
        ]
    )
    func `HT-11 an expectation that we do not know is refused and changes no framing`(lines: String) throws {
        let head = try head("\(lines)\r\nContent-Length: 3")
        let framing = try BodyFraming(head)
        #expect(framing == .length(3))
        let malformation = #expect(throws: Malformation.expectationUnknown) { try framing.awaitsContinue(head) }
        #expect(malformation?.status == .expectationFailed)
    }

    private func framingOf(_ lines: String, method: String = "POST") throws -> BodyFraming {
        try BodyFraming(head(lines, method: method))
    }

    private func head(_ lines: String, method: String = "POST", version: String = "1.1") throws -> RequestHead {
        let fields = lines.isEmpty ? "" : "\(lines)\r\n"
        let bytes = Array("\(method) / HTTP/\(version)\r\nHost: h\r\n\(fields)\r\n".utf8)
        return try #require(try RequestHead.read(bytes.span)).head
    }
}
