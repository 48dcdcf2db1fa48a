import FuzzedHTTP
import HTTP
import Testing
import Text

struct RequestLineTests {
    @Test(
        arguments: [
            ("GET / HTTP/1.1", .get, "/", nil),
            ("POST /token HTTP/1.1", .post, "/token", nil),
            ("HEAD /a?b HTTP/1.1", .head, "/a", "b"),
            ("PUT /a? HTTP/1.1", .put, "/a", ""),
            ("DELETE /a?b?c HTTP/1.1", .delete, "/a", "b?c"),
            ("OPTIONS * HTTP/1.1", .options, "*", nil),
            ("PATCH //a/../b;x=1/%2e%2F HTTP/1.1", .patch, "//a/../b;x=1/%2e%2F", nil),
            ("TRACE /-._~!$&'()*+,;=:@[] HTTP/1.1", .trace, "/-._~!$&'()*+,;=:@[]", nil),
            ("get / HTTP/1.1", .other("get"), "/", nil),
            ("A!#$%&'*+-.^_`|~9 / HTTP/1.1", .other("A!#$%&'*+-.^_`|~9"), "/", nil),
            ("BASELINE-CONTROL / HTTP/1.1", .other("BASELINE-CONTROL"), "/", nil),
            ("GET /%ff HTTP/1.1", .get, "/%ff", nil),
            ("GET /?%zz&%00&% HTTP/1.1", .get, "/", "%zz&%00&%"),
        ] as [(String, Method, WireText, WireText?)]
    )
    func `HT-40 method and target come through as they were sent`(
        line: String,
        method: Method,
        path: WireText,
        query: WireText?
    ) throws {
        let exchange = try #require(Conversation("\(line)\r\nHost: a\r\n\r\n").exchanges.first)
        #expect(exchange.method == method)
        #expect(exchange.method.token.string == String(line.prefix { $0 != " " }))
        #expect(exchange.path == path)
        #expect(exchange.query == query)
        #expect(!exchange.isVersion10)
    }

    @Test
    func `HT-40 HTTP-1.0 is spoken, with and without a host`() throws {
        let without = try #require(Conversation("GET / HTTP/1.0\r\n\r\n").exchanges.first)
        #expect(without.isVersion10)
        #expect(without.authority == nil)
        let with = try #require(Conversation("GET / HTTP/1.0\r\nHost: A.example\r\n\r\n").exchanges.first)
        #expect(with.authority == "a.example")
    }

    @Test
    func `HT-40 one empty line before a request passes and a second does not`() {
        let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        #expect(Conversation("\r\n\(request)").exchanges.count == 1)
        #expect(Conversation("\r\n\r\n\(request)").refusal == .methodMalformed)
        #expect(Conversation("\(request)\r\n\(request)").exchanges.count == 2)
        #expect(Conversation("\n\(request)").refusal == .bareLineFeed)
        #expect(Conversation("\r\(request)").refusal == .bareCarriageReturn)
    }

