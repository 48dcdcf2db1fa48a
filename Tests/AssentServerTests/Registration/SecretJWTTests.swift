import AssentServer
import Crypto
import HTTP
import JOSE
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// `client_secret_jwt` of clients that register themselves: the secret leaves once, and is kept sealed.
struct SecretJWTTests {
    private let store = MemoryStore()
    private let sample: SampleHouse

    init() throws {
        sample = try SampleHouse(
            store: store,
            registration: RegistrationTests.rules(),
            clientSecrets: ClientSecretKey([UInt8](repeating: 9, count: 32))
        )
    }

    private func register(_ method: WireText, at house: SampleHouse? = nil) async -> Response {
        await (house ?? sample).send(
            .post,
            "/register",
            json: RegistrationTests.request.setting("token_endpoint_auth_method", .text(method)),
            [(.contentType, "application/json"), (.authorization, WireText("Bearer \(RegistrationTests.token)"))]
        )
    }

    /// What the token endpoint says to a client that proves itself and asks for nothing that there is.
    private func answer(_ id: WireText, _ secret: WireText, identifier: WireText) async throws -> Response {
        let claims: JSON = [
            "iss": .text(id), "sub": .text(id), "aud": "https://bank.example", "jti": .text(identifier),
            "exp": .integer(Timestamp.noon.seconds + 90),
        ]
        let assertion = try SharedKey(secret.bytes).sign(JSONWriter.write(claims).span)
        return await sample.send(
            .post,
            "/token",
            form: FormFields([
                .init("grant_type", "authorization_code"), .init("code", "unknown"),
                .init("redirect_uri", "https://c.example/cb"),
                .init("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                .init("client_assertion", assertion),
            ])
        )
    }

    @Test func `a secret that must be read again is given once and kept sealed`() async throws {
        let registered = try #require(await register("client_secret_jwt").json)
        let id = try #require(registered["client_id"]?.text)
        let secret = try #require(registered["client_secret"]?.text)
        #expect(registered["client_secret_expires_at"]?.integer == 0)
        #expect(registered["client_secret_sealed"] == nil)
        let kept = try #require(try await store.registeredClients(after: "", limit: 10).first).document.string
        #expect(kept.contains("client_secret_sealed") && !kept.contains(secret.string))
        #expect(!kept.contains("client_secret_sha256"))
        // It is who it says, and the code is not.
        #expect(try await answer(id, secret, identifier: "a").error == "invalid_grant")
        #expect(try await answer(id, secret, identifier: "a").error == "invalid_client")
        let other = WireText(String(secret.string.reversed()))
        #expect(try await answer(id, other, identifier: "b").error == "invalid_client")
    }

    @Test func `a replacement keeps the secret, and another method brings another`() async throws {
        let registered = try #require(await register("client_secret_jwt").json)
        let id = try #require(registered["client_id"]?.text)
        let secret = try #require(registered["client_secret"]?.text)

        func replace(_ json: JSON, with token: JSON?) async throws -> JSON {
            let given = [
                "registration_access_token", "registration_client_uri", "client_secret_expires_at",
                "client_id_issued_at",
            ]
            let document = JSON.object((json.members ?? []).filter { !given.contains($0.name.string) })
            let response = await sample.send(
                .put,
                WireText("/register/\(id)"),
                json: document,
                [
                    (.contentType, "application/json"),
                    (.authorization, WireText("Bearer \(try #require(token?.text))")),
                ]
            )
            return try #require(response.json)
        }
        let token = registered["registration_access_token"]
        let wrong = try await replace(registered.setting("client_secret", "another"), with: token)
        #expect(wrong["error"]?.text == "invalid_client_metadata")
        let same = try await replace(registered.setting("client_name", "Renamed"), with: token)
        #expect(same["client_name"]?.text == "Renamed" && same["client_secret"] == nil)
        #expect(try await answer(id, secret, identifier: "a").error == "invalid_grant")
        let basic = try await replace(
            registered.setting("token_endpoint_auth_method", "client_secret_basic"),
            with: same["registration_access_token"]
        )
        #expect(basic["client_secret"]?.text != nil && basic["client_secret"]?.text != secret)
        #expect(try await answer(id, secret, identifier: "b").error == "invalid_client")
    }

    @Test func `it is offered where there is a key to seal with, and nowhere else`() async throws {
        func offer(_ house: SampleHouse) async -> (methods: [WireText]?, algorithms: [WireText]?) {
            let document = await house.send(.get, "/.well-known/openid-configuration").json
            return (
                document?["token_endpoint_auth_methods_supported"]?.texts,
                document?["token_endpoint_auth_signing_alg_values_supported"]?.texts
            )
        }
        let offered = await offer(sample)
        #expect(offered.methods?.contains("client_secret_jwt") == true && offered.algorithms?.last == "HS256")
        let without = try SampleHouse(store: MemoryStore(), registration: RegistrationTests.rules())
        let refused = await offer(without)
        #expect(
            refused.methods?.contains("client_secret_jwt") == false && refused.algorithms?.contains("HS256") == false
        )
        let answer = await register("client_secret_jwt", at: without)
        #expect(answer.status == .badRequest && answer.error == "invalid_client_metadata")
        #expect(
            answer.json?["error_description"]?.text?.string.contains("client_secret_jwt is not offered here") == true
        )
    }
}
