import FuzzedHTTP
import HTTP
import Testing
import Text

struct ChunkedBodyTests {
    @Test(
        arguments: [
            ("0\r\n\r\n", ""), ("5\r\nhello\r\n0\r\n\r\n", "hello"), ("1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", "abc"),
            ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
            ("a\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n\r\n\r\n\r\n"),
            ("1;a\r\nx\r\n0;b=c\r\n\r\n", "x"), ("1;a=b;c=\"d;\\\" \te\"\r\nx\r\n0\r\n\r\n", "x"),
            ("1\r\nx\r\n0\r\nT: a\r\nU:\r\n\r\n", "x"),
        ]
    )
    func `HT-06 chunks are joined`(bytes: String, body: String) throws {
        var chunked = ChunkedBody()
        let input = Array((bytes + "GET /").utf8)
        let taken = try chunked.read(input.span)
        #expect(chunked.isComplete)
        #expect(chunked.body == Array(body.utf8))
        #expect(taken == bytes.utf8.count)
    }

    @Test(
        arguments: [
            ("\r\n", .chunkSizeMalformed), ("0x5\r\n", .chunkSizeMalformed), ("+5\r\n", .chunkSizeMalformed),
            ("-0\r\n", .chunkSizeMalformed), ("-5\r\n", .chunkSizeMalformed), (" 5\r\n", .chunkSizeMalformed),
            ("\t5\r\n", .chunkSizeMalformed), ("5 \r\n", .chunkSizeMalformed), ("5\t\r\n", .chunkSizeMalformed),
            ("5_0\r\n", .chunkSizeMalformed), ("5.\r\n", .chunkSizeMalformed), ("5h\r\n", .chunkSizeMalformed),
            ("g\r\n", .chunkSizeMalformed), ("05\r\n", .chunkSizeMalformed), ("00\r\n", .chunkSizeMalformed),
            ("0 \r\n", .chunkSizeMalformed), ("000000000000000000005\r\n", .chunkSizeMalformed),
            ("fffffffffffffffff\r\n", .chunkSizeMalformed), ("10000000000000000\r\n", .chunkSizeMalformed),
            ("12345678901234567890\r\n", .chunkSizeMalformed), ("\u{665}\r\n", .chunkSizeMalformed),
            ("\u{FF15}\r\n", .chunkSizeMalformed), ("5,5\r\n", .chunkSizeMalformed), ("\"5\"\r\n", .chunkSizeMalformed),
            ("5 ;a\r\n", .chunkSizeMalformed), ("5\0\r\n", .chunkSizeMalformed), (";a\r\n", .chunkSizeMalformed),
            ("5;\r\n", .chunkExtensionMalformed), ("5; a\r\n", .chunkExtensionMalformed),
            ("5;a \r\n", .chunkExtensionMalformed), ("5;a=\r\n", .chunkExtensionMalformed),
            ("5;=b\r\n", .chunkExtensionMalformed), ("5;a;\r\n", .chunkExtensionMalformed),
            ("5;a=\"b\r\n", .chunkExtensionMalformed), ("5;a=\"b\\\r\n", .chunkExtensionMalformed),
            ("5;a=\"\0\"\r\n", .chunkExtensionMalformed), ("5;a=\"\\\u{1}\"\r\n", .chunkExtensionMalformed),
            ("5;a=\"b\"c\r\n", .chunkExtensionMalformed), ("5;\u{E9}\r\n", .chunkExtensionMalformed),
            ("5;a\n", .bareLineFeed), ("5;a\rb\r\n", .bareCarriageReturn), ("5\n", .bareLineFeed),
            ("5\rx\r\n", .bareCarriageReturn), ("5\r\r\n", .bareCarriageReturn), ("\n", .bareLineFeed),
            ("1\r\nxXX0\r\n\r\n", .chunkEndMissing), ("1\r\nx0\r\n\r\n", .chunkEndMissing),
            ("1\r\nx\n0\r\n\r\n", .bareLineFeed), ("1\r\nx\rX", .bareCarriageReturn), ("1\r\nxx\r\n", .chunkEndMissing),
            ("1\r\nx \r\n", .chunkEndMissing), ("1\r\nx\r\n\r\n0\r\n\r\n", .chunkSizeMalformed),
            ("1\r\nx\r\n00\r\n\r\n", .chunkSizeMalformed), ("1\r\nx\r\n0 \r\n\r\n", .chunkSizeMalformed),
            ("1\r\nx\r\n-1\r\n", .chunkSizeMalformed), ("0\r\n\n", .bareLineFeed), ("0\r\n\rX", .bareCarriageReturn),
            ("0\r\nT : a\r\n\r\n", .fieldNameMalformed), ("0\r\n T: a\r\n\r\n", .fieldNameMalformed),
            ("0\r\nT: a\r\n b\r\n\r\n", .fieldNameMalformed), ("0\r\nT\r\n\r\n", .fieldNameMalformed),
            ("0\r\nT: a\0\r\n\r\n", .fieldValueMalformed), ("0\r\nT: a\n\r\n", .bareLineFeed),
            ("0\r\nGET / HTTP/1.1\r\n", .fieldNameMalformed),
            ("10001\r\n", .bodyTooLong), ("ffffffffffffffff\r\n", .bodyTooLong), ("7fffffffffffffff\r\n", .bodyTooLong),
            ("8000000000000000\r\n", .bodyTooLong), ("1\r\nx\r\n10000\r\n", .bodyTooLong),
        ] as [(String, Malformation)]
    )
    func `HT-05 HT-06 HT-07 HT-08 chunks with one thing wrong are refused`(bytes: String, malformation: Malformation) {
        let request = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\(bytes)"
        let conversation = Conversation(request)
        #expect(conversation.refusal == malformation)
        #expect(conversation.exchanges.isEmpty)
        #expect(conversation.refusal?.status == (malformation == .bodyTooLong ? .contentTooLarge : .badRequest))
    }

