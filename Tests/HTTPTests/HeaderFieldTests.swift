import FuzzedHTTP
import HTTP
import Testing
import Text

struct HeaderFieldTests {
    @Test(
        arguments: [
            ("X: a", "x", "a"), ("x:a", "x", "a"), ("X:  \t a \t ", "x", "a"), ("X:", "x", ""), ("X: \t ", "x", ""),
            ("X: a b\tc", "x", "a b\tc"), ("X: a: b", "x", "a: b"), ("X: \u{E9}\u{212A}", "x", "\u{E9}\u{212A}"),
            ("Transfer_Encoding: chunked", "transfer_encoding", "chunked"),
            ("!#$%&'*+-.^_`|~09Az: v", "!#$%&'*+-.^_`|~09az", "v"),
        ] as [(String, String, WireText)]
    )
    func `HT-04 a field is a token, a colon and what stands between the white space`(
        line: String,
        name: String,
        value: WireText
    ) throws {
        let exchange = try #require(Conversation("GET / HTTP/1.1\r\nHost: h\r\n\(line)\r\n\r\n").exchanges.first)
        let fieldName = try #require(FieldName(WireText(name)))
        #expect(exchange.fields.all(fieldName) == [value])
        #expect(exchange.fields.count == 2)
        #expect(exchange.framing == .none)
    }

    @Test(
        arguments: [
            ("X : a", .fieldNameMalformed), ("X\t: a", .fieldNameMalformed), (" X: a", .fieldNameMalformed),
            ("\tX: a", .fieldNameMalformed), (": a", .fieldNameMalformed), ("X", .fieldNameMalformed),
            ("X a", .fieldNameMalformed), ("X(: a", .fieldNameMalformed), ("X): a", .fieldNameMalformed),
            ("X<: a", .fieldNameMalformed), ("X@: a", .fieldNameMalformed), ("X,: a", .fieldNameMalformed),
            ("X;: a", .fieldNameMalformed), ("X\\: a", .fieldNameMalformed), ("X\": a", .fieldNameMalformed),
            ("X/: a", .fieldNameMalformed), ("X[: a", .fieldNameMalformed), ("X]: a", .fieldNameMalformed),
            ("X?: a", .fieldNameMalformed), ("X=: a", .fieldNameMalformed), ("X{: a", .fieldNameMalformed),
            ("X}: a", .fieldNameMalformed), ("X\0: a", .fieldNameMalformed), ("X\u{7F}: a", .fieldNameMalformed),
            ("X\u{E9}: a", .fieldNameMalformed), ("\u{212A}: a", .fieldNameMalformed),
            ("Transfer-Encoding : chunked", .fieldNameMalformed), ("Content-Length\u{B}: 1", .fieldNameMalformed),
            ("X: a\0b", .fieldValueMalformed), ("X: a\u{1}", .fieldValueMalformed), ("X: \u{B}a", .fieldValueMalformed),
            ("X: a\u{C}", .fieldValueMalformed), ("X: a\u{1B}", .fieldValueMalformed),
            ("X: a\u{7F}", .fieldValueMalformed), ("X: a\r\n folded", .fieldNameMalformed),
            ("X: a\r\n\tfolded: b", .fieldNameMalformed), ("X: a\rTransfer-Encoding: chunked", .bareCarriageReturn),
            ("X: a\nTransfer-Encoding: chunked", .bareLineFeed), ("X: a\r\r", .bareCarriageReturn),
            ("X: a\n\rY: b", .bareLineFeed), ("\rX: a", .bareCarriageReturn), ("X\r: a", .bareCarriageReturn),
            ("X\n: a", .bareLineFeed), ("X: a\r\n\rX", .bareCarriageReturn), ("X: a\r\n\n", .bareLineFeed),
            ("X: a\n", .bareLineFeed),
        ] as [(String, Malformation)]
    )
    func `HT-04 HT-05 a field line with one thing wrong is refused`(line: String, malformation: Malformation) {
        for start in ["Host: h\r\n", "Host: h\r\nA: b\r\n"] {
            let conversation = Conversation("GET / HTTP/1.1\r\n\(start)\(line)\r\nC: d\r\n\r\n")
            #expect(conversation.exchanges.isEmpty)
            #expect(conversation.refusal == malformation)
            #expect(conversation.refusal?.status == .badRequest)
        }
        // As the first field, too: a line that begins with white space continues nothing there.
        #expect(Conversation("GET / HTTP/1.1\r\n\(line)\r\nHost: h\r\n\r\n").refusal == malformation)
    }

