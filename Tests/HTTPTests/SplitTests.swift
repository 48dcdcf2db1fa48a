import FuzzedHTTP
import HTTP
import Testing
import Text

/// However the network cuts a stream, the same requests come out of it.
struct SplitTests {
    static let streams = [
        "GET /authorize?a=b HTTP/1.1\r\nHost: h.example\r\nX: y\r\n\r\n",
        "\r\nPOST /token HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\ngrant_type=GET /b HTTP/1.0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nT: u\r\n\r\n"
            + "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX : y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n\rX\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n\r\nGARBAGE\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET / HTTP/2.0\r\nbad\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n00\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel",
        "\r\n\r\nGET / HTTP/1.1\r\n",
    ]

    @Test(arguments: streams)
    func `HT-10 a stream cut at any byte gives the same requests`(stream: String) {
        let bytes = Array(stream.utf8)
        let whole = Conversation([bytes])
        for cut in bytes.indices {
            #expect(Conversation([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole, "cut at \(cut)")
        }
        #expect(Conversation(bytes.map { [$0] }) == whole, "byte by byte")
    }

    @Test
    func `HT-10 long lines cut around their limits give the same refusal`() {
        let start = "GET / HTTP/1.1\r\nHost: h\r\n"
        let streams = [
            String(repeating: "G", count: Limits.requestLineBytes + 1) + "\n",
            String(repeating: "G", count: Limits.requestLineBytes + 1) + "\r\n",
            start + "X: \(String(repeating: "a", count: Limits.headerFieldBytes - 2))\n",
            start + String(repeating: "X: \(String(repeating: "a", count: 4_000))\r\n", count: 8) + "bad line\n",
        ]
        for stream in streams {
            let bytes = Array(stream.utf8)
            let whole = Conversation([bytes])
            #expect(whole.refusal != nil)
            let around = [8_190, 8_191, 8_192, 8_193, 8_194, 8_216, 8_217, 8_218, 32_766, 32_767, 32_768, 32_769]
            for cut in around where cut < bytes.count {
                #expect(Conversation([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole, "cut at \(cut)")
            }
        }
    }

    @Test(arguments: [1, 2, 100, 10_000])
    func `HT-10 requests in one segment come out in their order`(count: Int) {
        let stream = (0..<count).map { "POST /\($0) HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nGE" }
        let buffer = Array(stream.joined().utf8)
        var start = 0
        for number in 0..<count {
            guard let (head, length) = try? RequestHead.read(buffer.span.extracting(start..<buffer.count)) else {
                Issue.record("request \(number) was not read")
                return
            }
            #expect(head.path.string == "/\(number)")
            start += length + 2
        }
        #expect(start == buffer.count)
    }

    @Test
    func `HT-10 nothing behind a refusal is read`() {
        let good = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"
        let conversation = Conversation(["\(good)GET /b HTTP/1.1\r\n\r\n", good].map { Array($0.utf8) })
        #expect(conversation.exchanges.map(\.path) == ["/a"])
        #expect(conversation.refusal == .hostMissing)
    }

    @Test
    func `HT-07 what stands behind the last chunk is the next request`() {
        let start = "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        #expect(Conversation("\(start)GET /b HTTP/1.1\r\nHost: h\r\n\r\n").exchanges.map(\.path) == ["/a", "/b"])
        #expect(Conversation("\(start)0\r\n\r\n").refusal == .methodMalformed)
    }
}
