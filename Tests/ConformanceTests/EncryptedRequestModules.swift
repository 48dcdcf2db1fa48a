import Crypto
import HTTP
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// Request objects that are encrypted around their signature, as the FAPI suites send them where a server has a key for it.
struct EncryptedRequestModules {
    /// How the object reaches us.
    enum Way: CaseIterable {
        case byValue
        case pushed
    }

    private static func client(
        _ way: Way,
        _ encryption: FrontChannel.RequestEncryption? = nil,
        hasKeys: Bool = true
    ) -> Client {
        let frontChannel = FrontChannel(
            mustSign: hasKeys,
            keys: hasKeys ? SampleAssertion.keys(Plan.key) : nil,
            requestEncryption: encryption
        )
        return way == .pushed
            ? Plan.client(.fapi2, frontChannel: frontChannel) : Plan.client(.oauth21, frontChannel: frontChannel)
    }

    private static func object(_ changes: [WireText: JSON?] = [:], key: SigningKey = Plan.key) throws -> WireText {
        var claims: [WireText: JSON] = [
            "iss": "tpp-1", "aud": .text(Issuer.sample.text), "exp": .integer(Timestamp.noon.seconds + 300),
            "nbf": .integer(Timestamp.noon.seconds),
        ]
        for field in FormFields.login.fields { claims[field.name] = .text(field.value) }
        for (name, value) in changes { claims[name] = value }
        let members = claims.map { JSON.Member($0.key, $0.value) }
        return try key.sign(JSONWriter.write(.object(members)), type: "oauth-authz-req+jwt")
    }

    /// Encrypted to the key that our key set offers for it.
    private static func seal(
        _ text: WireText,
        _ plan: Plan,
        _ encryption: KeyEncryption = .rsaOAEP256,
        _ content: ContentEncryption = .a256GCM
    ) async throws -> WireText {
        let keys = try JWKSet(await plan.send(.get, "/jwks").body)
        let key = try KeySelection.encryptionKey(for: encryption, among: keys)
        return try JWE.encrypt(text, to: key, encryption, content, entropy: .system)
    }

    /// The code that comes of an object, or the error.
    private static func outcome(_ way: Way, _ plan: Plan, _ object: WireText) async throws -> (
        code: WireText?, error: WireText?
    ) {
        let sent = FormFields([.init("client_id", "tpp-1"), .init("request", object)])
        switch way {
        case .byValue:
            let response = await Browser(plan).answer(sent)
            // Without an object that can be read there is no redirect URI to be trusted.
            if response.isErrorPage { return (nil, "page") }
            return (response.returned?["code"], response.returned?["error"])
        case .pushed:
            let response = try await plan.push(sent)
            guard let reference = response.reference else { return (nil, response.error) }
            let returned = await Browser(plan).answer(plan.query(reference)).returned
            return (returned?["code"], returned?["error"])
        }
    }

    private static let refused: [Way: WireText] = [.byValue: "page", .pushed: "invalid_request_object"]

    @Test(arguments: Way.allCases, RequestObject.encryptions)
    func `fapi1-advanced-final: a signed object may come encrypted to our key, in every way that we announce`(
        way: Way,
        encryption: KeyEncryption
    ) async throws {
        let plan = try Plan(Self.client(way))
        for content in ContentEncryption.allCases {
            let object = try await Self.seal(try Self.object(), plan, encryption, content)
            #expect(try await Self.outcome(way, plan, object).code != nil)
        }
        let discovery = try #require(await plan.send(.get, "/.well-known/openid-configuration").json)
        #expect(discovery["request_object_encryption_alg_values_supported"]?.texts == ["RSA-OAEP-256", "ECDH-ES"])
        #expect(discovery["request_object_encryption_enc_values_supported"]?.texts == ["A128GCM", "A256GCM"])
    }

    @Test(arguments: Way.allCases)
    func `JO-16 RO-01 encryption says nothing about who sent it`(way: Way) async throws {
        let plan = try Plan(Self.client(way))
        let unsigned = WireText(Base64URL.encode(Array(#"{"alg":"none"}"#.utf8)) + ".e30.")
        for inner in [try Self.object(key: Plan.otherKey), unsigned, "{}", "a.b.c", ""] {
            let object = try await Self.seal(inner, plan)
            let outcome = try await Self.outcome(way, plan, object)
            #expect(outcome.code == nil && outcome.error == Self.refused[way], "\(inner)")
        }
    }

    @Test(arguments: Way.allCases)
    func `RO-07 JO-15 an object within an object, and one encrypted twice, are refused`(way: Way) async throws {
        let plan = try Plan(Self.client(way))
        let inner = try await Self.seal(try Self.object(), plan)
        let objects = [
            try await Self.seal(inner, plan),
            try await Self.seal(try Self.object(["request": .text(inner)]), plan),
            try await Self.seal(try Self.object(["request_uri": "urn:x"]), plan),
        ]
        for object in objects {
            let outcome = try await Self.outcome(way, plan, object)
            #expect(outcome.code == nil && outcome.error == Self.refused[way])
        }
    }

    @Test(arguments: Way.allCases)
    func `JO-15 what cannot be opened is an object that cannot be taken`(way: Way) async throws {
        let plan = try Plan(Self.client(way))
        let good = try await Self.seal(try Self.object(), plan, .ecdhES)
        var parts = good.split(at: UInt8(ascii: "."))
        parts[0] = WireText(Base64URL.encode(Array(#"{"alg":"RSA1_5","enc":"A128GCM"}"#.utf8)))
        let weak = WireText(parts.map(\.string).joined(separator: "."))
        for object in [weak, "....", WireText("\(good)A")] {
            let outcome = try await Self.outcome(way, plan, object)
            #expect(outcome.code == nil && outcome.error == Self.refused[way])
        }
    }

    @Test func `a client that has bound itself to one way of encrypting is held to it`() async throws {
        let bound = FrontChannel.RequestEncryption(algorithm: .ecdhES, content: .a128GCM)
        let plan = try Plan(Self.client(.pushed, bound))
        let object = try Self.object()
        #expect(try await Self.outcome(.pushed, plan, Self.seal(object, plan, .ecdhES, .a128GCM)).code != nil)
        for (encryption, content) in [(KeyEncryption.ecdhES, ContentEncryption.a256GCM), (.rsaOAEP256, .a128GCM)] {
            let outcome = try await Self.outcome(.pushed, plan, Self.seal(object, plan, encryption, content))
            #expect(outcome.error == "invalid_request_object")
        }
        // OpenID Connect Registration §2: it declares a way to encrypt, and does not forbid itself to sign alone.
        #expect(try await Self.outcome(.pushed, plan, object).code != nil)
    }

    @Test func `JO-15 nothing is opened for a client that could not have signed it`() async throws {
        let plan = try Plan(Self.client(.byValue, hasKeys: false))
        let object = try await Self.seal(try Self.object(), plan)
        let sent = FormFields.login.setting("request", object)
        let returned = await Browser(plan).open(sent).returned
        #expect(returned?["error"] == "request_not_supported")
    }
}
