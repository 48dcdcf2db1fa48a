import AssentServer
import Consents
import Crypto
import HTTP
import JOSE
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// Token Status List: whoever verifies tokens alone hears of an end as well.
struct StatusListTests {
    private let store = MemoryStore()

    private func house() async throws -> SampleHouse {
        #expect(try await store.commit(Storage.Change.granted) == .kept)
        return try SampleHouse(store: store)
    }

    /// Where the status of a token stands, as it says itself.
    private func place(of token: WireText) throws -> StatusPlace {
        let claim = try #require(try JWS(token).unverifiedClaims()["status"])
        #expect(claim["status_list"]?.members?.map(\.name) == ["idx", "uri"])
        return try #require(StatusPlace(claim: claim, issuer: Issuer.sample.text))
    }

    private func token(_ house: SampleHouse, _ form: FormFields = .sampleRedemption) async throws -> WireText {
        try #require(await house.post("/token", form).json?["access_token"]?.text)
    }

    /// The bit, as a verifier reads it.
    private func bit(_ house: SampleHouse, _ place: StatusPlace) async throws -> Int {
        let token = try Self.verified(await house.send(.get, StatusPlace.path(ofList: place.list)), by: house)
        let packed = try #require(token.claims["status_list"]?["lst"]?.text.flatMap { Base64URL.decode($0) })
        let bits = try #require(Unpacked(packed)).bytes
        #expect(bits.count == StatusPlace.listLength / 8)
        return Int(bits[place.index / 8] >> UInt8(place.index % 8)) & 1
    }

    private static func verified(_ answer: Response, by house: SampleHouse) throws -> JWT {
        #expect(answer.status == .ok)
        let keys = try JWKSet(house.house.keys.publicDocument)
        return try JWT(try #require(WireText(answer.body)), signedBy: keys, allowing: [.es256])
    }

    @Test func `a list is a signed document of the standard's form, kept for as long as it says`() async throws {
        let house = try await house()
        let answer = await house.send(.get, "/statuses/5")
        #expect(answer.fields.first(.contentType) == "application/statuslist+jwt")
        #expect(answer.fields.first(.cacheControl) == "public, max-age=30")
        #expect(answer.fields.first("access-control-allow-origin") == "*")
        let token = try Self.verified(answer, by: house)
        #expect(token.header.type == "statuslist+jwt" && token.header.keyID != nil)
        #expect(token.claims["sub"]?.text == "https://bank.example/statuses/5")
        let issued = try #require(token.claims["iat"]?.integer)
        #expect(issued == Timestamp.noon.seconds + 30)
        #expect(token.claims["exp"]?.integer == issued + 300 && token.claims["ttl"]?.integer == 30)
        #expect(token.claims["status_list"]?["bits"] == 1)
        #expect(token.claims["status_list"]?["aggregation_uri"]?.text == "https://bank.example/statuses")
        #expect(answer.body.count < 2_048)
    }

    @Test func `all lists are named, others are not there, and none is told as it was`() async throws {
        let house = try await house()
        let lists = await house.send(.get, "/statuses").json?["status_lists"]?.texts
        #expect(lists?.count == StatusPlace.lists && lists?.last == "https://bank.example/statuses/15")
        let discovery = await house.send(.get, "/.well-known/openid-configuration").json
        #expect(discovery?["status_list_aggregation_endpoint"]?.text == "https://bank.example/statuses")
        for name in ["16", "-1", "01", "x", "1%20"] {
            #expect(await house.send(.get, WireText("/statuses/\(name)")).status == .notFound, "\(name)")
        }
        #expect(await house.send(.get, "/statuses/1", query: "time=1").status == .notImplemented)
    }

    @Test func `every token of a decision says where it stands, and a client's own says nothing`() async throws {
        let house = try await house()
        let place = try place(of: try await token(house))
        #expect(place == TokenFamily.sample.place)
        #expect(try self.place(of: try await token(house, .sampleRefresh)) == place)
        #expect(try await bit(house, place) == 0)
        let form = FormFields([.init("grant_type", "client_credentials"), .init("scope", "accounts")])
        #expect(try JWS(try await token(house, form)).unverifiedClaims()["status"] == nil)
    }

    @Test func `a token that was revoked shows in the next answer, and the next token has another place`() async throws
    {
        let house = try await house()
        let first = try await token(house)
        let place = try place(of: first)
        #expect(await house.post("/revoke", FormFields([.init("token", first)])).status == .ok)
        #expect(try await bit(house, place) == 1)
        let next = try self.place(of: try await token(house, .sampleRefresh))
        #expect(next != place)
        #expect(try await bit(house, next) == 0)
        // Once more changes nothing, and neither does the same end told twice.
        #expect(await house.post("/revoke", FormFields([.init("token", first)])).status == .ok)
        #expect(try await bit(house, next) == 0)
        // When the token has ended of itself nobody looks there any more.
        house.time.pass(seconds: 600)
        #expect(try await bit(house, place) == 0)
    }

    @Test func `a consent that was ended and a family that was revoked show in the next answer`() async throws {
        for end in ["consent", "family"] {
            let tests = StatusListTests()
            let house = try await tests.house()
            let place = try tests.place(of: try await tests.token(house))
            #expect(try await tests.bit(house, place) == 0)
            switch end {
            case "consent":
                let given = try #require(try await tests.store.consent("consent-1"))
                let change = try given.change(.revoke(.person), by: .person("psu-anna"), at: .noon + 30)
                #expect(try await tests.store.commit([.consent(change)]) == .kept)
            default:
                #expect(try await tests.store.commit([.oauth(.revokeFamily("family-1", at: .noon + 30))]) == .kept)
            }
            #expect(try await tests.bit(house, place) == 1, "\(end)")
            // For as long as any token may live, and no longer.
            house.time.pass(seconds: 3_609)
            #expect(try await tests.bit(house, place) == 1, "\(end)")
            house.time.pass(seconds: 1)
            #expect(try await tests.bit(house, place) == 0, "\(end)")
        }
    }

    @Test func `an end that came of itself shows as well`() async throws {
        let place = TokenFamily.sample.place
        let family = TokenFamily.sample(expires: .noon + 31)
        #expect(try await store.commit([.oauth(.openFamily(family))]) == .kept)
        let house = try SampleHouse(store: store)
        #expect(try await bit(house, place) == 0)
        house.time.pass(seconds: 1)
        #expect(try await bit(house, place) == 1)
    }

    @Test func `JO-22 a list of statuses is no token`() async throws {
        let house = try await house()
        let list = try #require(WireText(await house.send(.get, "/statuses/5").body))
        #expect(house.house.keys.verifyAccessToken(list, issuer: .sample) == nil)
        #expect(house.house.keys.idTokenHint(list, issuer: .sample) == nil)
        #expect(await house.post("/introspect", FormFields([.init("token", list)])).json == ["active": false])
    }
}
