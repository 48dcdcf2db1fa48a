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

/// RFC 7523 §2.1 at the token endpoint: a partner's word, once, for as long as the consent holds.
struct PartnerTests {
    private let store = MemoryStore()

    private static let partner: WireText = "https://partner.example"

    private static func trusted() throws -> TrustedIssuers {
        TrustedIssuers([
            try TrustedIssuer([
                "issuer": .text(partner), "jwks": SampleAssertion.keys(SampleAssertion.key).json,
                "subjects": ["psu-anna"], "scope": "accounts",
            ])
        ])
    }

    private func house(trusting trusted: TrustedIssuers? = nil) async throws -> SampleHouse {
        #expect(try await store.commit(Storage.Change.granted) == .kept)
        let client = Client.sample(
            grantTypes: [JWTBearerGrant.type, "authorization_code"],
            granting: Granting(assertionIssuers: [Self.partner])
        )
        return try SampleHouse(store: store, clients: [client], trusted: try trusted ?? Self.trusted())
    }

    private static func form(_ identifier: WireText) throws -> FormFields {
        let assertion = try SampleAssertion.text(changing: [
            "iss": .text(partner), "sub": "psu-anna", "consent_id": "consent-1", "jti": .text(identifier),
        ])
        return FormFields([.init("grant_type", JWTBearerGrant.type.name), .init("assertion", assertion)])
    }

    @Test func `a partner's word buys one access token of the consent, which works, and nothing beside it`()
        async throws
    {
        let house = try await house()
        let answer = await house.post("/token", try Self.form("a"))
        #expect(answer.status == .ok)
        #expect(
            answer.json?.members?.map(\.name).filter { $0 != "scope" } == ["access_token", "token_type", "expires_in"]
        )
        let token = try #require(answer.json?["access_token"]?.text)
        let told = await house.post("/introspect", FormFields([.init("token", token)])).json
        #expect(told?["active"]?.boolean == true && told?["consent_id"]?.text == "consent-1")
        #expect(told?["sub"]?.text == "psu-anna" && told?["scope"]?.text == "accounts")
        let again = await house.post("/token", try Self.form("a"))
        #expect(again.status == .badRequest && again.error == "invalid_grant")
        #expect(again.json?["error_description"]?.text == "The assertion was used before.")
        #expect(await house.post("/token", try Self.form("b")).status == .ok)
    }

    @Test func `with the consent the partner's word is worth nothing`() async throws {
        let house = try await house()
        let given = try #require(try await store.consent("consent-1"))
        let change = try given.change(.revoke(.person), by: .person("psu-anna"), at: .noon + 30)
        #expect(try await store.commit([.consent(change)]) == .kept)
        let answer = await house.post("/token", try Self.form("a"))
        #expect(answer.error == "invalid_grant")
        #expect(answer.json?["error_description"]?.text == "The consent is not in force.")
    }

    @Test func `discovery names the grant where somebody is believed, also after a reload`() async throws {
        let house = try await house(trusting: TrustedIssuers.none)
        func isNamed() async -> Bool? {
            let document = await house.send(.get, "/.well-known/oauth-authorization-server").json
            return document?["grant_types_supported"]?.texts?.contains(JWTBearerGrant.type.name)
        }
        #expect(await isNamed() == false)
        #expect(await house.post("/token", try Self.form("a")).error == "invalid_grant")
        house.house.trusted.replace(with: try Self.trusted())
        #expect(await isNamed() == true)
        #expect(await house.post("/token", try Self.form("a")).status == .ok)
    }
}
