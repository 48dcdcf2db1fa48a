import Testing
import Text

struct URIReferenceTests {
    /// A reference and its parts; `nil` where a part is not there.
    struct Parts: Sendable {
        let text: WireText
        var scheme: WireText?
        var authority: WireText?
        var path: WireText = ""
        var query: WireText?
        var fragment: WireText?
        var host: WireText?
        var port: WireText?
        var hasUserInformation = false
    }

    static let whole: [Parts] = [
        Parts(text: "https://c.example/cb", scheme: "https", authority: "c.example", path: "/cb", host: "c.example"),
        Parts(text: "https://c.example", scheme: "https", authority: "c.example", host: "c.example"),
        Parts(
            text: "https://c.example?a=1#f",
            scheme: "https",
            authority: "c.example",
            query: "a=1",
            fragment: "f",
            host: "c.example"
        ),
        Parts(
            text: "https://c.example:8443/a/b?x=1&y=/?#/?",
            scheme: "https",
            authority: "c.example:8443",
            path: "/a/b",
            query: "x=1&y=/?",
            fragment: "/?",
            host: "c.example",
            port: "8443"
        ),
        Parts(
            text: "https://c.example:/",
            scheme: "https",
            authority: "c.example:",
            path: "/",
            host: "c.example",
            port: ""
        ),
        Parts(
            text: "https://u:p@c.example:1/",
            scheme: "https",
            authority: "u:p@c.example:1",
            path: "/",
            host: "c.example",
            port: "1",
            hasUserInformation: true
        ),
        Parts(
            text: "https://@c.example/",
            scheme: "https",
            authority: "@c.example",
            path: "/",
            host: "c.example",
            hasUserInformation: true
        ),
        Parts(text: "http://[::1]/cb", scheme: "http", authority: "[::1]", path: "/cb", host: "[::1]"),
        Parts(
            text: "http://[::1]:80/cb",
            scheme: "http",
            authority: "[::1]:80",
            path: "/cb",
            host: "[::1]",
            port: "80"
        ),
        Parts(text: "http://127.0.0.1/", scheme: "http", authority: "127.0.0.1", path: "/", host: "127.0.0.1"),
        Parts(text: "com.example.app:/cb", scheme: "com.example.app", path: "/cb"),
        Parts(text: "com.example.app:///cb", scheme: "com.example.app", authority: "", path: "/cb", host: ""),
        Parts(text: "com.example.app:cb?x", scheme: "com.example.app", path: "cb", query: "x"),
        Parts(text: "urn:ietf:params:oauth:request_uri:x", scheme: "urn", path: "ietf:params:oauth:request_uri:x"),
        Parts(text: "javascript:alert(1)", scheme: "javascript", path: "alert(1)"),
        Parts(text: "/a/b?c", path: "/a/b", query: "c"),
        Parts(text: "//evil.test/x", authority: "evil.test", path: "/x", host: "evil.test"),
        Parts(text: "a/b:c", path: "a/b:c"),
        Parts(text: "?", query: ""),
        Parts(text: "#", fragment: ""),
        Parts(text: "a?#", path: "a", query: "", fragment: ""),
        Parts(
            text: "https://c.example/?",
            scheme: "https",
            authority: "c.example",
            path: "/",
            query: "",
            host: "c.example"
        ),
    ]

    @Test(arguments: whole)
    func `a reference is taken apart as it is written`(parts: Parts) throws {
        let uri = try #require(URIReference(parts.text))
        #expect(uri.text == parts.text)
        #expect(uri.scheme == parts.scheme)
        #expect(uri.authority == parts.authority)
        #expect(uri.path == parts.path)
        #expect(uri.query == parts.query)
        #expect(uri.fragment == parts.fragment)
        #expect(uri.host == parts.host)
        #expect(uri.port == parts.port)
        #expect(uri.hasUserInformation == parts.hasUserInformation)
    }

    @Test(arguments: whole)
    func `the parts make the whole again`(parts: Parts) throws {
        let uri = try #require(URIReference(parts.text))
        // RFC 3986 §5.3.
        var text = ""
        if let scheme = uri.scheme { text += "\(scheme):" }
        if let authority = uri.authority { text += "//\(authority)" }
        text += uri.path.string
        if let query = uri.query { text += "?\(query)" }
        if let fragment = uri.fragment { text += "#\(fragment)" }
        #expect(WireText(text) == parts.text)
    }

    @Test func `nothing is normalised`() throws {
        for text in [
            "HTTPS://C.Example/", "https://c.example/a/../b", "https://c.example/%63b", "https://c.example/%2e%2E/",
            "https://c.example:443/", "https://c.example/..;/cb", "https://c.example//cb", "https://c.example./",
        ] as [WireText] {
            #expect(try #require(URIReference(text)).text == text)
        }
        #expect(URIReference("HTTPS://C.Example/")?.scheme == "HTTPS")
        #expect(URIReference("HTTPS://C.Example/")?.host == "C.Example")
        #expect(URIReference("https://c.example/a/../b")?.path == "/a/../b")
        #expect(URIReference("https://c.example/%2e")?.path == "/%2e")
    }

