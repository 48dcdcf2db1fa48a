import HTTP
import Net
import RelyingParty
import Synchronization
import Testing
import Text

/// A bank of three pages: it logs somebody in, asks, and sends the browser back.
private struct SmallBank: RequestHandler {
    func respond(to request: Request) async -> Response {
        let form = (try? FormFields(request.body.span)) ?? FormFields()
        switch request.path {
        case "/authorize":
            guard request.fields.first(.cookie) == "login=1" else { return .redirect(to: "/login") }
            return .html(Array("<form method=post action=decide><button name=d value=allow>Allow</button></form>".utf8))
        case "/login" where request.method == .get:
            return .html(
                Array(
                    "<form method=post><input name=u><input type=password name=p><button>Log in</button></form>".utf8
                )
            )
        case "/login":
            guard form["u"] == "anna", form["p"] == "secret" else { return .redirect(to: "/login") }
            var response = Response.redirect(to: "/authorize")
            response.fields.append(.setCookie, "login=1; Path=/")
            return response
        case "/decide": return .redirect(to: WireText("https://tpp.example/cb?code=\(form["d"] ?? "")"))
        case "/loop": return .redirect(to: "/loop")
        default: return .empty(.notFound)
        }
    }
}

struct BrowserTests {
    private func withBank(_ work: (Transport, WireText) async throws -> Void) async throws {
        let group = try LoopGroup(count: 1)
        defer { group.stop() }
        let address = try #require(Address("127.0.0.1:0"))
        let server = HTTPServer([.init(at: address, handler: SmallBank())], on: group)
        let port = try #require(try await server.start().first?.port)
        let workers = try WorkerPool(count: 1, limit: 8)
        defer { workers.stop() }
        let detour = Transport.Detour(authority: "bank.example", address: address.with(port: port))
        let transport = Transport(
            on: group.loops[0],
            resolver: Resolver(on: workers),
            tls: try TLSContext(),
            detours: [detour]
        )
        try await work(transport, "http://bank.example")
        await server.stop()
    }

    @Test func `a person goes through the pages of a bank and comes back, and every hop is written down`() async throws
    {
        try await withBank { transport, bank in
            var browser = Browser(transport, destinations: ["https://tpp.example/cb"])
            let driver = PageDriver(username: "anna", password: "secret")
            let first = await browser.open(WireText("\(bank)/authorize"))
            let response = try await driver.drive(&browser, from: first)
            #expect(response.code == "allow")
            #expect(transport.journal.exchanges.map(\.status) == [303, 200, 303, 200, 303])
            #expect(transport.journal.exchanges.map(\.number) == [1, 2, 3, 4, 5])
        }
    }

    @Test func `a password that is wrong ends at the page that comes again`() async throws {
        try await withBank { transport, bank in
            var browser = Browser(transport, destinations: ["https://tpp.example/cb"])
            let first = await browser.open(WireText("\(bank)/authorize"))
            let driver = PageDriver(username: "anna", password: "wrong")
            await #expect(throws: PartyFailure.self) { try await driver.drive(&browser, from: first) }
        }
    }

    @Test func `redirects without end are given up`() async throws {
        try await withBank { transport, bank in
            var browser = Browser(transport, destinations: ["https://tpp.example/cb"])
            guard case .lost = await browser.open(WireText("\(bank)/loop")) else {
                Issue.record("the browser has arrived")
                return
            }
        }
    }

    @Test func `what cannot be called says so`() async throws {
        try await withBank { transport, _ in
            for url in ["ftp://h/", "nothing", "http://user@h/"] as [WireText] {
                let exchange = await transport.send(.get(.resource, url))
                #expect(exchange.status == 0 && exchange.summary.hasPrefix("not a URL"))
            }
        }
    }
}