    @Test
    func `HT-04 each of the 256 bytes passes in a name and in a value only where RFC 9110 says so`() {
        for byte in UInt8.min...UInt8.max {
            let head = Array("GET / HTTP/1.1\r\nHost: h\r\nA".utf8)
            let inName = Conversation([head + [byte] + Array("b: c\r\n\r\n".utf8)])
            // A colon ends the name, and makes another field.
            let passesInName = byte.isTokenCharacter || byte == UInt8(ascii: ":")
            #expect(inName.exchanges.count == (passesInName ? 1 : 0), "byte \(byte)")

            let inValue = Conversation([head + Array(": b".utf8) + [byte] + Array("c\r\n\r\n".utf8)])
            let passesInValue = byte >= 0x20 && byte != 0x7F || byte == 0x09
            #expect(inValue.exchanges.count == (passesInValue ? 1 : 0), "byte \(byte)")
        }
    }

    @Test(
        arguments: [
            "GET / HTTP/1.1\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\n\n",
            "GET / HTTP/1.1\n\nHost: h\n\n", "GET / HTTP/1.1\rHost: h\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\r\n\r\n",
            "GET / HTTP/1.1\r\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\n\rHost: h\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\n\rX", "GET / HTTP/1.1\r\nHost: h\r\n\r\r\n", "GET /\r / HTTP/1.1\r\n",
            "GET\r/ HTTP/1.1\r\n", "GET /\n", "\rX", "\n",
        ]
    )
    func `HT-05 every line ends in CR LF, and neither stands alone anywhere`(head: String) {
        let conversation = Conversation(head)
        #expect(conversation.exchanges.isEmpty)
        #expect([.bareLineFeed, .bareCarriageReturn].contains(conversation.refusal))
    }

    @Test(
        arguments: [
            ("a.example", "a.example"), ("A.Example:8443", "a.example:8443"), ("127.0.0.1:1", "127.0.0.1:1"),
            ("[::1]", "[::1]"), ("[2001:DB8::1]:65535", "[2001:db8::1]:65535"), ("a_b-c.d", "a_b-c.d"), ("x.", "x."),
        ] as [(String, WireText)]
    )
    func `HT-60 a host comes through in lower case`(host: String, authority: WireText) {
        #expect(Conversation("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").exchanges.first?.authority == authority)
    }

    @Test(
        arguments: [
            "", "a b", "a,b", "a, a", "user@a", "user:pw@a", "a:", "a:0", "a:00", "a:080", "a:+80", "a:-1", "a:65536",
            "a:99999999999999999999", "a:80:80", "a:b", "a:8 0", ":80", "http://a", "a/", "a/b", "a?b", "a#b", "[::1",
            "::1", "[]", "[]:80", "[::1]80", "[::1]:", "[::g]", "[fe80::1%eth0]", "[v1.x]", "a\\b", "a%2eb", "%61",
            "\u{E9}", "a\u{3002}b", "a;b", "a*", "\"a\"", "<a>", "a\tb", "a'b", "a!b", "\u{212A}",
            String(repeating: "a", count: 260), String(repeating: "a.", count: 512),
        ]
    )
    func `HT-60 a host with one thing wrong is refused`(host: String) {
        #expect(Conversation("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").refusal == .hostMalformed)
        #expect(Conversation("GET / HTTP/1.0\r\nHost: \(host)\r\n\r\n").refusal == .hostMalformed)
    }

    @Test
    func `HT-60 there is one host, and one only`() {
        #expect(Conversation("GET / HTTP/1.1\r\n\r\n").refusal == .hostMissing)
        #expect(Conversation("GET / HTTP/1.1\r\nX-Host: a\r\nHos: a\r\n\r\n").refusal == .hostMissing)
        #expect(Conversation("GET http://a/ HTTP/1.1\r\n\r\n").refusal == .hostMissing)
        for version in ["1.0", "1.1"] {
            #expect(Conversation("GET / HTTP/\(version)\r\nHost: a\r\nHost: a\r\n\r\n").refusal == .hostRepeated)
            #expect(Conversation("GET / HTTP/\(version)\r\nHost: a\r\nhOST: b\r\n\r\n").refusal == .hostRepeated)
        }
    }
}