    @Test
    func `HT-06 extensions are bounded in each line and in all`() throws {
        let longest = String(repeating: "x", count: Limits.chunkExtensionBytes - 1)
        #expect(try decode("1;\(longest)\r\na\r\n0\r\n\r\n") == ["a"])
        #expect(throws: Malformation.chunkExtensionTooLong) { try decode("1;\(longest)x\r\na\r\n0\r\n\r\n") }
        // It is not waited for the end of what is too long already.
        let endless = "1;" + String(repeating: "x", count: 2 * Limits.chunkExtensionBytes)
        #expect(throws: Malformation.chunkExtensionTooLong) { try decode(endless) }

        let lines = Limits.chunkExtensionBytesInAll / Limits.chunkExtensionBytes
        let many = String(repeating: "1;\(longest)\r\na\r\n", count: lines)
        #expect(try decode("\(many)0\r\n\r\n").first?.count == lines)
        #expect(throws: Malformation.chunkExtensionTooLong) { try decode("\(many)0;x\r\n\r\n") }
    }

    @Test
    func `HT-06 single bytes are taken up to a number and no further`() throws {
        let most = String(repeating: "1\r\na\r\n", count: Limits.chunks)
        #expect(try decode("\(most)0\r\n\r\n").first?.count == Limits.chunks)
        #expect(throws: Malformation.tooManyChunks) { try decode("\(most)1\r\na\r\n0\r\n\r\n") }
    }

    @Test
    func `HT-08 trailers have no say in anything`() {
        let conversation = Conversation(
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
                + "Host: evil\r\nAuthorization: Bearer x\r\nContent-Encoding: gzip\r\n\r\n"
                + "GET /next HTTP/1.1\r\nHost: h\r\n\r\n"
        )
        #expect(conversation.exchanges.map(\.path) == ["/", "/next"])
        #expect(conversation.exchanges.first?.fields.pairs.map(\.name) == [.host, .transferEncoding])
        #expect(conversation.exchanges.first?.authority == "h")
    }

    @Test(arguments: [
        ("Content-Length: 100", Malformation.lengthAndCoding), ("content-length: 0", .lengthAndCoding),
        ("Transfer-Encoding: gzip", .codingRepeated), ("T: u\r\nTransfer-Encoding: chunked", .codingRepeated),
    ])
    func `HT-08 HT-14 a trailer that speaks of framing is refused, as llhttp refuses it`(
        trailer: String,
        refusal: Malformation
    ) {
        let start = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
        #expect(Conversation("\(start)\(trailer)\r\n\r\n").refusal == refusal)
    }

    @Test
    func `HT-08 trailers are bounded like a head`() {
        let start = "0\r\n"
        let line = "T: \(String(repeating: "x", count: 4_000))\r\n"
        #expect(throws: Malformation.fieldTooLong) {
            try decode(start + "T: \(String(repeating: "x", count: Limits.headerFieldBytes))")
        }
        #expect(throws: Malformation.headTooLong) { try decode(start + String(repeating: line, count: 9)) }
        #expect(throws: Malformation.tooManyFields) {
            try decode(start + String(repeating: "T:\r\n", count: Limits.headerFields + 1))
        }
    }

    @Test
    func `HT-20 a body in chunks ends where its limit does, before the excess is read`() throws {
        let half = "8000\r\n\(String(repeating: "x", count: 0x8000))\r\n"
        #expect(try decode("\(half)\(half)0\r\n\r\n").first?.count == Limits.bodyBytes)
        #expect(throws: Malformation.bodyTooLong) { try decode("\(half)\(half)1\r\n") }
    }

    /// What was decoded; nothing while the end has not come.
    private func decode(_ text: String) throws -> [String] {
        var chunked = ChunkedBody()
        let bytes = Array(text.utf8)
        _ = try chunked.read(bytes.span)
        return chunked.isComplete ? [String(decoding: chunked.body, as: UTF8.self)] : []
    }
}
