import AssentServer
import Crypto
import HTTP
import OAuth
import Storage
import Telemetry
import TestSupport
import Testing
import Text

/// How much is answered, and who pays for it.
struct RequestLimitTests {
    private let store = MemoryStore()
    private static let network: UInt64 = 0xC000_0201
    private static let elsewhere: UInt64 = 0xC000_0202

    private func house(
        client: RateLimit? = nil,
        address: RateLimit? = nil,
        clients: [Client] = [.sample, .other, SampleHouse.keyClient],
        certificates: CertificateIntake = CertificateIntake()
    ) throws -> SampleHouse {
        try SampleHouse(
            store: store,
            clients: clients,
            certificates: certificates,
            limits: RequestLimits(client: client, address: address)
        )
    }

    private static let ownToken = FormFields([.init("grant_type", "client_credentials")])
    private static let wrong = WireText("Basic \(Base64.encode(Array("tpp-1:a guess".utf8)))")

    private func token(_ house: SampleHouse, _ basic: WireText = SampleHouse.basic, from network: UInt64 = network)
        async -> Response
    {
        await house.send(.post, "/token", form: Self.ownToken, [(.authorization, basic)], from: network)
    }

    @Test func `RE-05 a client that asks for too much hears 429, and after Retry-After it is served`() async throws {
        let house = try house(client: RateLimit(perSecond: 2, burst: 3))
        for _ in 0..<3 { #expect(await token(house).status == .ok) }
        let refused = await token(house)
        #expect(refused.status == .tooManyRequests)
        #expect(refused.error == "temporarily_unavailable")
        #expect(
            refused.json?["error_description"]?.text == "Too many requests; wait as many seconds as Retry-After says."
        )
        #expect(refused.fields.all(.cacheControl) == ["no-store"])
        let seconds = try #require(refused.fields.first(.retryAfter).flatMap { Int($0.string) })
        #expect(seconds == 1)
        house.time.pass(seconds: seconds)
        for _ in 0..<2 { #expect(await token(house).status == .ok) }
        #expect(await token(house).status == .tooManyRequests)
    }

    @Test func `RE-05 what one client may ask for is not taken from another`() async throws {
        let house = try house(client: RateLimit(perSecond: 1, burst: 1))
        #expect(await token(house).status == .ok)
        #expect(await token(house).status == .tooManyRequests)
        let assertion = try SampleHouse.assertion("assertion-1")
        let form = Self.ownToken.adding("client_assertion", assertion)
            .adding("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        #expect(await house.send(.post, "/token", form: form, from: Self.network).status == .ok)
    }

    @Test func `RE-06 wrong secrets of a stranger cost a client nothing, wherever it calls`() async throws {
        let limit = RateLimit(perSecond: 1, burst: 2)
        let house = try house(client: limit, address: RateLimit(perSecond: 1, burst: 5))
        var answers: [Status] = []
        for _ in 0..<20 { answers.append(await token(house, Self.wrong, from: Self.elsewhere).status) }
        // The stranger's own network pays for it.
        #expect(answers.prefix(5).allSatisfy { $0 == .unauthorized })
        #expect(answers.dropFirst(5).allSatisfy { $0 == .tooManyRequests })
        for _ in 0..<2 { #expect(await token(house).status == .ok) }
        #expect(await token(house).status == .tooManyRequests)
    }

    @Test func `RE-06 a stranger who names a client that must wait does not make it wait any longer`() async throws {
        let house = try house(client: RateLimit(perSecond: 1, burst: 1))
        #expect(await token(house).status == .ok)
        for _ in 0..<100 { #expect(await token(house, Self.wrong, from: Self.elsewhere).status == .tooManyRequests) }
        house.time.pass(seconds: 1)
        #expect(await token(house).status == .ok)
    }

    @Test func `requests that a client has signed for are not counted for where they come from`() async throws {
        let house = try house(address: RateLimit(perSecond: 1, burst: 2))
        for _ in 0..<50 { #expect(await token(house).status == .ok) }
        // What is left is as much as before.
        for _ in 0..<2 { #expect(await token(house, Self.wrong).status == .unauthorized) }
        #expect(await token(house, Self.wrong).status == .tooManyRequests)
        #expect(await token(house).status == .tooManyRequests)
    }

    @Test func `a client that must wait does not use up what its network may ask for`() async throws {
        let house = try house(client: RateLimit(perSecond: 1, burst: 1), address: RateLimit(perSecond: 1, burst: 2))
        #expect(await token(house).status == .ok)
        for _ in 0..<50 { #expect(await token(house).status == .tooManyRequests) }
        #expect(await token(house, Self.wrong).status == .tooManyRequests)
        let other = WireText("Basic \(Base64.encode(Array("tpp-9:a guess".utf8)))")
        #expect(await token(house, other).status == .unauthorized)
    }

    @Test func `a client without a secret has no limit that a stranger could use up`() async throws {
        let open = Client.sample(id: "app", authentication: .none)
        let house = try house(
            client: RateLimit(perSecond: 1, burst: 1),
            address: RateLimit(perSecond: 1, burst: 4),
            clients: [open]
        )
        let form = FormFields([.init("client_id", "app"), .init("grant_type", "refresh_token")])
        for _ in 0..<4 {
            #expect(await house.send(.post, "/token", form: form, from: Self.elsewhere).status == .badRequest)
        }
        #expect(await house.send(.post, "/token", form: form, from: Self.elsewhere).status == .tooManyRequests)
        #expect(await house.send(.post, "/token", form: form, from: Self.network).status == .badRequest)
    }

    @Test(arguments: [nil, "0", "null", "5"]) func `a limit can be had for one client alone`(own: String?) async throws
    {
        let house = try house(client: RateLimit(perSecond: 1, burst: 1), clients: [try client(own)])
        var served = 0
        for _ in 0..<20 where await token(house).status == .ok { served += 1 }
        #expect(served == (own == nil ? 1 : own == "5" ? 5 : 20))
    }

    @Test func `systems of the bank's own are limited only where their documents say so`() async throws {
        for (own, count) in [(nil, 20), ("5", 5)] as [(String?, Int)] {
            let house = try house(
                client: RateLimit(perSecond: 1, burst: 1),
                clients: [try client(own, "introspects_all", "true")]
            )
            var served = 0
            for _ in 0..<20 where await token(house).status == .ok { served += 1 }
            #expect(served == count)
        }
    }

    private func client(_ own: String?, _ more: String = "client_name", _ value: String = "\"One\"") throws -> Client {
        let limit = own.map { #", "requests_per_second": \#($0)"# } ?? ""
        let digest = "\(Hex.encode(Fingerprint(of: Client.sampleSecret).bytes))"
        return try ClientMetadata.read(
            try JSONReader.read(
                Array(
                    #"""
                    {"client_id": "tpp-1", "client_secret_sha256": "\#(digest)", "grant_types": ["client_credentials"],
                     "response_types": [], "scope": "accounts", "\#(more)": \#(value)\#(limit)}
                    """#.utf8
                )
            )
        )
    }

    @Test(arguments: ["/token", "/introspect", "/revoke", "/par", "/device_authorization"] as [WireText])
    func `a client is counted wherever it comes with its secret`(path: WireText) async throws {
        let house = try house(client: RateLimit(perSecond: 1, burst: 1))
        #expect(await house.post(path, Self.ownToken).status != .tooManyRequests)
        #expect(await house.post(path, Self.ownToken).status == .tooManyRequests)
    }

    @Test func `a client is counted where it comes with a token, in the words of who answers`() async throws {
        #expect(try await store.commit(Storage.Change.granted) == .kept)
        for path in ["/userinfo", "/open-banking/v3.1/aisp/accounts"] as [WireText] {
            let house = try house(client: RateLimit(perSecond: 1, burst: 1))
            let headers: [(FieldName, WireText)] = [(.authorization, WireText("Bearer \(try house.accessToken())"))]
            #expect(await house.send(.get, path, headers).status == .ok)
            let refused = await house.send(.get, path, headers)
            #expect(refused.status == .tooManyRequests)
            #expect(refused.fields.all(.retryAfter) == ["1"])
            #expect(refused.fields.all(.wwwAuthenticate).isEmpty)
            #expect(refused.body.isEmpty == (path != "/userinfo"))
        }
    }

    @Test func `a network that asks for too much hears so in the words of who would have answered`() async throws {
        let house = try house(address: RateLimit(perSecond: 1, burst: 1))
        #expect(await house.send(.get, "/jwks", from: Self.network).status == .ok)
        for (path, kind) in [
            ("/jwks", "application/json"), ("/nowhere", "application/json"), ("/authorize", "text/html; charset=utf-8"),
            ("/consents", "text/html; charset=utf-8"), ("/open-banking/v3.1/aisp/accounts", nil),
        ] as [(WireText, WireText?)] {
            let refused = await house.send(.get, path, from: Self.network)
            #expect(refused.status == .tooManyRequests, "\(path)")
            #expect(refused.fields.all(.retryAfter) == ["1"], "\(path)")
            #expect(refused.fields.first(.contentType) == kind, "\(path)")
        }
        #expect(await house.send(.get, "/jwks", from: Self.elsewhere).status == .ok)
        #expect(await house.send(.get, "/jwks").status == .ok)
        house.time.pass(seconds: 1)
        #expect(await house.send(.get, "/jwks", from: Self.network).status == .ok)
    }

    @Test func `nobody waits for others behind a proxy`() async throws {
        let house = try house(
            address: RateLimit(perSecond: 1, burst: 1),
            certificates: CertificateIntake(proxies: ["192.0.2.1"])
        )
        for _ in 0..<20 { #expect(await house.send(.get, "/jwks", from: Self.network).status == .ok) }
    }

    @Test func `who is refused is counted`() async throws {
        let house = try house(client: RateLimit(perSecond: 1, burst: 1), address: RateLimit(perSecond: 1, burst: 1))
        for _ in 0..<4 { _ = await token(house) }
        #expect(house.house.metrics.requestsLimited.total(.client) == 3)
        #expect(house.house.metrics.requestsLimited.total(.address) == 0)
        for _ in 0..<3 { _ = await house.send(.get, "/jwks", from: Self.elsewhere) }
        #expect(house.house.metrics.requestsLimited.total(.address) == 2)
    }

    @Test func `HT-24 however many networks come, the memory for them stays as it is and who must wait waits`()
        async throws
    {
        let house = try house(address: RateLimit(perSecond: 1, burst: 1))
        for network in 0..<20_000 as Range<UInt64> {
            #expect(await house.send(.get, "/jwks", from: 0x2001_0DB8_0000_0000 + network).status == .ok)
        }
        // Those of this moment are remembered, though not all of those before them.
        #expect(await house.send(.get, "/jwks", from: 0x2001_0DB8_0000_0000 + 19_999).status == .tooManyRequests)
    }
}
