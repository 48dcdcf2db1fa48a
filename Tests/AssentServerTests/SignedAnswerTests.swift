import AssentServer
import Crypto
import HTTP
import JOSE
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// Answers about tokens and persons that come as JWTs.
struct SignedAnswerTests {
    private let store = MemoryStore()
    private static let receiver = Plain.key(.ecdhES)
    private static let jwt: WireText = "application/token-introspection+jwt"

    private enum Plain {
        static func key(_ encryption: KeyEncryption) -> OpeningKey {
            guard let key = try? PrivateKey.generate(.p256), let opening = OpeningKey(key, encryption: encryption)
            else {
                preconditionFailure("OpenSSL makes keys of the kinds that we have.")
            }
            return opening
        }
    }

    private func house(_ format: AnswerFormat?) async throws -> SampleHouse {
        #expect(try await store.commit(Storage.Change.granted) == .kept)
        let client = Client.sample(
            introspectsAll: true,
            answers: AnswerFormats(userInfo: format, introspection: format)
        )
        return try SampleHouse(store: store, clients: [client])
    }

    private func introspect(_ house: SampleHouse, _ token: WireText, accepting: WireText?) async -> Response {
        var headers: [(FieldName, WireText)] = [(.authorization, SampleHouse.basic)]
        if let accepting { headers.append((.accept, accepting)) }
        return await house.send(.post, "/introspect", form: FormFields([.init("token", token)]), headers)
    }

    private func read(_ house: SampleHouse, _ token: WireText?) throws -> JWT {
        try JWT(try #require(token), signedBy: JWKSet(house.house.keys.publicDocument), allowing: [.es256])
    }

    @Test
    func `RFC 9701: who asks for a JWT is told of a token in one, for itself and with nothing of the token at the top`()
        async throws
    {
        let house = try await house(AnswerFormat(algorithm: .es256))
        let token = try house.accessToken()
        let answer = await introspect(house, token, accepting: Self.jwt)
        #expect(answer.status == .ok)
        #expect(answer.fields.first(.contentType) == "application/token-introspection+jwt")
        #expect(answer.fields.first(.cacheControl) == "no-store")
        let told = try read(house, WireText(answer.body))
        #expect(told.header.type == "token-introspection+jwt" && told.header.keyID != nil)
        #expect(told.claims.members?.map(\.name) == ["iss", "aud", "iat", "token_introspection"])
        #expect(told.claims["iss"]?.text == Issuer.sample.text && told.claims["aud"]?.text == "tpp-1")
        #expect(told.claims["iat"]?.integer == Timestamp.noon.seconds + 30)
        let plain = await introspect(house, token, accepting: nil).json
        #expect(told.claims["token_introspection"] == plain && plain?["active"] == true)
    }

    @Test func `RFC 9701: of a token that is not active only that is told, whatever it was`() async throws {
        let house = try await house(AnswerFormat(algorithm: .es256))
        let altered = WireText("\(try house.accessToken(identifier: "t"))A")
        for token in ["x", altered, WireText("\(RefreshRecord.sampleToken)A")] {
            let answer = await introspect(house, token, accepting: Self.jwt)
            #expect(try read(house, WireText(answer.body)).claims["token_introspection"] == ["active": false])
        }
    }

    @Test(
        arguments: [
            nil, "*/*", "application/json", "application/json, application/token-introspection+jwt;q=0.5",
            "application/token-introspection+jwt;q=0", "text/html",
        ] as [WireText?]
    )
    func `who does not ask for a JWT gets JSON`(accept: WireText?) async throws {
        let house = try await house(AnswerFormat(algorithm: .es256))
        let answer = await introspect(house, try house.accessToken(), accepting: accept)
        #expect(answer.fields.first(.contentType) == "application/json")
        #expect(answer.json?["active"] == true)
    }

    @Test func `who has registered nothing is answered with RS256, and in JSON where there is no key of it`()
        async throws
    {
        #expect(Client.sample().introspectionFormat.algorithm == .rs256)
        #expect(Client.sample(profile: .fapi2).introspectionFormat.algorithm == .es256)
        let house = try await house(nil)
        let answer = await introspect(house, try house.accessToken(), accepting: Self.jwt)
        #expect(answer.fields.first(.contentType) == "application/json")
    }

    @Test func `an answer is encrypted around its signature, at introspection and at UserInfo`() async throws {
        let encryption = Client.Encryption(
            algorithm: .ecdhES,
            content: .a128GCM,
            keys: try JWKSet([Self.receiver.jwk])
        )
        let house = try await house(AnswerFormat(algorithm: .es256, encryption: encryption))
        let token = try house.accessToken()
        let introspected = await introspect(house, token, accepting: Self.jwt)
        let userInfo = await house.send(.get, "/userinfo", [(.authorization, WireText("Bearer \(token)"))])
        for (answer, claim) in [(introspected, "token_introspection"), (userInfo, "sub")] as [(Response, WireText)] {
            let opened = try JWE.open(try #require(WireText(answer.body)), with: [Self.receiver])
            #expect(opened.content == .a128GCM)
            #expect(try read(house, opened.text).claims[claim] != nil)
        }
        #expect(userInfo.fields.first(.contentType) == "application/jwt")
    }

    @Test func `JO-22 what we tell of a token is not taken for the token`() async throws {
        let house = try await house(AnswerFormat(algorithm: .es256))
        let answer = await introspect(house, try house.accessToken(), accepting: Self.jwt)
        let told = try #require(WireText(answer.body))
        #expect(house.house.keys.verifyAccessToken(told, issuer: .sample) == nil)
        #expect(house.house.keys.subject(hintedBy: told, of: "tpp-1", issuer: .sample) == nil)
        let refused = await house.send(.get, "/userinfo", [(.authorization, WireText("Bearer \(told)"))])
        #expect(refused.status == .unauthorized)
    }

    @Test func `JO-24 a key that is missing is a fault of ours, and nothing goes out unsigned`() async throws {
        let house = try await house(AnswerFormat(algorithm: .edDSA))
        let answer = await introspect(house, try house.accessToken(), accepting: Self.jwt)
        #expect(answer.status == .internalServerError)
        #expect(answer.json?["active"] == nil)
    }
}