    @Test func `an origin is a scheme and an authority`() {
        #expect(URIReference("https://c.example:8443/a")?.origin == "https://c.example:8443")
        #expect(URIReference("com.example.app:/cb")?.origin == nil)
        #expect(URIReference("//c.example/")?.origin == nil)
    }

    /// What browsers accept and repair (the "special" rules of the URL standard that they follow), and where
    /// they would go.
    @Test(
        arguments: [
            // Backslashes are slashes.
            (#"https:\\c.example\cb"#, "c.example"),
            (#"https://a.example\@evil.test/"#, "a.example"),
            (#"https://a.example/\evil.test"#, "a.example"),
            (#"/\evil.test"#, "evil.test"),
            (#"\\evil.test"#, "evil.test"),
            // Tabs and line ends are dropped, spaces at the ends too.
            ("https://c.exa\tmple/", "c.example"), ("https://c.example/\n", "c.example"),
            ("ht\ntps://c.example/", "c.example"), (" https://c.example/", "c.example"),
            ("https://c.example/ ", "c.example"), ("/\t/evil.test", "evil.test"), ("\u{B}https://c.example/", ""),
            ("\0https://c.example/", "c.example"),
            // A missing or surplus slash is no matter.
            ("https:c.example/cb", "c.example"), ("https:/c.example/cb", "c.example"),
            ("https:///c.example/cb", "c.example"), ("https:////c.example/cb", "c.example"),
            ("http:c.example", "c.example"), ("HTTPS:///c.example/", "c.example"), ("hTTp:c.example", "c.example"),
            // Spaces and what is not ASCII are escaped, or folded to ASCII in a host.
            ("https://c.example/a b", "c.example"), ("https://c.example/\u{E9}", "c.example"),
            ("https://c.example/?\u{E9}", "c.example"), ("https://c\u{FF0E}example/", "c.example"),
            ("https://c\u{3002}example/", "c.example"), ("https://\u{FF43}.example/", "c.example"),
            ("https://c.e\u{AD}xample/", "c.example"), ("https://\u{212A}.example/", "k.example"),
            ("https://fa\u{DF}.example/", "xn--fa-hia.example"), ("https://c.example\u{2215}evil.test/", ""),
            ("https://c.\u{2100}.evil.test/", "c.a/c.evil.test"),
            // Escapes in a host are decoded.
            ("https://%63.example/", "c.example"), ("https://c.example%2eevil.test/", "c.example.evil.test"),
            ("https://c.example%40evil.test/", ""), ("https://c.example%00.evil.test/", ""),
            ("https://c.example%2f@evil.test/x%", "evil.test"),
            // Bad escapes are left alone.
            ("https://c.example/%", "c.example"), ("https://c.example/%2", "c.example"),
            ("https://c.example/%zz", "c.example"), ("https://c.example/?%u0041", "c.example"),
            // The last at-sign counts.
            ("https://u@u@c.example/", "c.example"), ("https://c.example@evil.test@c.example/", "c.example"),
            // Numbers are addresses.
            ("http://2130706433/", "127.0.0.1"), ("http://0x7f.1/", "127.0.0.1"), ("http://127.1/", "127.0.0.1"),
            ("http://127.0.1/", "127.0.0.1"), ("http://0177.0.0.1/", "127.0.0.1"), ("http://0x7f000001/", "127.0.0.1"),
            ("http://127.0.0.1./", "127.0.0.1"), ("http://0/", "0.0.0.0"), ("http://127.0.0.01/", "127.0.0.1"),
            ("http://127.0.0.0x1/", "127.0.0.1"), ("http://0x/", "0.0.0.0"), ("http://256.0.0.1/", ""),
            ("http://1.2.3.4.5/", ""), ("http://a.0/", ""), ("http://evil.test.0x7f/", ""),
            // Brackets, braces and the like pass in paths and queries.
            ("https://c.example/[a]", "c.example"), ("https://c.example/?a[b]=c", "c.example"),
            ("https://c.example/{a}", "c.example"), ("https://c.example/a|b", "c.example"),
            ("https://c.example/a\"b", "c.example"), ("https://c.example/<script>", "c.example"),
            ("https://c.example/a^b", "c.example"), ("https://c.example/`", "c.example"),
            ("https://c.example/a#b#c", "c.example"),
            // Ports.
            ("https://c.example:+80/", ""), ("https://c.example:8 0/", ""), ("https://c.example:80a/", ""),
            ("https://c.example:80:90/", ""), ("https://c.example:\u{663}/", ""), ("https://c.example:-1/", ""),
            // Addresses of version 6.
            ("http://[::1/", ""), ("http://::1/", ""), ("http://[::1]x/", ""), ("http://[::1]:x/", ""),
            ("http://[]/", ""), ("http://[::1%25eth0]/", ""), ("http://[::1%eth0]/", ""), ("http://[:::]/", ""),
            ("http://[1:2:3:4:5:6:7]/", ""), ("http://[1:2:3:4:5:6:7:8:9]/", ""), ("http://[1::2::3]/", ""),
            ("http://[::12345]/", ""), ("http://[::g]/", ""), ("http://[1.2.3.4]/", ""), ("http://[::1.2.3]/", ""),
            ("http://[::1.2.3.256]/", ""), ("http://[1:2:3:4:5:6:7:1.2.3.4]/", ""),
            ("http://[1::2:3::4:5:6:1.2.3.4]/", ""),
            ("http://[1:2:3:4:5:6::1.2.3.4]/", ""), ("http://[1:2:3:4:5:6:7:8::]/", ""),
            ("http://[v1.a]/", ""), ("http://[:1]/", ""), ("http://[1:]/", ""), ("http://[::1.2.3.4:1]/", ""),
            ("http://[::127.0.0.01]/", "[::7f00:1]"), ("http://[\u{FF1A}:1]/", ""),
            // No host where one must be.
            ("https://", ""), ("https:", ""), ("https:///", ""), ("https://:80/", ""), ("https://u@/", ""),
            ("https://?a", ""), ("https://#a", ""), ("http://@:80/", ""),
            // A host of other characters.
            ("https://c.exa<mple/", ""), ("https://c.exa mple/", ""), ("https://c.exa^mple/", ""),
            ("https://c.exa|mple/", ""), ("https://[c.example]/", ""), ("https://c.example]/", ""),
            // The first segment of a relative path is no scheme.
            ("1a:b", ""), (":a", ""), ("a b:c", ""), ("-x:y", ""),
            ("", ""),
        ] as [(String, String)]
    )
    func `SW-10 what a browser repairs is refused`(text: String, browserHost: String) {
        #expect(
            URIReference(WireText(text)) == nil,
            "a browser goes to \(browserHost.isEmpty ? "nowhere" : browserHost)"
        )
    }

    /// What both accept, though a browser spells it otherwise: each must be refused or compared as bytes by whoever
    /// compares.
    @Test(
        arguments: [
            ("HTTPS://C.EXAMPLE/", "https://c.example/"),
            ("https://c.example", "https://c.example/"),
            ("https://c.example:443/", "https://c.example/"),
            ("https://c.example:/", "https://c.example/"),
            ("https://c.example:0443/", "https://c.example/"),
            ("https://c.example/a/../b", "https://c.example/b"),
            ("https://c.example/%2e%2e/b", "https://c.example/b"),
            ("https://c.example/./b", "https://c.example/b"),
            ("https://@c.example/", "https://c.example/"),
            ("http://[0:0:0:0:0:0:0:1]/", "http://[::1]/"),
            ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
            ("http://[2001:DB8::]/", "http://[2001:db8::]/"),
        ] as [(String, String)]
    )
    func `SW-10 what a browser respells is kept as it is, and equals nothing else`(text: String, respelled: String) {
        let uri = URIReference(WireText(text))
        #expect(uri?.text == WireText(text))
        #expect(uri != URIReference(WireText(respelled)))
        #expect(uri?.host?.lowercasedASCII == URIReference(WireText(respelled))?.host || text.contains("["))
    }

    @Test(
        arguments: [
            "::", "::1", "1::", "1::8", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4",
            "::1.2.3.4", "::ffff:0.0.0.0", "1::255.255.255.255", "fe80::ABCD",
            "0000:0000:0000:0000:0000:0000:0000:0001",
        ]
    )
    func `addresses of version 6 are read`(address: String) {
        #expect(URIReference(WireText("http://[\(address)]:80/"))?.host == WireText("[\(address)]"))
    }

    @Test(arguments: [
        "0.0.0.0", "127.0.0.1", "255.255.255.255", "1a.example", "0x7g", "1.2.3.a4", "a-1", "4chan", "x.0a",
    ])
    func `names and addresses of version 4 are read`(host: String) {
        #expect(URIReference(WireText("http://\(host)/"))?.host == WireText(host))
    }

    @Test func `AZ-05 SW-01 two spellings of one letter are neither equal nor accepted`() {
        #expect(URIReference("https://c.example/caf\u{E9}") == nil)
        #expect(URIReference("https://c.example/cafe\u{301}") == nil)
        #expect(URIReference("https://c.example/caf%C3%A9") != URIReference("https://c.example/cafe%CC%81"))
    }

    @Test func `SW-04 a combining mark does not hide a scheme`() {
        #expect(URIReference("javascript:\u{301}alert(1)") == nil)
        #expect(URIReference("javascript\u{301}:alert(1)") == nil)
    }

    @Test func `every byte outside the grammar is refused in every part`() {
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%".utf8)
        for byte in UInt8.min...0x7F where !allowed.contains(byte) {
            let character = Character(Unicode.Scalar(byte))
            for text in [
                "\(character)", "https://c.example/\(character)", "https://c.example/?\(character)",
                "https://c.example/#\(character)", "https://c\(character).example/", "https://c.example:\(character)/",
                "https://u\(character)@c.example/", "h\(character)ttps://c.example/",
            ] {
                #expect(URIReference(WireText(text)) == nil)
            }
        }
    }
}
