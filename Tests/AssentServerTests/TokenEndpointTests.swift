import AssentServer
import Crypto
import HTTP
import JOSE
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// What the token endpoint does around the decision of a grant.
struct TokenEndpointTests {
    private let store = MemoryStore()

    private func house() async throws -> SampleHouse {
        #expect(try await store.commit(Storage.Change.granted) == .kept)
        return try SampleHouse(store: store)
    }

    private func form(_ form: FormFields, _ assertion: WireText) -> FormFields {
        form.adding("client_assertion", assertion)
            .adding("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
    }

    @Test func `TK-32 no cache keeps what an endpoint for clients says, good or bad`() async throws {
        let house = try await house()
        let tokens = await house.post("/token", .sampleRedemption)
        #expect(tokens.status == .ok)
        #expect(tokens.fields.all(.cacheControl) == ["no-store"])
        #expect(tokens.fields.all(.pragma) == ["no-cache"])

        let token = FormFields([.init("token", try house.accessToken())])
        for path in ["/introspect", "/revoke"] as [WireText] {
            let answer = await house.post(path, token)
            #expect(answer.status == .ok)
            #expect(answer.fields.all(.cacheControl) == ["no-store"])
        }
        for path in ["/token", "/introspect", "/revoke", "/par"] as [WireText] {
            let refused = await house.post(path, FormFields())
            #expect(refused.status == .badRequest)
            #expect(refused.fields.all(.cacheControl) == ["no-store"])
            #expect(refused.fields.all(.contentType) == ["application/json"])
        }
    }

    @Test(arguments: [true, false])
    func `an ID token of a consent says when its refresh token ends, where the bank wants that`(isWanted: Bool)
        async throws
    {
        #expect(try await store.commit(Storage.Change.granted) == .kept)
        let house = try SampleHouse(store: store, tellsRefreshTokenEnd: isWanted)
        let tokens = await house.post("/token", .sampleRedemption)
        let token = try #require(tokens.json?["id_token"]?.text)
        let end = try JWS(token).unverifiedClaims()["http://openbanking.org.uk/refresh_token_expires_at"]
        #expect((end?.integer != nil) == isWanted)
    }

    @Test(arguments: [FormFields.sampleRedemption, .sampleRefresh])
    func `TK-09 an assertion that came with a request that was refused is spent`(refused: FormFields) async throws {
        let house = try await house()
        let assertion = try SampleHouse.assertion("assertion-1")
        // Both are of another client.
        let first = await house.send(.post, "/token", form: form(refused, assertion))
        #expect(first.status == .badRequest)
        #expect(first.error == "invalid_grant")
        let second = await house.send(
            .post,
            "/token",
            form: form(FormFields([.init("grant_type", "client_credentials")]), assertion)
        )
        #expect(second.status == .unauthorized)
        #expect(second.error == "invalid_client")
    }

    @Test func `TK-09 a spent assertion counts no wrong try and ends no family`() async throws {
        let spent = try SampleHouse.assertion("assertion-2")
        let family = TokenFamily.sample(client: "tpp-keys", intent: nil)
        #expect(
            try await store.commit([
                .oauth(.openFamily(family)), .oauth(.issueCode(.sample(family: family))),
                .oauth(.issueRefreshToken(.sample(family: family))),
            ]) == .kept
        )
        let house = try SampleHouse(store: store)
        let own = FormFields([.init("grant_type", "client_credentials")])
        #expect(await house.send(.post, "/token", form: form(own, spent)).status == .ok)
        let wrong = FormFields.sampleRedemption.setting("redirect_uri", "https://evil.example/cb")
        for _ in 0..<Limits.codeFailures {
            #expect(await house.send(.post, "/token", form: form(wrong, spent)).error == "invalid_client")
        }
        let good = try SampleHouse.assertion("assertion-3")
        #expect(await house.send(.post, "/token", form: form(.sampleRedemption, good)).status == .ok)
        // The code was used, so whoever brings it again would end its family; but not by a proof that is spent.
        #expect(await house.send(.post, "/token", form: form(.sampleRedemption, spent)).error == "invalid_client")
        #expect(try await store.family("family-1")?.revoked == nil)
        let another = try SampleHouse.assertion("assertion-4")
        #expect(await house.send(.post, "/token", form: form(.sampleRedemption, another)).error == "invalid_grant")
        #expect(try await store.family("family-1")?.revoked != nil)
    }

    @Test func `TK-20 a replay whose family cannot be ended is 503, and ends it when it comes again`() async throws {
        let house = try await house()
        #expect(await house.post("/token", .sampleRedemption).status == .ok)
        let before = store.calls
        store.failOnce(with: .inputOutput, after: 2)
        #expect(await house.post("/token", .sampleRedemption).error == "temporarily_unavailable")
        #expect(store.calls == before + 3, "the third call is the commit")
        #expect(try await store.family("family-1")?.revoked == nil)
        #expect(await house.post("/token", .sampleRedemption).error == "invalid_grant")
        #expect(try await store.family("family-1")?.revoked != nil)
    }

    @Test(arguments: [FormFields.sampleRedemption, .sampleRefresh, .init([.init("grant_type", "client_credentials")])])
    func `ST-50 while the clock is set back nothing new is handed out, and nothing is spent`(form: FormFields)
        async throws
    {
        let house = try await house()
        house.time.set(.noon - 600)
        let refused = await house.post("/token", form)
        #expect(refused.status == .serviceUnavailable)
        #expect(refused.error == "temporarily_unavailable")
        #expect(refused.fields.contains(.retryAfter))
        // What there is can still be asked about and ended.
        let token = try house.accessToken()
        #expect(await house.post("/introspect", FormFields([.init("token", token)])).json?["active"] == true)
        #expect(await house.post("/revoke", FormFields([.init("token", token)])).status == .ok)
        #expect(await house.post("/introspect", FormFields([.init("token", token)])).json?["active"] == false)
        house.time.set(.noon + 30)
        #expect(await house.post("/token", form).status == .ok)
    }

    @Test(arguments: [(59, true), (60, false), (61, false)])
    func `TK-25 a code lives for sixty seconds, wherever the clock is set meanwhile`(seconds: Int, isGood: Bool)
        async throws
    {
        // The sample code was issued at noon.
        for jump in [0, -299, -3_600, 3_600] {
            let store = MemoryStore()
            #expect(try await store.commit(Storage.Change.granted) == .kept)
            let house = try SampleHouse(store: store)
            // Somebody asks, so that the server has seen what time it is.
            #expect(await house.send(.get, "/jwks").status == .ok)
            house.time.set(.noon + 30 + jump)
            house.time.pass(seconds: seconds - 30)
            let answer = await house.post("/token", .sampleRedemption)
            switch (isGood, jump) {
            case (true, -299...0): #expect(answer.status == .ok, "\(jump)")
            case (true, ..<0): #expect(answer.status == .serviceUnavailable, "\(jump)")
            default:
                #expect(answer.error == (jump == -3_600 ? "temporarily_unavailable" : "invalid_grant"), "\(jump)")
            }
            // Nobody brings it back afterwards.
            house.time.set(.noon + 30)
            let late = jump > 300 ? "temporarily_unavailable" : "invalid_grant" as WireText
            if !isGood { #expect(await house.post("/token", .sampleRedemption).error == late) }
        }
    }
}
