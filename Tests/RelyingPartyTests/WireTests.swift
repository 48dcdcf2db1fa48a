import HTTP
import RelyingParty
import Testing
import Text

struct ReferenceTests {
    @Test(
        arguments: [
            ("b", "http://h/a/b"), ("/b?x=1#f", "http://h/b?x=1#f"), ("?y=2", "http://h/a/c?y=2"),
            ("#f", "http://h/a/c?q=1#f"), ("", "http://h/a/c?q=1"), ("//o:8/p", "http://o:8/p"),
            ("https://o/p", "https://o/p"), ("../d", "http://h/d"), ("../../../d", "http://h/d"),
            ("./d/./e/..", "http://h/a/d/"),
            ("app.example:/cb", "app.example:/cb"),
        ]
    )
    func `a reference is seen from its page`(reference: String, target: String) {
        #expect(URIReference.resolve(WireText(reference), from: "http://h/a/c?q=1")?.string == target)
    }
}

struct CookieTests {
    private func answer(_ lines: String...) -> Response {
        var response = Response(.ok)
        for line in lines { if let value = FieldValue(WireText(line)) { response.fields.append(.setCookie, value) } }
        return response
    }

    @Test func `cookies go back to the host and path they came from`() {
        var jar = CookieJar()
        jar.take(answer("a=1; Path=/; HttpOnly", "b=2; Path=/in", "c=3"), from: "http://bank.example/in/side")
        #expect(jar.header(for: "http://bank.example/in/other") == "a=1; b=2; c=3")
        #expect(jar.header(for: "http://bank.example/inside") == "a=1")
        #expect(jar.header(for: "http://other.example/in/other") == nil)
    }

    @Test func `a cookie is replaced, and forgotten at its end`() {
        var jar = CookieJar()
        jar.take(answer("a=1; Path=/", "b=1; Path=/"), from: "http://h/")
        jar.take(answer("a=2; Path=/", "b=; Path=/; Max-Age=0"), from: "http://h/")
        #expect(jar.header(for: "http://h/") == "a=2")
    }

    @Test func `a cookie that is Secure goes to loopback and not to others without TLS`() {
        var jar = CookieJar()
        for host in ["localhost", "bank.example"] {
            jar.take(answer("s=1; Path=/; Secure; SameSite=Lax"), from: WireText("https://\(host)/"))
        }
        #expect(jar.header(for: "http://localhost/") == "s=1")
        #expect(jar.header(for: "http://bank.example/") == nil)
        #expect(jar.header(for: "https://bank.example/") == "s=1")
        let line = SetCookieLine("s=1; Path=/; Secure; SameSite=Lax; HttpOnly")
        #expect(line?.isSecure == true && line?.isHTTPOnly == true && line?.sameSite == "lax")
    }
}

struct ExportTests {
    private func exchange() -> Exchange {
        let form = FormFields([.init("code", "it's"), .init("b", "2")])
        var response = Response.json(.badRequest, ["error": "invalid_grant"])
        response.fields.append(.wwwAuthenticate, "Bearer error=\"invalid_token\", realm=\"x\"")
        return Exchange(
            number: 3,
            call: ClientCredential.basic("me", secret: "a b:c").call(
                .redemption,
                "https://bank.example/token?x=1",
                form
            ),
            began: Timestamp(0),
            milliseconds: 12,
            outcome: .answered(response)
        )
    }

    @Test func `the command line says the same in a shell`() {
        var call = Call(.resource, .post, "https://h/?a=b&c", body: Array("it's".utf8))
        call.fields.append(.accept, "text/html")
        #expect(call.curl == "curl -i -X POST -H 'accept: text/html' --data-raw 'it'\\''s' 'https://h/?a=b&c'")
    }

    @Test func `an archive holds the request and its answer`() {
        let entry = HAR.document([exchange()], program: "0")["log"]?["entries"]?.array?.first
        #expect(entry?["startedDateTime"] == "1970-01-01T00:00:00Z")
        #expect(entry?["request"]?["method"] == "POST")
        #expect(entry?["request"]?["queryString"] == [["name": "x", "value": "1"]])
        #expect(entry?["request"]?["postData"]?["params"]?.array?.first == ["name": "code", "value": "it's"])
        #expect(entry?["response"]?["status"] == 400)
        #expect(entry?["response"]?["content"]?["text"] == "{\"error\":\"invalid_grant\"}")
        #expect(entry?["time"] == 12)
    }

    @Test func `a report to paste shows what was sent and what came back`() {
        let text = Markdown.text([exchange()], title: "A journey").string
        #expect(text.hasPrefix("# A journey\n\n## 3. code redeemed\n"))
        #expect(text.contains("POST https://bank.example/token?x=1\n"))
        #expect(text.contains("authorization: Basic bWU6YSUyMGIlM0Fj\n"))
        #expect(text.contains("HTTP/1.1 400 Bad Request\n"))
        #expect(text.contains("curl -i -X POST"))
    }

    @Test func `an error is found in the body, and in the challenge where there is no other`() {
        #expect(exchange().summary == "400 invalid_grant")
        var response = Response.empty(.unauthorized)
        response.fields.append(.wwwAuthenticate, "DPoP algs=\"ES256\", error=\"invalid_token\"")
        let bare = Exchange(
            call: .get(.resource, "http://h/"),
            began: Timestamp(0),
            milliseconds: 0,
            outcome: .answered(response)
        )
        #expect(bare.error == "invalid_token")
    }
}
