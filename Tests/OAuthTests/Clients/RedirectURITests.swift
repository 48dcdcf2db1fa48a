import OAuth
import TestSupport
import Testing
import Text

struct RedirectURITests {
    let registered: RedirectURI = "https://c.example/cb"

    @Test
    func `the identical bytes match`() {
        #expect(registered.matches("https://c.example/cb"))
        let withQuery: RedirectURI = "https://c.example/cb?tenant=7"
        #expect(withQuery.matches("https://c.example/cb?tenant=7"))
        #expect(!withQuery.matches("https://c.example/cb"))
    }

    @Test(arguments: nearMisses)
    func `AZ-04 a near miss of the registered URI is refused`(requested: WireText) {
        #expect(!registered.matches(requested))
    }

    /// Each is read by some browser, proxy or library as the registered `https://c.example/cb`.
    static let nearMisses: [WireText] = [
        "https://c.example/cb/", "https://c.example/cb?", "https://c.example/cb?x=1", "https://c.example/cb#f",
        "https://c.example/cb#", "https://c.example/CB", "https://C.example/cb", "https://c.EXAMPLE/cb",
        "https://c.example:443/cb", "https://c.example:/cb", "https://u@c.example/cb", "https://u@u@c.example/cb",
        "https://@c.example/cb", "https://c.example@evil.test/cb", "https://c.example%40evil.test/cb",
        "https://c.example/%63b", "https://c.example/c%62", "https://c.example/%2e%2e/cb", "https://c.example/x/../cb",
        "https://c.example/./cb", "https://c.example/../cb", "https://c.example/..;/cb", "https://c.example//cb",
        "https://c.example/cb;x", "https://c.example/cb%00", "https://c.example/cb%0d%0a", "https://c.example/cb%20",
        "https://c.example/cb\u{0}", "https://c.example/cb\r\n", "https://c.example/cb\n", " https://c.example/cb",
        "https://c.example/cb ", "\thttps://c.example/cb", "https://c.example/cb\t", "https:\\\\c.example\\cb",
        "https://c.example\\cb", "https:/\\c.example/cb", "https:c.example/cb", "https:/c.example/cb",
        "https:///c.example/cb", "http://c.example/cb", "HTTPS://c.example/cb", "hTTps://c.example/cb",
        "//c.example/cb", "/cb", "cb", "c.example/cb", "", "https://sub.c.example/cb", "https://c.example.evil.test/cb",
        "https://evilc.example/cb", "https://c.example./cb", "https://c.example:8443/cb", "https://c.example",
        "https://c.example/", "https://c.example/c", "https://c.example/cbx", "https://xn--c-example/cb",
        "https://\u{441}.example/cb", "https://c\u{FF0E}example/cb", "https://c\u{3002}example/cb",
        "https://c.ex\u{200B}ample/cb", "https://c.example/cb\u{FEFF}", "javascript:https://c.example/cb",
        WireText("https://c.example/cb" + String(repeating: "x", count: 65_536)),
        WireText("https://c.example/" + String(repeating: "../", count: 21_000) + "cb"),
    ]

