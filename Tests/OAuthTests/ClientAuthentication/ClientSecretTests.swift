import Crypto
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// A secret that ends, and one that has a successor.
struct ClientSecretTests {
    private static let old = Client.sampleSecret
    private static let new: WireText = "bmV3IHNlY3JldCBvZiAzMiBieXRlcywgZ2VuZXJhdGVk"
    private static let end = Timestamp.noon + 600

    private static func rotated(expires: Timestamp? = nil) -> ClientSecret<Fingerprint> {
        ClientSecret(
            Fingerprint(of: new),
            expires: expires,
            previous: ClientSecret.Previous(Fingerprint(of: old), expires: end)
        )
    }

    private static func decide(
        _ secret: WireText,
        _ known: ClientSecret<Fingerprint>,
        isPosted: Bool,
        at now: Timestamp
    ) throws(Refusal) -> AuthenticatedClient {
        let form = FormFields([.init("client_id", "tpp-1"), .init("client_secret", secret)])
        return try ClientAuthentication.decide(
            try PresentedClient(
                try TokenFields(isPosted ? form : FormFields()),
                basic: isPosted ? nil : ("tpp-1", secret)
            ),
            .sample(authentication: isPosted ? .secretPost(known) : .secretBasic(known)),
            audiences: [],
            at: now
        )
    }