    @Test(
        arguments: [
            ("GET  / HTTP/1.1", .versionMalformed),
            ("GET /  HTTP/1.1", .versionMalformed),
            ("GET\t/ HTTP/1.1", .methodMalformed),
            ("GET /\tHTTP/1.1", .versionMalformed),
            (" GET / HTTP/1.1", .methodMalformed),
            ("GET / HTTP/1.1 ", .versionMalformed),
            ("GET / HTTP/1.1\t", .versionMalformed),
            ("GET /", .versionMalformed),
            ("GET / ", .versionMalformed),
            ("GET", .methodMalformed),
            ("GET ", .versionMalformed),
            ("/ HTTP/1.1", .methodMalformed),
            ("GET HTTP/1.1", .versionMalformed),
            ("GET / HTTP/1.10", .versionMalformed),
            ("GET / HTTP/1.1x", .versionMalformed),
            ("GET / HTTP/01.1", .versionMalformed),
            ("GET / HTTP/1.", .versionMalformed),
            ("GET / HTTP/1", .versionMalformed),
            ("GET / HTTP/1,1", .versionMalformed),
            ("GET / HTTP/x.1", .versionMalformed),
            ("GET / HTTP/+.1", .versionMalformed),
            ("GET / http/1.1", .versionMalformed),
            ("GET / Http/1.1", .versionMalformed),
            ("GET / HTTPS/1.", .versionMalformed),
            ("GET / ICY/1.11", .versionMalformed),
            ("GET / HTTP 1.1", .versionMalformed),
            ("GET / HTTP/1.1 HTTP/1.1", .versionMalformed),
            ("GET /a b HTTP/1.1", .versionMalformed),
            ("GET / HTTP/\u{661}.1", .versionMalformed),
            ("GET / HTTP/2.0", .versionNotSpoken),
            ("GET / HTTP/0.9", .versionNotSpoken),
            ("GET / HTTP/1.2", .versionNotSpoken),
            ("GET / HTTP/3.0", .versionNotSpoken),
            ("PRI * HTTP/2.0", .versionNotSpoken),
            ("G(T / HTTP/1.1", .methodMalformed),
            ("GET: / HTTP/1.1", .methodMalformed),
            ("G\u{E9}T / HTTP/1.1", .methodMalformed),
            ("G\0T / HTTP/1.1", .methodMalformed),
            ("\u{FEFF}GET / HTTP/1.1", .methodMalformed),
            ("AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDDD / HTTP/1.1", .methodMalformed),
            ("CONNECT a:443 HTTP/1.1", .tunnel),
            ("CONNECT / HTTP/1.1", .tunnel),
            ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", .methodMalformed),
        ] as [(String, Malformation)]
    )
    func `HT-40 a request line with one thing wrong is refused as soon as it is whole`(
        line: String,
        malformation: Malformation
    ) {
        #expect(Conversation("\(line)\r\n").refusal == malformation)
        #expect(Conversation("\(line)\r\nHost: a\r\n\r\n").exchanges.isEmpty)
    }

    @Test(
        arguments: [
            "/#", "/a#b", "/a?b#c", "/\"", "/<", "/>", "/{", "/}", "/|", "/\\", "/^", "/`", "/a\u{1}", "/a\u{7F}",
            "/\u{E9}", "/?\"", "/?<script>", "/?{}", "/?\\", "/?\u{E9}", "/?a\u{0}", "/?|", "/%", "/%2", "/%zz", "/%0g",
            "/%u0041", "/%00", "/a%00b", "/%2?", "a", "", "?a", "*a", "**", "ftp://a/", "http:/a", "http:a", "http//a",
            "javascript:alert(1)", "://a/", "http://", "http:///", "http://a@a/", "http://a:0/", "http://b/",
            "https://a:1/", "http://a,b/", "http://[::1/",
        ]
    )
    func `HT-43 a target is made of the characters of RFC 3986 and of nothing else`(target: String) {
        let conversation = Conversation("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(conversation.exchanges.isEmpty)
        #expect(conversation.refusal?.status == .badRequest)
    }

    @Test
    func `HT-43 each of the 256 bytes passes in a query only where RFC 3986 has a use for it`() {
        let allowed = Set("-._~:/?[]@!$&'()*+,;=%".utf8)
        for byte in UInt8.min...UInt8.max {
            var bytes = Array("GET /?".utf8)
            bytes.append(byte)
            bytes += Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
            let conversation = Conversation([bytes])
            let passes = byte.isAlphanumeric || allowed.contains(byte)
            #expect(conversation.exchanges.count == (passes ? 1 : 0), "byte \(byte)")
            #expect((conversation.refusal == nil) == passes, "byte \(byte)")
        }
    }

    @Test
    func `only the server as a whole has the target of an asterisk`() {
        #expect(Conversation("GET * HTTP/1.1\r\nHost: a\r\n\r\n").refusal == .targetMalformed)
    }

    @Test(
        arguments: [
            ("http://a.example", "/", nil), ("http://a.example/", "/", nil), ("HTTP://A.Example/x?y", "/x", "y"),
            ("https://a.example/x", "/x", nil), ("http://a.example?y", "/", "y"),
        ] as [(String, WireText, WireText?)]
    )
    func `HT-42 an absolute target passes where it names the host of the field`(
        target: String,
        path: WireText,
        query: WireText?
    ) throws {
        let exchange = try #require(Conversation("GET \(target) HTTP/1.1\r\nHost: a.example\r\n\r\n").exchanges.first)
        #expect(exchange.path == path)
        #expect(exchange.query == query)
        #expect(exchange.authority == "a.example")
        #expect(Conversation("GET \(target) HTTP/1.1\r\nHost: b.example\r\n\r\n").refusal == .hostContradicted)
        #expect(Conversation("GET \(target) HTTP/1.1\r\nHost: a.example:80\r\n\r\n").refusal == .hostContradicted)
    }
}
