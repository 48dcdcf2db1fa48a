import FuzzedHTTP
import HTTP
import Testing
import Text

struct ResponseHeadTests {
    @Test
    func `what is written is read again`() throws {
        var response = Response.json(.unauthorized, ["error": "invalid_client"])
        response.fields.append(.wwwAuthenticate, "Basic realm=\"x\"")
        var bytes: [UInt8] = []
        ResponseBytes.write(response, for: .post, keepAlive: true, date: "now", into: &bytes)
        let (head, length) = try #require(try ResponseHead.read(bytes.span))
        #expect(head.status == .unauthorized)
        #expect(head.fields.first(.wwwAuthenticate) == "Basic realm=\"x\"")
        #expect(try ResponseFraming(head, to: .post, limit: 100) == .length(bytes.count - length))
        #expect(try ResponseFraming(head, to: .head, limit: 100) == .none)
        #expect(throws: Malformation.bodyTooLong) { try ResponseFraming(head, to: .post, limit: 5) }
    }

    @Test(
        arguments: [
            ("HTTP/1.1 200 OK", "", .untilClose), ("HTTP/1.0 200 OK", "", .untilClose),
            ("HTTP/1.1 200", "", .untilClose),
            ("HTTP/1.1 200 ", "Content-Length: 0\r\n", .none), ("HTTP/1.1 204 No Content", "", .none),
            ("HTTP/1.1 304 X \u{E9}", "Content-Length: 5\r\n", .none),
            ("HTTP/1.1 200 OK", "Transfer-Encoding: chunked\r\n", .chunked),
        ] as [(String, String, ResponseFraming)]
    )
    func `the end of an answer is found by its status, its fields or the end of the connection`(
        line: String,
        fields: String,
        framing: ResponseFraming
    ) throws {
        let bytes = Array("\(line)\r\n\(fields)\r\n".utf8)
        let (head, length) = try #require(try ResponseHead.read(bytes.span))
        #expect(length == bytes.count)
        #expect(try ResponseFraming(head, to: .get, limit: 100) == framing)
    }

    @Test(
        arguments: [
            ("HTTP/2 200\r\n", .versionMalformed), ("HTTP/1.1\r\n", .versionMalformed), ("\r\n", .versionMalformed),
            ("http/1.1 200 OK\r\n", .versionMalformed), ("HTTP/1.1  200 OK\r\n", .statusMalformed),
            ("HTTP/1.1 20 OK\r\n", .statusMalformed), ("HTTP/1.1 2000\r\n", .statusMalformed),
            ("HTTP/1.1 +20 OK\r\n", .statusMalformed), ("HTTP/1.1 099 X\r\n", .statusMalformed),
            ("HTTP/1.1 600 X\r\n", .statusMalformed), ("HTTP/1.1 200OK\r\n", .statusMalformed),
            ("HTTP/1.1 200 OK\n", .bareLineFeed), ("HTTP/1.1 200 OK\r\nX : y\r\n", .fieldNameMalformed),
        ] as [(String, Malformation)]
    )
    func `an answer with one thing wrong is refused`(text: String, malformation: Malformation) {
        let bytes = Array(text.utf8)
        #expect(throws: malformation) { try ResponseHead.read(bytes.span) }
    }

    @Test
    func `an answer that comes byte by byte is the same`() throws {
        let bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx".utf8)
        var progress = ResponseHead.Progress()
        for count in 0..<(bytes.count - 1) {
            #expect(try ResponseHead.read(bytes.span.extracting(0..<count), &progress) == nil)
        }
        #expect(try ResponseHead.read(bytes.span, &progress)?.length == bytes.count - 1)
    }

    @Test
    func `a request of our own client is read by our own server`() throws {
        let peer = Peer(address: "127.0.0.1", port: 1, isEncrypted: false)
        var request = Request(
            method: .post,
            path: "/token",
            query: "a=b",
            authority: "h:1",
            body: [65, 66],
            peer: peer
        )
        request.fields.append(.contentType, "text/plain")
        request.fields.append(.contentLength, "9")
        var bytes: [UInt8] = []
        #expect(RequestBytes.write(request, into: &bytes))
        let exchange = try #require(Conversation([bytes]).exchanges.first)
        #expect(exchange.method == .post)
        #expect(exchange.path == "/token")
        #expect(exchange.query == "a=b")
        #expect(exchange.authority == "h:1")
        #expect(exchange.body == [65, 66])
        #expect(exchange.fields.first(.contentType) == "text/plain")
    }

    @Test(
        arguments: [
            ("GET", "/a b", "h"), ("GET", "/\r\nX: y", "h"), ("GET", "", "h"), ("G T", "/", "h"), ("", "/", "h"),
            ("GET", "/", "h\r\nX: y"),
        ] as [(WireText, WireText, WireText)]
    )
    func `AZ-21 a request that would break its lines is not written`(
        method: WireText,
        path: WireText,
        host: WireText
    ) {
        let peer = Peer(address: "127.0.0.1", port: 1, isEncrypted: false)
        var bytes: [UInt8] = []
        let request = Request(method: .other(method), path: path, authority: host, peer: peer)
        #expect(!RequestBytes.write(request, into: &bytes))
        #expect(bytes.isEmpty)
    }
}
