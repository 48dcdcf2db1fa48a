import AssentServer
import Crypto
import HTTP
import JOSE
import Net
import OAuth
import Synchronization
import TestSupport
import Testing
import Text

/// Modules of `fapi-ciba-id1-test-plan` in ping mode: what the client's own endpoint answers.
struct PingModules {
    private static let endpoint: WireText = "https://client.example/ciba-notification-endpoint"

    private static let client = Client.sample(
        grantTypes: [BackchannelGrant.type, "refresh_token"],
        backchannel: BackchannelRegistration(delivery: .ping(endpoint))
    )

    private static let basic = WireText("Basic \(Base64.encode(Array("tpp-1:\(Client.sampleSecret)".utf8)))")
    private static let token: WireText = "8d67dc78-7faa-4d41-aabd-67707b374255"

    /// The client's endpoint, which answers what a module has it answer.
    private final class Endpoint: Sendable {
        private let heard = Mutex<[Request]>([])
        private let answers: Mutex<[Status?]>

        /// - Parameter answers: One after the other, and the last for all that come after; `nil` for a connection that ends.
        init(_ answers: Status?...) { self.answers = Mutex(answers) }

        var requests: [Request] { heard.withLock { $0 } }

        func answer(_ request: Request) throws(NetFailure) -> Response {
            heard.withLock { $0.append(request) }
            let status = answers.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? nil }
            guard let status else { throw .closed }
            var response = Response.json(status, bytes: Array(#"{"any":"body"}"#.utf8))
            if status.code == 301 { response.fields.append(.location, "https://client.example/elsewhere") }
            return response
        }

        var outbound: Outbound {
            Outbound(to: [OutboundHost("client.example")]) { request, _ throws(NetFailure) in
                try self.answer(request)
            }
        }
    }

    private func ask(_ plan: Plan, _ changes: [WireText: WireText?] = [:]) async -> Response {
        var form = FormFields([
            .init("scope", "openid"), .init("login_hint", "anna"), .init("client_notification_token", Self.token),
        ])
        for (name, value) in changes { form = form.setting(name, value) }
        return await plan.send(.post, "/bc-authorize", form: form, authorization: Self.basic)
    }

    private func poll(_ plan: Plan, _ id: WireText) async -> Response {
        let form = FormFields([.init("grant_type", BackchannelGrant.type.name), .init("auth_req_id", id)])
        return await plan.send(.post, "/token", form: form, authorization: Self.basic)
    }

    /// A decision, what is told of it, and the tokens that come all the same.
    private func flow(_ endpoint: Endpoint, _ answer: Browser.Answer = .allow) async throws -> (Plan, WireText) {
        let plan = try Plan(Self.client, outbound: endpoint.outbound)
        let id = try #require(await ask(plan).json?["auth_req_id"]?.text)
        await Notices(plan.house).round()
        #expect(endpoint.requests.isEmpty)
        #expect(await Browser(plan).answerSummons(answer).status == .ok)
        await Notices(plan.house).round()
        return (plan, id)
    }

    @Test func `fapi-ciba-id1: the client is told once, with its own token and the identifier, and fetches`()
        async throws
    {
        let endpoint = Endpoint(.noContent)
        let (plan, id) = try await flow(endpoint)
        let notice = try #require(endpoint.requests.first)
        #expect(notice.method == .post)
        #expect(notice.path == "/ciba-notification-endpoint")
        #expect(notice.fields.first(.authorization) == "Bearer 8d67dc78-7faa-4d41-aabd-67707b374255")
        #expect(notice.fields.first(.contentType) == "application/json")
        #expect(try JSONReader.read(notice.body) == ["auth_req_id": .text(id)])
        #expect(await poll(plan, id).status == .ok)
        plan.pass(seconds: 60)
        await Notices(plan.house).round()
        #expect(endpoint.requests.count == 1)
    }

