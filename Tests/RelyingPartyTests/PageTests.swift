import RelyingParty
import Testing
import Text

struct PageTests {
    static let login = HTMLPage(
        Array(
            """
            <!DOCTYPE html><html><head><title>Log &amp; in</title><style>form { a: "<form>" }</style></head>
            <body onload="f()"><!-- <form action="/hidden"> --><h1>Log in</h1>
            <form method="POST" action='/login?a=1&amp;b=2'>
              <input type=hidden name=token value="a&quot;b&#39;c&#x20;d">
              <input name="user" value=""><input name="pass" type="password">
              <input type="checkbox" name="stay"><input type="checkbox" name="box" value="1" checked disabled>
              <select name="bank"><option value="a">A</option><option value="b" selected>B</option></select>
              <textarea name="note">one &lt; two</textarea>
              <button type="reset">Reset</button>
              <button name="do" value="back" aria-hidden="true">Continue</button>
              <button name="do" value="cancel">Go back</button>
              <button name="do" value="in">Log <b>in</b></button>
            </form>
            <a href="/help">Help</a><script>document.write("<form action='/script'>")</script>
            </body></html>
            """.utf8
        )
    )

    @Test func `a page is read as a browser without scripts reads it`() throws {
        let page = Self.login
        #expect(page.title == "Log & in")
        #expect(page.text.string.contains("Log in"))
        #expect(!page.text.string.contains("document"))
        #expect(page.links.map(\.target) == ["/help"])
        #expect(page.scripts == 2)
        let form = try #require(page.forms.first)
        #expect(page.forms.count == 1)
        #expect(form.action == "/login?a=1&b=2")
        #expect(form.isPost && form.asksForPassword)
        #expect(form.buttons.map(\.text) == ["Go back", "Log in"])
        #expect(form.boxes.map(\.name) == ["stay"])
    }

    @Test func `a form sends its fields, the boxes that are ticked, and the one button`() throws {
        let form = try #require(Self.login.forms.first)
        #expect(
            form.fields(pressing: form.buttons.last).fields.map { "\($0.name)=\($0.value)" } == [
                "token=a\"b'c d", "user=", "pass=", "bank=b", "note=one < two", "do=in",
            ]
        )
    }

    @Test(
        arguments: [
            ("<form><button>Cancel</button><button>Approve</button></form>", PageDriver.Decision.allow, "Approve"),
            ("<form><button>Cancel</button><button>Approve</button></form>", .deny, "Cancel"),
            ("<form><input type=submit value='Nein'><input type=submit name=yes value='Ja'></form>", .allow, "Ja"),
            ("<form><button>No</button><button>Weiter</button></form>", .allow, "Weiter"),
            (
                "<form><input type=password name=p><button>Log in</button></form><form><button>Cancel</button></form>",
                .cancelAtLogin, "Cancel"
            ),
            ("<form><input type=password name=p><button>Log in</button></form>", .deny, "Log in"),
        ] as [(String, PageDriver.Decision, String)]
    )
    func `the button is pressed that says what the person wants`(
        html: String,
        decision: PageDriver.Decision,
        button: String
    ) throws {
        let driver = PageDriver(username: "anna", password: "secret", decision: decision)
        let exchange = Exchange(
            call: .get(.page, "http://localhost/"),
            began: Timestamp(0),
            milliseconds: 0,
            outcome: .notCallable
        )
        let (_, pressed) = try driver.choice(on: HTMLPage(Array(html.utf8)), exchange)
        #expect(pressed?.text.string == button)
    }

    @Test func `a page that has no button for it stops the driver`() {
        let driver = PageDriver(username: "anna", password: "secret", decision: .deny)
        let exchange = Exchange(
            call: .get(.page, "http://localhost/"),
            began: Timestamp(0),
            milliseconds: 0,
            outcome: .notCallable
        )
        #expect(throws: PartyFailure.self) {
            try driver.choice(on: HTMLPage(Array("<form><button>Approve</button></form>".utf8)), exchange)
        }
    }

    @Test(
        arguments: [
            "", "<", "<form", "<form action", "<form action=", "<form action=\"", "<!--", "</", "<input ===>",
            "&#xFFFFFFFF;",
            "<script>", "<button", "<select><option>", "<textarea>", "<a href='x", "</form></form>",
        ]
    )
    func `a page that is cut off is read as far as it goes`(html: String) {
        _ = HTMLPage(Array(html.utf8))
        _ = HTMLPage([0xFF, 0xFE] + Array(html.utf8))
    }
}
