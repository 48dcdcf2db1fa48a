import AssentServer
import Crypto
import HTTP
import JOSE
import Net
import OAuth
import Storage
import Synchronization
import TestSupport
import Testing
import Text

/// Keys that stay at a URL of the client, and who goes there when.
struct ClientKeysTests {
    /// A server of a client: what it says, and how often it was asked.
    final class KeyServer: Sendable {
        private let state: Mutex<(answer: Result<Response, NetFailure>, calls: Int)>

        init(_ keys: [SigningKey]) {
            state = Mutex((.success(Self.response(keys)), 0))
        }

        var calls: Int { state.withLock { $0.calls } }

        func say(_ answer: Result<Response, NetFailure>) { state.withLock { $0.answer = answer } }

        func publish(_ keys: [SigningKey]) { say(.success(Self.response(keys))) }

        static func response(_ keys: [SigningKey]) -> Response {
            .json(.ok, ["keys": .array(keys.map(\.jwk.json))])
        }

        var outbound: Outbound {
            Outbound(to: [OutboundHost("keys.tpp.example")]) { _, _ throws(NetFailure) in
                try self.state.withLock { state -> Result<Response, NetFailure> in
                    state.calls += 1
                    return state.answer
                }.get()
            }
        }
    }

    static let first = SampleAssertion.makeKey(.p256, .es256, named: "first")
    static let second = SampleAssertion.makeKey(.p256, .es256, named: "second")

    static let document: JSON = [
        "client_id": "tpp-remote", "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": "https://keys.tpp.example/jwks", "redirect_uris": ["https://c.example/cb"],
        "grant_types": ["authorization_code", "client_credentials"], "scope": "openid accounts",
    ]

    let server = KeyServer([Self.first])
    let sample: SampleHouse

    init() throws {
        let client = try ClientMetadata.read(Self.document)
        sample = try SampleHouse(
            store: MemoryStore(),
            clients: [client, .sample, SampleHouse.keyClient],
            outbound: server.outbound
        )
    }

    private var now: Timestamp { sample.time.reading.time }

    private func token(signedBy key: SigningKey) async throws -> Response {
        let claims: JSON = [
            "iss": "tpp-remote", "sub": "tpp-remote", "aud": .text(Issuer.sample.text),
            "jti": .text(WireText("assertion \(UInt64.random(in: 0...UInt64.max))")), "exp": .integer(now.seconds + 60),
        ]
        let form = FormFields([
            .init("grant_type", "client_credentials"), .init("scope", "accounts"),
            .init("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            .init("client_assertion", try key.sign(JSONWriter.write(claims), type: "JWT")),
        ])
        return await sample.send(.post, "/token", form: form)
    }

    @Test func `a key that is not known yet is fetched once, and those that are known are not`() async throws {
        #expect(try await token(signedBy: Self.first).status == .ok)
        #expect(try await token(signedBy: Self.first).status == .ok)
        #expect(server.calls == 1)
    }

    @Test func `a new key counts once it is published, and an old one no longer once it is gone`() async throws {
        #expect(try await token(signedBy: Self.first).status == .ok)
        sample.time.pass(seconds: 60)
        server.publish([Self.second])
        #expect(try await token(signedBy: Self.second).status == .ok)
        #expect(try await token(signedBy: Self.first).status == .unauthorized)
        #expect(server.calls == 2)
    }

    @Test func `RG-22 a hundred thousand unknown keys cause one fetch a minute`() async throws {
        #expect(try await token(signedBy: Self.first).status == .ok)
        for minute in 1...3 {
            for _ in 0..<50 { #expect(try await token(signedBy: Self.second).status == .unauthorized) }
            #expect(server.calls == minute)
            sample.time.pass(seconds: 60)
        }
    }

    @Test func `RG-22 of many that want a key at once, one fetches it for all`() async throws {
        let statuses = try await withThrowingTaskGroup(of: Status.self) { group in
            for _ in 0..<20 { group.addTask { try await token(signedBy: Self.first).status } }
            return try await group.reduce(into: [Status]()) { $0.append($1) }
        }
        #expect(statuses == Array(repeating: .ok, count: 20))
        #expect(server.calls == 1)
    }

    static let hostile: [Result<Response, NetFailure>] = [
        .failure(.late(.body)), .failure(.answerTooLarge), .failure(.tls("x")), .success(Response(.movedPermanently)),
        .success(Response(.internalServerError)), .success(.json(.ok, ["keys": []])), .success(.json(.ok, [:])),
        .success(.text(.ok, #"{"keys": []}"#)), .success(.json(.ok, bytes: [0x1F, 0x8B, 8])),
        .success(.json(.ok, ["keys": .array(Array(repeating: first.jwk.json, count: 101))])),
        .success(.json(.ok, ["keys": [["kty": "RSA", "n": "AQAB", "e": "AQAB"]]])),
    ]

    @Test(arguments: hostile.indices)
    func `RG-21 what is no key set leaves the last good one, for a day and no longer`(index: Int) async throws {
        #expect(try await token(signedBy: Self.first).status == .ok)
        server.say(Self.hostile[index])
        sample.time.pass(seconds: Limits.remoteKeysSeconds)
        await sample.house.clientKeys.round(at: now)
        #expect(server.calls == 2)
        #expect(try await token(signedBy: Self.first).status == .ok)
        // Other clients hear nothing of it.
        #expect(await sample.post("/token", FormFields([.init("grant_type", "client_credentials")])).status == .ok)

        sample.time.pass(seconds: Limits.remoteKeysStaleSeconds - Limits.remoteKeysSeconds - 1)
        await sample.house.clientKeys.round(at: now)
        #expect(try await token(signedBy: Self.first).status == .ok)
        sample.time.pass(seconds: 60)
        await sample.house.clientKeys.round(at: now)
        #expect(try await token(signedBy: Self.first).status == .unauthorized)
        server.publish([Self.first])
        sample.time.pass(seconds: 60)
        #expect(try await token(signedBy: Self.first).status == .ok)
    }

    @Test func `keys are fetched beside all requests, every hour`() async throws {
        await sample.house.clientKeys.round(at: now)
        #expect(server.calls == 1)
        await sample.house.clientKeys.round(at: now + (Limits.remoteKeysSeconds - 1))
        #expect(server.calls == 1)
        await sample.house.clientKeys.round(at: now + Limits.remoteKeysSeconds)
        #expect(server.calls == 2)
    }

    @Test func `a reload of the files keeps what was fetched, unless the URL is another`() async throws {
        #expect(try await token(signedBy: Self.first).status == .ok)
        sample.house.clients.replace(with: [try ClientMetadata.read(Self.document)])
        #expect(try await token(signedBy: Self.first).status == .ok)
        let moved = Self.document.setting("jwks_uri", "https://keys.tpp.example/other")
        sample.house.clients.replace(with: [try ClientMetadata.read(moved)])
        #expect(try await token(signedBy: Self.first).status == .unauthorized)
        #expect(server.calls == 1)
    }

    @Test func `RG-20 RG-23 a URL of no listed host is not called, whoever names it`() async throws {
        let foreign = Self.document.setting("jwks_uri", "https://169.254.169.254/latest")
        sample.house.clients.replace(with: [try ClientMetadata.read(foreign)])
        #expect(try await token(signedBy: Self.first).status == .unauthorized)
        await sample.house.clientKeys.round(at: now)
        #expect(server.calls == 0)
    }
}