    @Test
    func `AZ-05 canonically equivalent spellings are different URIs`() throws {
        // Precomposed and decomposed: equal to Swift's String, and not to us, in either direction.
        let composed: WireText = "https://c.example/caf\u{E9}"
        let decomposed: WireText = "https://c.example/cafe\u{301}"
        try #require(composed.string == decomposed.string)
        #expect(throws: RedirectURI.Problem.malformed) {
            try RedirectURI(registering: composed, portIsFree: false)
        }
        let registered: RedirectURI = "https://c.example/caf%C3%A9"
        #expect(!registered.matches("https://c.example/cafe%CC%81"))
        #expect(!registered.matches("https://c.example/caf%c3%a9"))
        #expect(!registered.matches(composed))
        #expect(!registered.matches(decomposed))
    }

    @Test
    func `AZ-06 bytes that are not UTF-8 stay different from each other`() {
        let registered: RedirectURI = "https://c.example/%fe"
        #expect(registered.matches("https://c.example/%fe"))
        #expect(!registered.matches("https://c.example/%ff"))
        #expect(!registered.matches("https://c.example/%FE"))
        #expect(!registered.matches("https://c.example/\u{FFFD}"))
    }

    @Test(
        arguments: ["http://127.0.0.1", "http://[::1]"],
        ["", ":1", ":80", ":1024", ":49152", ":65535"]
    )
    func `AZ-07 a native client may come with any port of its loopback address`(host: String, port: String) throws {
        for registration in [host, "\(host):8080"] {
            let uri = try RedirectURI(registering: WireText("\(registration)/cb?a=1"), portIsFree: true)
            #expect(uri.matches(WireText("\(host)\(port)/cb?a=1")))
        }
    }

    @Test(arguments: stretchedLoopbacks)
    func `AZ-08 the freedom of the port frees nothing else`(requested: WireText) throws {
        let uri = try RedirectURI(registering: "http://127.0.0.1/cb", portIsFree: true)
        #expect(!uri.matches(requested))
    }

    static let stretchedLoopbacks: [WireText] = [
        "http://127.0.0.1/other", "http://127.0.0.1:80/cb/", "http://127.0.0.1:80/CB", "http://127.0.0.1:80/%63b",
        "http://127.0.0.1:80/x/../cb", "http://127.0.0.1:80//cb", "http://127.0.0.1:80", "http://127.0.0.1:80/",
        "http://127.0.0.1:80/cb?x=1", "http://127.0.0.1:80/cb?", "http://127.0.0.1:80/cb#f", "http://127.0.0.1:80/cb#",
        "http://u@127.0.0.1:80/cb", "http://u:p@127.0.0.1:80/cb", "http://@127.0.0.1:80/cb",
        "https://127.0.0.1:80/cb", "HTTP://127.0.0.1:80/cb", "http://localhost:80/cb", "http://127.0.0.2:80/cb",
        "http://127.1:80/cb", "http://2130706433:80/cb", "http://0x7f.1:80/cb", "http://0x7f000001:80/cb",
        "http://0177.0.0.1:80/cb", "http://127.0.0.01:80/cb", "http://0.0.0.0:80/cb", "http://[::]:80/cb",
        "http://[::1]:80/cb", "http://[::ffff:127.0.0.1]:80/cb", "http://127.0.0.1.:80/cb",
        "http://127.0.0.1.evil.test:80/cb", "http://127.0.0.1:80@evil.test/cb", "http://127.0.0.1:80:80/cb",
        "http://evil.test/cb#@127.0.0.1/cb", "http://127.0.0.1:0/cb", "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:99999/cb", "http://127.0.0.1:184467440737095516160/cb", "http://127.0.0.1:+80/cb",
        "http://127.0.0.1:-80/cb", "http://127.0.0.1:080/cb", "http://127.0.0.1:00080/cb", "http://127.0.0.1:/cb",
        "http://127.0.0.1: 80/cb", "http://127.0.0.1:80%20/cb", "http://127.0.0.1:8\u{663}/cb",
        "http://127.0.0.1:0x50/cb", "http://127.0.0.1%3a80/cb", "http:127.0.0.1:80/cb", "http:\\\\127.0.0.1:80\\cb",
        " http://127.0.0.1:80/cb", "http://127.0.0.1:80/cb ",
    ]

    @Test
    func `AZ-08 one loopback address is not the other`() throws {
        let six = try RedirectURI(registering: "http://[::1]/cb", portIsFree: true)
        #expect(!six.matches("http://127.0.0.1:80/cb"))
        #expect(!six.matches("http://[0:0:0:0:0:0:0:1]:80/cb"))
        #expect(!six.matches("http://[::01]:80/cb"))
        #expect(!six.matches("http://[::1%25lo]:80/cb"))
        #expect(!six.matches("http://::1:80/cb"))
        #expect(!six.matches("http://[::1]80/cb"))
        #expect(!six.matches("http://[::1]:/cb"))
    }

    @Test(arguments: ["http://127.0.0.1/cb", "http://127.0.0.1:8080/cb", "http://[::1]/cb"])
    func `AZ-09 who is not a native client has no free port`(text: WireText) throws {
        let uri = try RedirectURI(registering: text, portIsFree: false)
        #expect(uri.matches(text))
        #expect(!uri.matches("http://127.0.0.1:49152/cb"))
        #expect(!uri.matches("http://[::1]:49152/cb"))
    }

    @Test
    func `AZ-09 only loopback addresses have a free port`() throws {
        // RFC 8252 §8.3: a name may be resolved to somebody else's address.
        for text in ["http://localhost/cb", "https://c.example/cb", "com.example.app:/cb"] as [WireText] {
            let uri = try RedirectURI(registering: text, portIsFree: true)
            #expect(uri.matches(text))
            #expect(!uri.matches("http://localhost:49152/cb"))
            #expect(!uri.matches("https://c.example:49152/cb"))
        }
    }

    @Test(arguments: registrable)
    func `AZ-10 a good URI can be registered and matches itself`(text: WireText) throws {
        #expect(try RedirectURI(registering: text, portIsFree: false).matches(text))
    }

    static let registrable: [WireText] = [
        "https://c.example/cb", "https://c.example", "https://c.example:8443/cb", "https://c.example/cb?tenant=7",
        "https://c.example/cb?codes=1&statement=2", "https://192.0.2.1/cb", "https://[2001:db8::1]/cb",
        "https://[2001:db8::1]:8443/cb", "https://xn--bcher-kva.example/cb", "https://bank_dev.intranet/cb",
        "http://localhost/cb",
        "http://localhost:4242", "http://127.0.0.1:8080/cb", "http://[::1]/cb", "com.example.app:/oauth2redirect",
        "com.example.app://oauth2redirect/x?y=1",
    ]

    @Test(arguments: unregistrable)
    func `AZ-10 a dangerous URI cannot be registered`(text: WireText, problem: RedirectURI.Problem) {
        for portIsFree in [false, true] {
            #expect(throws: problem) { try RedirectURI(registering: text, portIsFree: portIsFree) }
        }
    }

    static let unregistrable: [(WireText, RedirectURI.Problem)] = [
        ("javascript:alert(1)", .schemeRefused), ("JaVaScRiPt:alert(1)", .schemeRefused),
        ("JAVASCRIPT:https://c.example/cb", .schemeRefused), ("javascript://c.example/%0aalert(1)", .schemeRefused),
        ("data:text/html,x", .schemeRefused), ("DATA:text/html;base64,eA==", .schemeRefused),
        ("vbscript:x", .schemeRefused), ("file:///etc/passwd", .schemeRefused),
        ("blob:https://c.example/x", .schemeRefused),
        ("filesystem:https://c.example/x", .schemeRefused), ("about:blank", .schemeRefused),
        ("mailto:a@c.example", .schemeRefused), ("view-source:https://c.example", .schemeRefused),
        ("intent://c.example/", .schemeRefused), ("ftp://c.example/", .schemeRefused),
        ("ws://c.example/", .schemeRefused),
        ("myapp:/cb", .schemeRefused), ("urn:ietf:wg:oauth:2.0:oob", .schemeRefused),
        ("Com.Example.App:/cb", .schemeRefused),
        ("HTTPS://c.example/cb", .schemeRefused), ("https+x://c.example/cb", .schemeRefused),
        ("https://c.example/cb#f", .hasFragment), ("https://c.example/cb#", .hasFragment),
        ("com.example.app:/cb#f", .hasFragment),
        ("https://u@c.example/cb", .hasUserInformation), ("https://@c.example/cb", .hasUserInformation),
        ("https://c.example@evil.test/cb", .hasUserInformation), ("com.example.app://u@h/cb", .hasUserInformation),
        ("https://*.c.example/cb", .hasWildcard), ("https://c.example/*", .hasWildcard),
        ("https://c.example*/cb", .hasWildcard),
        ("https://c.example/cb?x=*", .hasWildcard), ("*", .hasWildcard), ("http://127.0.0.1:*/cb", .hasWildcard),
        ("com.example.*:/cb", .hasWildcard),
        ("http://c.example/cb", .plainToForeignHost), ("http://127.0.0.2/cb", .plainToForeignHost),
        ("http://127.1/cb", .malformed), ("http://LOCALHOST/cb", .plainToForeignHost),
        ("http://localhost.evil.test/cb", .plainToForeignHost), ("http://[::]/cb", .plainToForeignHost),
        ("http:///cb", .malformed), ("http:/cb", .malformed), ("http:cb", .malformed),
        ("", .malformed), ("/cb", .malformed), ("//c.example/cb", .malformed), ("cb", .malformed), ("?x", .malformed),
        ("https:", .malformed), ("https:/c.example/cb", .malformed), ("https:c.example/cb", .malformed),
        ("https:///cb", .malformed), ("https://?x", .malformed), ("https://[::1/cb", .malformed),
        ("https://[::1]x/cb", .malformed), ("https://:8443/cb", .malformed), (" https://c.example/cb", .malformed),
        ("https://c.example/cb ", .malformed), ("https://c.example/c b", .malformed),
        ("https://c.example/\tcb", .malformed),
        ("https://c.example/cb\u{0}", .malformed), ("https://c.example/cb\r\nX: y", .malformed),
        ("https://c.example/cb\u{7F}", .malformed), ("https://c.\u{E9}xample/cb", .malformed),
        ("https://c.example/caf\u{E9}", .malformed), ("https:\\\\c.example\\cb", .malformed),
        ("https://c.example\\@evil.test/", .malformed), ("https://c.example/<script>", .malformed),
        ("https://c.example/\"", .malformed), ("https://c.example/{x}", .malformed),
        ("https://c.example/%zz", .malformed),
        ("https://c.example/%", .malformed), ("https://c.example/%f", .malformed),
        ("https://c.example/cb?x=%ff", .malformed),
        ("https://c.example/cb?code=1", .carriesAnswerParameter),
        ("https://c.example/cb?state=1", .carriesAnswerParameter),
        ("https://c.example/cb?a=1&state", .carriesAnswerParameter),
        ("https://c.example/cb?%63ode=1", .carriesAnswerParameter),
        ("https://c.example/cb?iss=x", .carriesAnswerParameter),
        ("https://c.example/cb?error=x", .carriesAnswerParameter),
        ("https://c.example/cb?error_description=x", .carriesAnswerParameter),
        ("https://c.example/cb?error_uri=x", .carriesAnswerParameter),
        ("https://c.example/cb?id_token=x", .carriesAnswerParameter),
        ("https://c.example/cb?response=x", .carriesAnswerParameter),
        ("com.example.app:/cb?code=1", .carriesAnswerParameter),
        (WireText("https://c.example/" + String(repeating: "x", count: 2_031)), .tooLong),
    ]

    @Test(
        arguments: [
            "https://c.example:/cb", "https://c.example:0/cb", "https://c.example:65536/cb",
            "https://c.example:08443/cb",
            "https://c.example:+1/cb", "https://c.example:8443:1/cb", "https://c.example:x/cb", "http://localhost:/cb",
            "http://127.0.0.1:0/cb", "http://[::1]:x/cb", "https://c.example%40evil.test/cb", "https://c%2Eexample/cb",
            "https://c.example;default-src/cb", "https://c.example,evil.test/cb", "https://c.example'/cb",
            "https://c.example!/cb", "https://(c.example)/cb", "https://c..example/cb",
            "https://.c.example/cb", "https://c.example./cb", "https://[c.example]/cb", "https://[]/cb",
        ] as [WireText]
    )
    func `AZ-10 an authority that readers understand in different ways cannot be registered`(text: WireText) {
        #expect(throws: RedirectURI.Problem.malformed) { try RedirectURI(registering: text, portIsFree: true) }
    }

    @Test
    func `AZ-10 the longest URI that is allowed can be registered`() throws {
        let longest = WireText("https://c.example/" + String(repeating: "x", count: 2_030))
        try #require(longest.byteCount == 2_048)
        #expect(try RedirectURI(registering: longest, portIsFree: false).matches(longest))
    }

    @Test(arguments: NaughtyStrings.all)
    func `AZ-03 no naughty string matches or can be registered`(text: WireText) {
        #expect(!registered.matches(text))
        #expect(throws: RedirectURI.Problem.self) { try RedirectURI(registering: text, portIsFree: true) }
    }
}