    @Test(arguments: [false, true])
    func `TK-14 while a secret changes both hold, and the old one is told of and ends to the second`(
        isPosted: Bool
    ) throws {
        for now in [Timestamp.noon, Self.end - 1, Self.end, Self.end + 86_400] {
            let fresh = try Self.decide(Self.new, Self.rotated(), isPosted: isPosted, at: now)
            #expect(fresh.previousSecretEnds == nil)
        }
        for now in [Timestamp.noon - 86_400, .noon, Self.end - 1] {
            let late = try Self.decide(Self.old, Self.rotated(), isPosted: isPosted, at: now)
            #expect(late.previousSecretEnds == Self.end)
        }
        for now in [Self.end, Self.end + 1, Self.end + 86_400] {
            #expect(throws: Refusal.clientCredentialsWrong) {
                try Self.decide(Self.old, Self.rotated(), isPosted: isPosted, at: now)
            }
        }
        #expect(throws: Refusal.clientCredentialsWrong) {
            try Self.decide("another", Self.rotated(), isPosted: isPosted, at: .noon)
        }
    }

    @Test func `TK-14 a secret with an end holds until then, whatever the one before does`() throws {
        let known = Self.rotated(expires: .noon + 60)
        _ = try Self.decide(Self.new, known, isPosted: false, at: .noon + 59)
        for seconds in [60, 61, 599] {
            #expect(throws: Refusal.clientCredentialsWrong) {
                try Self.decide(Self.new, known, isPosted: false, at: .noon + seconds)
            }
        }
        _ = try Self.decide(Self.old, known, isPosted: false, at: .noon + 599)
    }

    @Test func `TK-14 assertions are signed with either secret while both hold`() throws {
        let key = try #require(ClientSecretKey([UInt8](repeating: 7, count: 32)))
        let old = try key.seal(Self.old, of: "tpp-1", nonce: [UInt8](repeating: 1, count: 12))
        let new = try key.seal(Self.new, of: "tpp-1", nonce: [UInt8](repeating: 2, count: 12))
        let known = ClientSecret(new, previous: ClientSecret.Previous(old, expires: .noon + 60))

        func decide(_ secret: WireText, at now: Timestamp, with key: ClientSecretKey?) throws -> AuthenticatedClient {
            let claims = SampleAssertion.claims.setting("exp", .integer((now + 60).seconds))
                .setting("iat", .integer(now.seconds))
            let text = try SharedKey(secret.bytes).sign(JSONWriter.write(claims).span)
            let form = ClientAuthenticationTests.assertionForm(text)
            return try ClientAuthentication.decide(
                try PresentedClient(try TokenFields(form), basic: nil),
                .sample(authentication: .secretJWT(known)),
                audiences: ClientAssertionTests.audiences,
                secrets: key,
                at: now
            )
        }

        let fresh = try decide(Self.new, at: .noon, with: key)
        #expect(fresh.previousSecretEnds == nil && fresh.changes.count == 1)
        let late = try decide(Self.old, at: .noon + 59, with: key)
        #expect(late.previousSecretEnds == .noon + 60 && late.changes.count == 1)
        #expect(throws: Refusal.clientCredentialsWrong) { try decide(Self.old, at: .noon + 60, with: key) }
        #expect(throws: Refusal.clientCredentialsWrong) {
            try decide("an other secret of many bytes, and wrong", at: .noon, with: key)
        }
        #expect(throws: Refusal.serverFailed) { try decide(Self.old, at: .noon, with: nil) }
    }

    // MARK: Registration

    private static func read(_ changes: [WireText: JSON?]) throws(ClientMetadata.Problem) -> Client.Authentication {
        let document: JSON = [
            "client_id": "tpp-1", "redirect_uris": ["https://c.example/cb"],
            "client_secret_sha256": .text(WireText(Hex.encode(Fingerprint(of: new).bytes))),
            "previous_client_secret_sha256": .text(WireText(Hex.encode(Fingerprint(of: old).bytes))),
            "previous_client_secret_expires_at": .integer(end.seconds),
        ]
        return try ClientMetadata.read(
            changes.reduce(document) { document, change in
                change.value.map { document.setting(change.key, $0) } ?? document.removing(change.key)
            }
        ).authentication
    }

    @Test func `TK-14 a document says both secrets and when they end`() throws {
        guard case .secretBasic(let both) = try Self.read([:]),
            case .secretPost(let ending) = try Self.read([
                "client_secret_expires_at": .integer(Self.end.seconds + 5),
                "token_endpoint_auth_method": "client_secret_post",
            ]),
            case .secretBasic(let endless) = try Self.read([
                "client_secret_expires_at": 0, "previous_client_secret_sha256": nil,
                "previous_client_secret_expires_at": nil,
            ])
        else {
            Issue.record("The method is another.")
            return
        }
        #expect(both == Self.rotated())
        #expect(ending == Self.rotated(expires: Self.end + 5))
        #expect(endless == ClientSecret(Fingerprint(of: Self.new)))
    }

    @Test(arguments: contradictions)
    func `TK-14 an old secret without an end, and an end of nothing, are refused`(
        member: WireText,
        changes: [WireText: JSON?]
    ) {
        let problem = #expect(throws: ClientMetadata.Problem.self) { try Self.read(changes) }
        #expect(problem?.member == member)
    }

    private static let contradictions: [(WireText, [WireText: JSON?])] = {
        let end: WireText = "previous_client_secret_expires_at"
        let digest: WireText = "previous_client_secret_sha256"
        let method: WireText = "token_endpoint_auth_method"
        let secretless: [WireText: JSON?] = [
            "client_secret_sha256": nil, digest: nil, end: nil, "client_secret_expires_at": 0,
        ]
        return [
            (end, [end: nil]), (end, [digest: nil]), (end, [end: 0]), (end, [end: -1]), (end, [end: "1"]),
            (end, [end: .number(1.5)]),
            (end, [digest: .text(WireText(Hex.encode(Fingerprint(of: new).bytes)))]),
            (digest, [digest: "00"]), ("client_secret_expires_at", ["client_secret_expires_at": -1]),
            ("previous_client_secret_sealed", ["previous_client_secret_sealed": "AAAA"]),
            ("client_secret_expires_at", secretless.merging([method: "none"]) { $1 }),
            ("client_secret_expires_at", secretless.merging([method: "private_key_jwt"]) { $1 }),
            ("client_secret_expires_at", secretless.merging([method: "tls_client_auth"]) { $1 }),
            (digest, [method: "client_secret_jwt", "client_secret_sha256": nil, end: nil]),
        ]
    }()
}