    @Test func `the client's own token is kept sealed, and every one differently`() async throws {
        let endpoint = Endpoint(.noContent)
        let plan = try Plan(Self.client, outbound: endpoint.outbound)
        var kept: Set<WireText> = []
        for _ in 0..<2 {
            let id = try #require(await ask(plan).json?["auth_req_id"]?.text)
            let polled = try await plan.store.polledRequest(Fingerprint(of: id))
            kept.insert(try #require(polled?.summons?.notice?.token))
        }
        #expect(kept.count == 2)
        #expect(kept.allSatisfy { !$0.string.contains(Self.token.string) })
    }

    @Test func `fapi-ciba-id1-ping-backchannel-notification-endpoint-response-has-body`() async throws {
        try await expectOneNotice(answeredBy: 200)
    }

    @Test func `fapi-ciba-id1-ping-backchannel-notification-endpoint-response-401`() async throws {
        try await expectOneNotice(answeredBy: 401)
    }

    @Test func `fapi-ciba-id1-ping-backchannel-notification-endpoint-response-403`() async throws {
        try await expectOneNotice(answeredBy: 403)
    }

    @Test
    func
        `fapi-ciba-id1-ping-with-mtls-ciba-notification-endpoint-response-401-and-require-server-does-not-retry`()
        async throws
    {
        try await expectOneNotice(answeredBy: 401)
    }

    @Test func `fapi-ciba-id1-ping-backchannel-notification-endpoint-return-redirect-request`() async throws {
        try await expectOneNotice(answeredBy: 301)
    }

    /// Whatever the endpoint answers, it is told once, not led elsewhere, and the flow completes.
    private func expectOneNotice(answeredBy status: Int) async throws {
        let endpoint = Endpoint(Status(status))
        let (plan, id) = try await flow(endpoint)
        for _ in 0..<5 {
            plan.pass(seconds: 60)
            await Notices(plan.house).round()
        }
        #expect(endpoint.requests.map(\.path) == ["/ciba-notification-endpoint"])
        #expect(await poll(plan, id).status == .ok)
    }

    @Test func `CIBA §10.2: a server that is broken for a while is told again, ever more seldom, until it hears`()
        async throws
    {
        let endpoint = Endpoint(nil, .serviceUnavailable, .noContent)
        let (plan, _) = try await flow(endpoint)
        #expect(endpoint.requests.count == 1)
        await Notices(plan.house).round()
        #expect(endpoint.requests.count == 1)
        plan.pass(seconds: 5)
        await Notices(plan.house).round()
        #expect(endpoint.requests.count == 2)
        plan.pass(seconds: 9)
        await Notices(plan.house).round()
        #expect(endpoint.requests.count == 2)
        plan.pass(seconds: 1)
        await Notices(plan.house).round()
        await Notices(plan.house).round()
        #expect(endpoint.requests.count == 3)
    }

    @Test func `CIBA §10.2: a no is told as well`() async throws {
        let endpoint = Endpoint(.noContent)
        let (plan, id) = try await flow(endpoint, .deny)
        #expect(endpoint.requests.count == 1)
        #expect(await poll(plan, id).error == "access_denied")
    }

    @Test func `CIBA §7.1: who is to be told says with which token`() async throws {
        let plan = try Plan(Self.client)
        for value in [nil, "", "two words", "k\u{F6}nig", WireText(String(repeating: "x", count: 1_025))] as [WireText?]
        {
            let answer = await ask(plan, ["client_notification_token": value])
            #expect(answer.status == .badRequest)
            #expect(answer.error == "invalid_request")
        }
        #expect(await ask(plan).status == .ok)
    }

    @Test func `a host that the bank has not listed is not called, and not tried again`() async throws {
        let plan = try Plan(Self.client)
        let id = try #require(await ask(plan).json?["auth_req_id"]?.text)
        #expect(await Browser(plan).answerSummons().status == .ok)
        await Notices(plan.house).round()
        #expect(try await plan.store.duePings(at: plan.now + 300, limit: 10).isEmpty)
        #expect(await poll(plan, id).status == .ok)
    }
}
