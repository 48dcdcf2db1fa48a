import AssentServer
import Crypto
import Foundation
import HTTP
import JOSE
import OAuth
import Telemetry
import TestSupport
import Testing
import Text

/// Modules of `oidcc` about our keys and what is signed with them: conformance.md 2.
struct KeyModules {
    private func client(_ algorithm: Algorithm = .es256, answers: AnswerFormats = AnswerFormats()) -> Client {
        .sample(
            authentication: .privateKeyJWT(SampleAssertion.keys(Plan.key)),
            scope: ["openid", "profile"],
            idTokenAlgorithm: algorithm,
            answers: answers
        )
    }

    /// The tokens of a login.
    private func logIn(_ plan: Plan) async throws -> JSON {
        let returned = try #require(await Browser(plan).answer(.login).returned)
        let answer = try await plan.redeem(try #require(returned["code"]))
        return try #require(answer.json)
    }

    private func keys(_ plan: Plan) async throws -> JWKSet { try JWKSet(await plan.send(.get, "/jwks").body) }

    private func verified(_ token: WireText?, _ plan: Plan, _ algorithm: Algorithm) async throws -> JWT {
        try JWT(try #require(token), signedBy: try await keys(plan), allowing: [algorithm])
    }

    @Test func `oidcc-server-rotate-keys: JO-26 old and new keys are both published, under different names`()
        async throws
    {
        let path = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID().uuidString)").path
        let folder = KeyFolder(path: path)
        for kind in [KeyKind.signing(.es256), .signing(.rs256)] { _ = try folder.make(kind) }
        let rotation = KeyRotation(folder, KeyLifeCycle(), log: Log(to: 2, level: .off))
        let first = try rotation.plan(required: [.es256], at: .noon)
        try rotation.keep(first)
        let ring = KeyRing(first.keys)
        let plan = try Plan(client(.rs256), keys: ring)
        let before = try await keys(plan)
        let token = try await logIn(plan)["id_token"]?.text

        // What assent keys rotate does, and what the server makes of it in its next round.
        for kind in [KeyKind.signing(.es256), .signing(.rs256)] { _ = try folder.make(kind) }
        rotation.turn(ring, at: .noon + 15)
        let after = try await keys(plan)
        let names = after.keys.compactMap(\.keyID)
        #expect(names.count == 4 && Set(names).count == 4)
        #expect(Set(before.keys.compactMap(\.keyID)).isSubset(of: names))
        #expect(after.keys.allSatisfy { $0.use == .signature && $0.algorithm != nil })
        _ = try await verified(token, plan, .rs256)

        rotation.turn(ring, at: .noon + 3_615)
        let next = try #require(try await logIn(plan)["id_token"]?.text)
        let newest = try JWS(next).header.keyID
        #expect(!before.keys.contains { $0.keyID == newest })
        _ = try await verified(token, plan, .rs256)
        _ = try await verified(next, plan, .rs256)
    }

    @Test func `oidcc-idtoken-rs256`() async throws {
        let plan = try Plan(client(.rs256))
        let token = try await verified(try await logIn(plan)["id_token"]?.text, plan, .rs256)
        #expect(token.header.keyID != nil)
        let discovery = try #require(await plan.send(.get, "/.well-known/openid-configuration").json)
        #expect(discovery["id_token_signing_alg_values_supported"]?.texts?.contains("RS256") == true)
    }

    @Test func `oidcc-userinfo-rs256`() async throws {
        let plan = try Plan(client(answers: AnswerFormats(userInfo: AnswerFormat(algorithm: .rs256))))
        let tokens = try await logIn(plan)
        let answer = await plan.send(
            .get,
            "/userinfo",
            authorization: WireText("Bearer \(try #require(tokens["access_token"]?.text))")
        )
        #expect(answer.status == .ok)
        #expect(answer.fields.first(.contentType) == "application/jwt")
        let token = try await verified(WireText(answer.body), plan, .rs256)
        let subject = try JWS(try #require(tokens["id_token"]?.text)).unverifiedClaims()["sub"]
        #expect(token.claims["iss"]?.text == Issuer.sample.text && token.claims["aud"]?.text == "tpp-1")
        #expect(token.claims["sub"] == subject && subject != nil)
        #expect(token.claims["nonce"] == nil && token.claims["exp"] == nil && token.claims["iat"] == nil)
        let discovery = try #require(await plan.send(.get, "/.well-known/openid-configuration").json)
        #expect(discovery["userinfo_signing_alg_values_supported"]?.texts?.contains("RS256") == true)
    }

    @Test func `JO-22 a signed answer of UserInfo is no ID token, and hints at nobody`() async throws {
        let plan = try Plan(client(answers: AnswerFormats(userInfo: AnswerFormat(algorithm: .es256))))
        let tokens = try await logIn(plan)
        let access = try #require(tokens["access_token"]?.text)
        let told = await plan.send(.get, "/userinfo", authorization: WireText("Bearer \(access)"))
        let token = try #require(WireText(told.body))
        #expect(Plan.keys.subject(hintedBy: token, of: "tpp-1", issuer: .sample) == nil)
        let idToken = try #require(tokens["id_token"]?.text)
        #expect(Plan.keys.subject(hintedBy: idToken, of: "tpp-1", issuer: .sample) != nil)
        #expect(await plan.send(.get, "/userinfo", authorization: WireText("Bearer \(token)")).status == .unauthorized)
    }
}
