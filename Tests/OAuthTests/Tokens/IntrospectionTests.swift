import OAuth
import TestSupport
import Testing
import Text

struct IntrospectionTests {
    func isAlive(
        _ token: AccessToken = AccessTokenTests.personal,
        isRevoked: Bool = false,
        family: TokenFamily? = .sample,
        standing: Standing? = .sample,
        client: Client? = .sample,
        at now: Timestamp = .noon + 30
    ) -> Bool {
        let facts = Introspection.AccessTokenFacts(
            isRevoked: isRevoked,
            family: family,
            standing: standing,
            client: client,
            subjects: .sample
        )
        return Introspection.isAlive(token, facts, at: now)
    }

    @Test
    func `a token is alive while everything behind it is`() {
        #expect(isAlive())
        #expect(isAlive(AccessTokenTests.login, family: .sample(intent: nil), standing: nil))
        #expect(isAlive(AccessTokenTests.ofClient, family: nil, standing: nil))
    }

    @Test
    func `a token lives until the moment at which it expires`() {
        #expect(isAlive(at: .noon + 599))
        #expect(!isAlive(at: .noon + 600))
        #expect(!isAlive(AccessTokenTests.ofClient, family: nil, standing: nil, at: .noon + 600))
    }

    @Test(arguments: FamilyIssuanceTests.endedStandings)
    func `IR-02 a token is dead with its consent`(standing: Standing?) {
        #expect(!isAlive(standing: standing))
    }

    @Test(
        arguments: [
            nil, .sample(revoked: .noon), .sample(revoked: .latest), .sample(client: "tpp-2"),
            .sample(person: "psu-bert"),
        ] as [TokenFamily?]
    )
    func `IR-02 a token is dead with its family`(family: TokenFamily?) {
        #expect(!isAlive(family: family))
        #expect(!isAlive(AccessTokenTests.login, family: family, standing: nil))
    }

    @Test
    func `a token is alive under the name that its client knows the person by, and under no other`() {
        let client = Client.sample(subjects: .pairwise(sector: "c.example"))
        #expect(!isAlive(client: client))
        #expect(isAlive(AccessTokenTests.token(client: client), client: client))
        #expect(!isAlive(AccessTokenTests.token(client: client)))
        let elsewhere = Client.sample(subjects: .pairwise(sector: "d.example"))
        #expect(!isAlive(AccessTokenTests.token(client: client), client: elsewhere))
    }

    @Test
    func `IR-02 a token is dead with its client`() {
        for client in [nil, Client.sample(isEnabled: false)] {
            #expect(!isAlive(client: client))
            #expect(!isAlive(AccessTokenTests.ofClient, family: nil, standing: nil, client: client))
        }
    }

    @Test
    func `IR-06 a revoked token is dead`() {
        #expect(!isAlive(isRevoked: true))
        #expect(!isAlive(AccessTokenTests.ofClient, isRevoked: true, family: nil, standing: nil))
    }

    @Test
    func `IR-01 a token concerns its owner and resource servers`() {
        #expect(Introspection.concerns("tpp-1", .sample))
        #expect(!Introspection.concerns("tpp-1", .other))
        #expect(!Introspection.concerns("TPP-1", .sample))
        #expect(Introspection.concerns("tpp-1", .sample(id: "rs", introspectsAll: true)))
    }

    @Test
    func `IR-02 inactive is one answer of the same bytes`() {
        #expect(WireText(Introspection.inactive.document) == #"{"active":false}"#)
    }

    @Test
    func `an active token says what it says, and whose it is`() throws {
        let document = try JSONReader.read(Introspection.active(AccessTokenTests.personal).document)
        #expect(document["active"]?.boolean == true)
        #expect(document["token_type"]?.text == "Bearer")
        // Who asks us need not ask the list as well.
        for member in try JSONReader.read(AccessTokenTests.personal.claims).members ?? [] where member.name != "status"
        {
            #expect(document[member.name] == member.value)
        }
        #expect(document.members?.count == 14)
    }

    @Test
    func `an active refresh token tells no more than whose it is`() throws {
        let document = try JSONReader.read(Introspection.activeRefreshToken(.sample, subject: "psu-anna").document)
        let expected: JSON = [
            "active": true, "scope": "openid accounts", "client_id": "tpp-1", "token_type": "refresh_token",
            "exp": .integer(TokenFamily.sample.expires.seconds), "sub": "psu-anna", "consent_id": "consent-1",
        ]
        #expect(document == expected)
    }

    @Test
    func `a client's token tells nothing of persons`() throws {
        let document = try JSONReader.read(Introspection.active(AccessTokenTests.ofClient).document)
        for name in ["family_id", "consent_id", "auth_time", "acr"] as [WireText] { #expect(document[name] == nil) }
        #expect(document["sub"]?.text == "tpp-1")
    }
}
