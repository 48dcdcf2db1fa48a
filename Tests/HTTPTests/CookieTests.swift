import FuzzedHTTP
import HTTP
import Testing
import Text

struct CookieTests {
    @Test(
        arguments: [
            ("__Host-s=a", "a"), ("x=y; __Host-s=a", "a"), ("__Host-s=a; x=y", "a"), ("x=y;__Host-s=a;z", "a"),
            (" __Host-s=a ", "a"), ("__Host-s=", ""), ("__Host-s=a=b", "a=b"), ("__Host-s=\"a\"", "\"a\""),
            ("__host-s=a", nil), ("__Host-S=a", nil), ("__Host-s", nil), ("__Host-ss=a", nil), ("_Host-s=a", nil),
            ("x=__Host-s=a", nil), ("__Host-s =a", nil), ("", nil), (";;;", nil), ("=a", nil), ("x=y, __Host-s=a", nil),
        ] as [(WireText, WireText?)]
    )
    func `a cookie is found by its name, byte by byte`(line: WireText, value: WireText?) {
        #expect(Cookie.read("__Host-s", from: fields([line])).only == value)
    }

    @Test(
        arguments: [
            ["__Host-s=a; __Host-s=b"], ["__Host-s=a; __Host-s=a"], ["__Host-s=a; x=y; __Host-s="],
            ["__Host-s=a", "__Host-s=b"], ["x=y; __Host-s=a", "z; __Host-s=a"],
        ] as [[WireText]]
    )
    func `CO-26 two cookies of one name are none`(lines: [WireText]) {
        let cookie = Cookie.read("__Host-s", from: fields(lines))
        #expect(cookie == .repeated)
        #expect(cookie.only == nil)
    }

    @Test
    func `CO-26 two hundred cookies are looked through, and 16 KiB of them are 431`() {
        let many = (0..<200).map { "c\($0)=v" }.joined(separator: "; ")
        #expect(Cookie.read("c199", from: fields([WireText(many)])).only == "v")
        #expect(Cookie.read("c200", from: fields([WireText(many)])) == .absent)
        let cookies = String(repeating: "c=v; ", count: 16_384 / 5)
        let conversation = Conversation("GET / HTTP/1.1\r\nHost: h\r\nCookie: \(cookies)\r\n\r\n")
        #expect(conversation.refusal?.status == .requestHeaderFieldsTooLarge)
    }

    @Test
    func `CO-25 a cookie is set in one form only`() throws {
        let cookie = try #require(SetCookie("__Host-s", "q83v8c"))
        #expect(cookie.field == "__Host-s=q83v8c; Path=/; Secure; HttpOnly; SameSite=Lax")
        let strict = try #require(SetCookie("__Host-s", "q", sameSite: .strict, seconds: 600))
        #expect(strict.field == "__Host-s=q; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=600")
        let gone = try #require(SetCookie.forgetting("__Host-s"))
        #expect(gone.field == "__Host-s=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
    }

    @Test(
        arguments: [
            ("s", "a"), ("__host-s", "a"), ("__Secure-s", "a"), ("__Host-s;", "a"), ("__Host-s=", "a"),
            ("__Host- s", "a"), ("__Host-\u{E9}", "a"), ("__Host-s", "a; Domain=evil.example"), ("__Host-s", "a b"),
            ("__Host-s", "a\r\nX: y"), ("__Host-s", "a\""), ("__Host-s", "a,b"), ("__Host-s", "a\\b"),
            ("__Host-s", "\u{E9}"), ("__Host-s", "a\0"), ("__Host-s", "a\t"),
        ] as [(WireText, WireText)]
    )
    func `CO-25 AZ-21 what a cookie may not hold is not set`(name: WireText, value: WireText) {
        #expect(SetCookie(name, value) == nil)
    }

    @Test
    func `CO-25 a cookie stays under 4096 bytes`() throws {
        let attributes = "__Host-s=; Path=/; Secure; HttpOnly; SameSite=Lax".utf8.count
        let longest = WireText(String(repeating: "a", count: 4_095 - attributes))
        #expect(try #require(SetCookie("__Host-s", longest)).field.text.byteCount == 4_095)
        #expect(SetCookie("__Host-s", WireText("\(longest)a")) == nil)
    }

    private func fields(_ lines: [WireText]) -> Fields {
        var head = "GET / HTTP/1.1\r\nHost: h\r\n"
        for line in lines { head += "Cookie: \(line)\r\n" }
        return Conversation(head + "\r\n").exchanges.first?.fields ?? Fields()
    }
}
