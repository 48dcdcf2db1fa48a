import AssentServer
import Crypto
import HTTP
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// Servers beside each other on one store: what one of them does, the others know.
struct NodesTests {
    private let store = MemoryStore()

    private func node(_ limits: RequestLimits = RequestLimits()) throws -> SampleHouse {
        try SampleHouse(store: store, isOneOfMany: true, registration: RegistrationTests.rules(), limits: limits)
    }

    private static let request = RegistrationTests.request.setting("grant_types", ["client_credentials"])
    private static let ownToken = FormFields([.init("grant_type", "client_credentials"), .init("scope", "accounts")])

    private func register(at node: SampleHouse) async -> Response {
        await node.send(
            .post,
            "/register",
            json: Self.request,
            [(.contentType, "application/json"), (.authorization, WireText("Bearer \(RegistrationTests.token)"))]
        )
    }

    private func manage(
        _ method: HTTP.Method,
        _ registered: JSON,
        at node: SampleHouse,
        _ json: JSON? = nil
    ) async throws -> Response {
        let id = try #require(registered["client_id"]?.text)
        let token = try #require(registered["registration_access_token"]?.text)
        return await node.send(
            method,
            WireText("/register/\(id)"),
            json: json,
            [(.contentType, "application/json"), (.authorization, WireText("Bearer \(token)"))]
        )
    }

    private func token(for registered: JSON, at node: SampleHouse) async throws -> Response {
        let (id, secret) = (
            try #require(registered["client_id"]?.text), try #require(registered["client_secret"]?.text)
        )
        let basic = WireText("Basic \(Base64.encode(Array("\(id):\(secret)".utf8)))")
        return await node.send(.post, "/token", form: Self.ownToken, [(.authorization, basic)])
    }

    @Test func `a client that registers at one node is served by another at once`() async throws {
        let (one, two) = (try node(), try node())
        let registered = try #require(await register(at: one).json)
        #expect(try await token(for: registered, at: two).status == .ok)
        #expect(try await manage(.get, registered, at: two).status == .ok)
    }

    @Test func `a client that changes or goes at one node has changed and gone at another`() async throws {
        let (one, two) = (try node(), try node())
        let registered = try #require(await register(at: one).json)
        let access = try #require(try await token(for: registered, at: two).json?["access_token"]?.text)

        let document = Self.request.setting("client_id", try #require(registered["client_id"]))
            .setting("grant_types", ["authorization_code"])
        let replaced = try #require(try await manage(.put, registered, at: one, document).json)
        #expect(try await token(for: registered, at: two).json?["error"] == "unauthorized_client")
        // The token that manages it is another one now, wherever it is shown.
        #expect(try await manage(.get, registered, at: two).status == .unauthorized)

        #expect(try await manage(.delete, replaced, at: two).status == .noContent)
        #expect(try await token(for: registered, at: one).json?["error"] == "invalid_client")
        let introspection = await two.send(
            .post,
            "/introspect",
            form: FormFields([.init("token", access)]),
            [(.authorization, SampleHouse.basic)]
        )
        #expect(introspection.json?["active"] == false)
    }

    @Test func `RE-05 nodes together answer a client no more than one would`() async throws {
        let limits = RequestLimits(client: RateLimit(perSecond: 9, burst: 12), nodes: 3)
        let nodes = [try node(limits), try node(limits), try node(limits)]
        var served = 0
        for _ in 0..<20 {
            for node in nodes {
                let answer = await node.send(
                    .post,
                    "/token",
                    form: Self.ownToken,
                    [(.authorization, SampleHouse.basic)]
                )
                if answer.status == .ok { served += 1 }
            }
        }
        #expect(served == 12)
    }

    @Test func `RE-05 a network's limit is shared as well`() async throws {
        let limits = RequestLimits(address: RateLimit(perSecond: 1, burst: 4), nodes: 2)
        var statuses: [Status] = []
        let node = try node(limits)
        for _ in 0..<3 { statuses.append(await node.send(.get, "/jwks", from: 0xC000_0201).status) }
        #expect(statuses == [.ok, .ok, .tooManyRequests])
    }
}
