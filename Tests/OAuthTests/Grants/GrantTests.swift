import Crypto
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// Loading and deciding together, as the token endpoint has it done.
struct GrantTests {
    func run(_ form: FormFields, _ shelf: GrantShelf = .sample, client: Client = .sample) async throws -> Issuance {
        let request = try TokenRequest.sample(form, client: client)
        return try await answer(request, shelf, by: Grants.grant(for: request.fields, by: client))
    }

    private func answer(_ request: TokenRequest, _ shelf: GrantShelf, by grant: some Grant) async throws -> Issuance {
        try grant.decide(request, try await grant.load(request, from: shelf))
    }

    static let credentials = FormFields([.init("grant_type", "client_credentials"), .init("scope", "accounts")])

    @Test
    func `each grant finds what it needs`() async throws {
        #expect(try await run(.sampleRedemption).subject == .person(.sample))
        #expect(try await run(.sampleRefresh).subject == .person(.sample))
        #expect(try await run(Self.credentials, GrantShelf()).subject == .client("tpp-1"))
    }

    @Test
    func `a family without a consent asks for none`() async throws {
        let family = TokenFamily.sample(intent: nil, scope: ["openid", "offline_access"])
        let shelf = GrantShelf(
            codes: [Fingerprint(of: CodeRecord.sampleCode): .sample(family: family)],
            refreshTokens: [Fingerprint(of: RefreshRecord.sampleToken): .sample(family: family)]
        )
        #expect(try await run(.sampleRedemption, shelf).subject == .person(family))
        #expect(try await run(.sampleRefresh, shelf).subject == .person(family))
    }

    @Test
    func `TK-46 a consent that the store does not know is none`() async throws {
        var shelf = GrantShelf.sample
        shelf.standings = [:]
        await #expect(throws: Refusal.consentEnded) { try await run(.sampleRedemption, shelf) }
        await #expect(throws: Refusal.consentEnded) { try await run(.sampleRefresh, shelf) }
    }

    @Test(arguments: [
        RefreshRecord.sampleToken, WireText(Hex.encode(CodeRecord.sample.fingerprint.bytes)),
        WireText(Base64URL.encode(CodeRecord.sample.fingerprint.bytes)), "family-1", "consent-1", "tpp-1",
        Client.sampleSecret, Challenge.sampleText, CodeRecord.sampleVerifier,
        WireText(String(CodeRecord.sampleCode.string.dropLast())), WireText("\(CodeRecord.sampleCode)A"),
        WireText("\(CodeRecord.sampleCode)="), WireText(" \(CodeRecord.sampleCode)"),
        WireText(CodeRecord.sampleCode.string.lowercased()),
    ])
    func `TK-26 what is not a code is no code, truncated and stretched ones included`(text: WireText) async throws {
        await #expect(throws: Refusal.codeUnknown) { try await run(.sampleRedemption.setting("code", text)) }
    }

    @Test(arguments: [
        CodeRecord.sampleCode, WireText(Hex.encode(RefreshRecord.sample.fingerprint.bytes)), "family-1", "consent-1",
        WireText(String(RefreshRecord.sampleToken.string.dropLast())), WireText("\(RefreshRecord.sampleToken)A"),
    ])
    func `TK-26 what is not a refresh token is none`(text: WireText) async throws {
        await #expect(throws: Refusal.refreshTokenUnknown) {
            try await run(.sampleRefresh.setting("refresh_token", text))
        }
    }

    @Test
    func `TK-26 an access token is neither`() async throws {
        let token = try SampleAssertion.key.sign(AccessTokenTests.personal.claims, type: AccessToken.type)
        await #expect(throws: Refusal.codeUnknown) { try await run(.sampleRedemption.setting("code", token)) }
        await #expect(throws: Refusal.refreshTokenUnknown) {
            try await run(.sampleRefresh.setting("refresh_token", token))
        }
    }

    @Test
    func `TK-26 a parameter of another grant is not looked at`() async throws {
        #expect(throws: Never.self) { try TokenFields(FormFields.sampleRedemption.adding("refresh_token", "x")) }
        #expect(try await run(.sampleRedemption.adding("refresh_token", "x")).subject == .person(.sample))
        #expect(try await run(.sampleRefresh.adding("code", "x")).subject == .person(.sample))
        #expect(try await run(Self.credentials.adding("code", CodeRecord.sampleCode)).subject == .client("tpp-1"))
    }

    @Test
    func `TK-49 a grant that the client does not have is refused before anything is looked up`() async throws {
        await #expect(throws: Refusal.grantTypeNotAllowed) {
            try await run(.sampleRedemption, client: .sample(grantTypes: ["client_credentials"]))
        }
    }

    @Test
    func `introspection asks for all that it must know`() async throws {
        func isAlive(_ token: AccessToken, _ shelf: GrantShelf) async throws -> Bool {
            let now = Timestamp.noon + 30
            let facts = try await Introspection.loadFacts(
                token,
                grants: shelf,
                clients: shelf,
                subjects: .sample,
                at: now
            )
            return Introspection.isAlive(token, facts, at: now)
        }
        let shelf = GrantShelf.sample
        #expect(try await isAlive(AccessTokenTests.personal, shelf))
        #expect(try await isAlive(AccessTokenTests.ofClient, shelf))
        #expect(try await !isAlive(AccessTokenTests.personal, GrantShelf()))
        for change in [
            { $0.families = [:] }, { $0.standings = [:] }, { $0.clients = [:] },
            { $0.revoked = [AccessTokenTests.personal.fingerprint] },
        ] as [(inout GrantShelf) -> Void] {
            var changed = shelf
            change(&changed)
            #expect(try await !isAlive(AccessTokenTests.personal, changed))
        }
    }
}
