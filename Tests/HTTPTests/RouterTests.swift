import HTTP
import Testing
import Text

struct RouterTests {
    private let router: Router<String>

    init() throws {
        router = try Router([
            (Route(.get, "/"), "root"), (Route(.get, "/authorize"), "show"), (Route(.post, "/authorize"), "submit"),
            (Route(.post, "/token"), "token"), (Route(.get, "/accounts"), "accounts"),
            (Route(.get, "/accounts/:id"), "account"), (Route(.delete, "/accounts/:id"), "close"),
            (Route(.get, "/accounts/:id/balances"), "balances"), (Route(.get, "/accounts/all"), "all"),
            (Route(.get, "/consent", answersHead: false), "ask"), (Route(.post, "/consent"), "decide"),
            (Route(.get, "/a/:x/b/:y"), "pair"), (Route(.get, "/.well-known/openid-configuration"), "discovery"),
        ])
    }

    @Test(
        arguments: [
            (.get, "/", "root", [:]), (.get, "/authorize", "show", [:]), (.post, "/authorize", "submit", [:]),
            (.head, "/authorize", "show", [:]), (.get, "/accounts", "accounts", [:]),
            (.get, "/accounts/22289", "account", ["id": "22289"]), (.delete, "/accounts/x", "close", ["id": "x"]),
            (.head, "/accounts/x", "account", ["id": "x"]), (.get, "/accounts/a/balances", "balances", ["id": "a"]),
            (.get, "/accounts/all", "all", [:]), (.get, "/a/1/b/2", "pair", ["x": "1", "y": "2"]),
            (.get, "/accounts/a%20b%C3%A9", "account", ["id": "a b\u{E9}"]),
            (.get, "/accounts/a%252f", "account", ["id": "a%2f"]), (.get, "/accounts/a+b", "account", ["id": "a+b"]),
            (.get, "/accounts/:id", "account", ["id": ":id"]), (.get, "/accounts/ALL", "account", ["id": "ALL"]),
            (.get, "/.well-known/openid-configuration", "discovery", [:]),
        ] as [(Method, WireText, String, [WireText: WireText])]
    )
    func `a request is led to its route`(
        method: Method,
        path: WireText,
        destination: String,
        parts: [WireText: WireText]
    ) throws {
        guard case .found(let found, let foundParts) = router.find(method, path) else {
            Issue.record("not found")
            return
        }
        #expect(found == destination)
        for (name, value) in parts { #expect(foundParts[name] == value) }
        #expect(foundParts["absent"] == nil)
    }

    @Test(
        arguments: [
            "", "//", "/authorize/", "//authorize", "/./authorize", "/../authorize", "/x/../authorize", "/Authorize",
            "/AUTHORIZE", "/%61uthorize", "/authoriz%65", "/authorize;x", "/authorize;x=y", "/authorize.",
            "/authorize%20",
            "/authorize%00", "/authorize%2f", "/authorize\\", "\\authorize", "/authorize#", "/authorize?", "authorize",
            "/token;x", "/token/", "/tokens", "/toke", "/toke\u{6E}\u{301}", "/accounts/", "/accounts//",
            "/accounts//balances",
            "/accounts/./balances", "/accounts/../balances", "/accounts/.", "/accounts/..", "/accounts/%2e",
            "/accounts/%2e%2e", "/accounts/%2E%2e/balances", "/accounts/a%2fb", "/accounts/a%5cb", "/accounts/a%00",
            "/accounts/a%0d%0ab", "/accounts/a%7f", "/accounts/%ff", "/accounts/%c0%ae", "/accounts/%", "/accounts/%zz",
            "/accounts/a/", "/accounts/a/balances/", "/accounts/a/Balances", "/accounts/a/balances;x",
            "/accounts/a/balance", "/accounts/a/b/c", "/a/1/b", "/a/1/b/", "/a/1/c/2", "/a//b/2", "*x",
        ] as [WireText]
    )
    func `HT-41 a path that is not written as its route is another path`(path: WireText) {
        for method in [Method.get, .post, .delete, .other("X")] {
            guard case .pathUnknown = router.find(method, path) else {
                Issue.record("\(method) found something")
                return
            }
        }
    }

    @Test(
        arguments: [
            (.put, "/authorize", "GET, POST, HEAD"), (.get, "/token", "POST"), (.head, "/token", "POST"),
            (.other("get"), "/authorize", "GET, POST, HEAD"), (.post, "/accounts/x", "GET, DELETE, HEAD"),
            (.head, "/consent", "GET, POST"), (.put, "/consent", "GET, POST"),
            (.delete, "/accounts/all", "GET, HEAD"), (.trace, "/", "GET, HEAD"), (.options, "*", "GET, HEAD, POST"),
        ] as [(Method, WireText, FieldValue)]
    )
    func `HT-42 a method that a path does not have is told which it has`(
        method: Method,
        path: WireText,
        allowed: FieldValue
    ) {
        guard case .methodUnknown(let allow) = router.find(method, path) else {
            Issue.record("not refused for its method")
            return
        }
        #expect(allow == allowed)
    }

    @Test(
        arguments: [
            ("/a", "/a"), ("/a/:x", "/a/:x"), ("/a/:x", "/a/:y"), ("/a/:x/c", "/a/b/:y"), ("/:x/b", "/a/:y"),
            ("/:x/:y", "/a/:y"),
        ] as [(WireText, WireText)]
    )
    func `two routes for one request are found when the server starts`(first: WireText, second: WireText) {
        let problem = RouteProblem.conflict(Route(.get, first), Route(.get, second))
        #expect(throws: problem) { try Router([(Route(.get, first), 1), (Route(.get, second), 2)]) }
    }

    @Test
    func `routes of other methods share a path where they name its parts alike`() throws {
        _ = try Router([(Route(.get, "/a/:x"), 1), (Route(.put, "/a/:x"), 2), (Route(.get, "/a/b"), 3)])
        let problem = RouteProblem.conflict(Route(.get, "/a/:x"), Route(.put, "/a/:y"))
        #expect(throws: problem) { try Router([(Route(.get, "/a/:x"), 1), (Route(.put, "/a/:y"), 2)]) }
    }

    @Test(arguments: ["", "a", "/a/:", "/:x/:x", "/a b", "/\u{E9}", "/a?b", "/a#b", "*"] as [WireText])
    func `a pattern that no target can fit is found when the server starts`(pattern: WireText) {
        #expect(throws: RouteProblem.malformed(Route(.get, pattern))) { try Router([(Route(.get, pattern), 1)]) }
    }
}
