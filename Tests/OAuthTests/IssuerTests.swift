import OAuth
import Testing
import Text

struct IssuerTests {
    @Test(
        arguments: [
            ("https://bank.example", "bank.example"),
            ("https://bank.example:8443", "bank.example:8443"),
            ("https://[2001:db8::1]:8443", "[2001:db8::1]:8443"),
            ("http://localhost:8080", "localhost:8080"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080"),
            ("http://[::1]:8080", "[::1]:8080"),
        ] as [(WireText, WireText)]
    )
    func `an issuer keeps its bytes and gives its URLs and its authority`(text: WireText, authority: WireText) throws {
        let issuer = try #require(Issuer(text))
        #expect(issuer.text == text)
        #expect(issuer.url("/token") == WireText("\(text)/token"))
        #expect(issuer.authority == authority)
    }

    @Test(
        arguments: [
            "", "/", "bank.example", "//bank.example", "https:", "https://", "https:///a", "https:bank.example",
            "HTTPS://bank.example", "ftp://bank.example", "urn:bank", "https://bank.example/",
            "https://bank.example/a/", "https://bank.example/a", "https://bank.example/tenant/a",
            "https://bank.example?x=1", "https://bank.example?", "https://bank.example#f", "https://bank.example#",
            "https://u@bank.example", "https://bank.example@evil.test", "https://bank.example:",
            "https://bank.example:0",
            "https://bank.example:65536", "https://bank.example:x", "https://bank.example:1:2",
            "https://bank%2eexample",
            "https://bank..example", "https://b\u{E4}nk.example", "https://bank.example ", " https://bank.example",
            "https://bank.example\n", "https://bank.example\\x", "https://[::1", "http://bank.example",
            "http://localhost.evil.test", "http://127.0.0.2", "http://0.0.0.0:8080", "http://LOCALHOST",
        ] as [WireText]
    )
    func `what is no issuer is refused`(text: WireText) {
        #expect(Issuer(text) == nil)
    }
}
