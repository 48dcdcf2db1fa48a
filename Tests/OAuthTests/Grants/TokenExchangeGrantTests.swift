import Crypto
import OAuth
import TestSupport
import Testing
import Text

/// RFC 8693, for gateways of the bank.
struct TokenExchangeGrantTests {
    private static let accounts: WireText = "https://api.bank.example/accounts"
    private static let other: WireText = "https://api.bank.example/other"

    private static func gateway(
        _ id: Identifier<Client> = "gateway",
        constraint: Profile.SenderConstraint? = nil
    ) -> Client {
        .sample(
            id: id,
            grantTypes: [TokenExchangeGrant.type],
            scope: [],
            introspectsAll: true,
            senderConstraint: constraint,
            granting: Granting(exchangeResources: [accounts])
        )
    }

    private static func token(
        scope: Scope = ["openid", "accounts"],
        details: AuthorizationDetails = .none,
        actors: [Identifier<Client>] = [],
        confirmation: OAuth.Confirmation? = nil,
        family: TokenFamily = .sample,
        expires: Timestamp = .noon + 300
    ) -> AccessToken {
        let issuance = Issuance(
            subject: .person(family),
            scope: scope,
            details: details,
            actors: actors,
            confirmation: confirmation,
            accessTokenExpires: expires,
            refreshToken: nil,
            changes: []
        )
        return AccessToken(
            issuance,
            client: .sample,
            subjects: .sample,
            issuer: .sample,
            identifier: "jti-1",
            at: .noon
        )
    }

    private static let form = FormFields([
        .init("grant_type", TokenExchangeGrant.type.name), .init("subject_token", "words"),
        .init("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"), .init("resource", accounts),
    ])

    private func exchange(
        _ token: AccessToken? = token(),
        _ form: FormFields = form,
        by client: Client = gateway(),
        certificate: Fingerprint? = nil,
        family: TokenFamily? = .sample,
        standing: Standing? = .sample,
        isRevoked: Bool = false,
        owner: Client? = .sample,
        at now: Timestamp = .noon + 30
    ) throws(Refusal) -> Issuance {
        try TokenExchangeGrant().decide(
            TokenRequest(
                fields: try TokenFields(form),
                client: client,
                certificate: certificate,
                resources: .sample,
                subject: token.map { TokenRequest.Subject(token: $0, client: owner, subjects: .sample) },
                lifetimes: Lifetimes(),
                now: now,
                freshToken: TokenRequest.sampleFreshToken
            ),
            TokenExchangeGrant.Facts(isRevoked: isRevoked, family: family, standing: standing)
        )
    }

    @Test func `a gateway gets a token for the next resource, in the person's name and as who acts`() throws {
        let issuance = try exchange()
        #expect(issuance.resources == [Self.accounts])
        #expect(issuance.actors == ["gateway"])
        #expect(issuance.scope == ["openid", "accounts"])
        #expect(issuance.refreshToken == nil)
        #expect(issuance.changes.contains(.requireFamily("family-1")))
        #expect(issuance.changes.contains(.requireConsent("consent-1", "tpp-1", "psu-anna", at: .noon + 30)))
        let token = AccessToken(
            issuance,
            client: Self.gateway(),
            subjects: .sample,
            issuer: .sample,
            identifier: "j",
            at: .noon + 30
        )
        let claims = try JSONReader.read(token.claims)
        #expect(claims["sub"]?.text == "psu-anna")
        #expect(claims["client_id"]?.text == "gateway")
        #expect(claims["aud"]?.text == Self.accounts)
        #expect(claims["act"] == ["sub": "gateway"])
        #expect(claims["consent_id"]?.text == "consent-1")
        #expect(AccessToken(claims: claims) == token)
    }

    @Test func `the token that comes of it is one that is told about while its consent is in force`() throws {
        let token = AccessToken(
            try exchange(),
            client: Self.gateway(),
            subjects: .sample,
            issuer: .sample,
            identifier: "j",
            at: .noon + 30
        )
        func isAlive(_ family: TokenFamily, _ standing: Standing?) -> Bool {
            let facts = Introspection.AccessTokenFacts(
                isRevoked: false,
                family: family,
                standing: standing,
                client: Self.gateway(),
                subjects: .sample
            )
            return Introspection.isAlive(token, facts, at: .noon + 31)
        }
        #expect(isAlive(.sample, .sample))
        #expect(!isAlive(.sample(revoked: .noon), .sample))
        #expect(!isAlive(.sample, .sample(isInForce: false)))
        #expect(!isAlive(.sample, .sample(client: "tpp-2")))
        #expect(!isAlive(.sample(person: "psu-bert"), .sample))
    }

    @Test(arguments: [(300, nil, 270), (3_600, nil, 600), (3_600, 100, 70)] as [(Int, Int?, Int)])
    func `TK-47 it ends no later than what it was swapped for, and than the consent`(
        token: Int,
        consent: Int?,
        lives: Int
    ) throws {
        let issuance = try exchange(
            Self.token(expires: .noon + token),
            standing: .sample(expires: consent.map { .noon + $0 })
        )
        #expect(issuance.accessTokenExpires == .noon + 30 + lives)
    }

    @Test func `less may be asked for, and more may not`() throws {
        #expect(try exchange(Self.token(), Self.form.setting("scope", "accounts")).scope == ["accounts"])
        #expect(throws: Refusal.scopeUnsupported) {
            try exchange(Self.token(scope: ["accounts"]), Self.form.setting("scope", "openid accounts"))
        }
        let details = AuthorizationDetails([.accountInformation(.sample)])
        let less: WireText = #"[{"type":"account_information","actions":["list_accounts"]}]"#
        let narrow = try exchange(Self.token(details: details), Self.form.setting("authorization_details", less))
        #expect(narrow.details.accountInformation?.actions == [.listAccounts])
        #expect(try exchange(Self.token(details: details)).details == details)
        #expect(throws: Refusal.detailsNotGranted) {
            try exchange(Self.token(), Self.form.setting("authorization_details", less))
        }
    }

    @Test(
        arguments: [nil, other, Issuer.sample.text, "https://evil.example", "accounts"] as [WireText?]
    )
    func `a gateway goes to the resources that it is registered for, and to no other`(resource: WireText?) {
        #expect(throws: Refusal.targetInvalid) { try exchange(Self.token(), Self.form.setting("resource", resource)) }
    }

    @Test func `an audience is a resource by another name of the parameter`() throws {
        let form = Self.form.setting("resource", nil).setting("audience", Self.accounts)
        #expect(try exchange(Self.token(), form).resources == [Self.accounts])
        #expect(throws: Refusal.targetInvalid) {
            try exchange(Self.token(), Self.form.adding("audience", Self.other))
        }
    }

    @Test func `a token that has ended, or that nobody stands behind, is not swapped`() {
        #expect(throws: Refusal.subjectTokenInvalid) { try exchange(nil) }
        #expect(throws: Refusal.subjectTokenInvalid) { try exchange(AccessTokenTests.ofClient) }
        #expect(throws: Refusal.subjectTokenInvalid) { try exchange(isRevoked: true) }
        #expect(throws: Refusal.subjectTokenInvalid) { try exchange(at: .noon + 300) }
        for family in [nil, .sample(revoked: .noon), .sample(person: "psu-bert")] as [TokenFamily?] {
            #expect(throws: Refusal.subjectTokenInvalid) { try exchange(family: family) }
        }
        for standing in [nil, .sample(isInForce: false)] as [Standing?] {
            #expect(throws: Refusal.subjectTokenInvalid) { try exchange(standing: standing) }
        }
        for owner in [nil, .sample(isEnabled: false)] as [Client?] {
            #expect(throws: Refusal.subjectTokenInvalid) { try exchange(owner: owner) }
        }
    }

    @Test func `what was bound is not swapped for what is not`() throws {
        let bound = Self.token(confirmation: .certificate(Fingerprint(of: "the third party's")))
        #expect(throws: Refusal.exchangeUnbound) { try exchange(bound) }
        let mine = Fingerprint(of: "the gateway's")
        let gateway = Self.gateway(constraint: .certificate)
        #expect(try exchange(bound, by: gateway, certificate: mine).confirmation == .certificate(mine))
        #expect(throws: Refusal.certificateMissing) { try exchange(bound, by: gateway) }
    }

    @Test func `each hand is named, the last first, and there are not too many`() throws {
        let twice = try exchange(Self.token(actors: ["gateway-1"]))
        #expect(twice.actors == ["gateway", "gateway-1"])
        let token = AccessToken(
            twice,
            client: Self.gateway(),
            subjects: .sample,
            issuer: .sample,
            identifier: "j",
            at: .noon
        )
        let claims = try JSONReader.read(token.claims)
        #expect(claims["act"] == ["sub": "gateway", "act": ["sub": "gateway-1"]])
        #expect(AccessToken(claims: claims) == token)
        let told = try JSONReader.read(Introspection.active(token).document)
        #expect(told["act"] == claims["act"])
        let many = (0..<Limits.actors).map { Identifier<Client>(WireText("gateway-\($0)")) }
        #expect(throws: Refusal.delegationTooLong) { try exchange(Self.token(actors: many)) }
    }

    @Test(arguments: ["x", 7, [], [:], ["act": ["sub": "a"]], ["sub": 7], ["sub": "a", "act": 7]] as [JSON])
    func `IR-03 a token whose actors are not understood is not ours`(act: JSON) throws {
        let claims = try JSONReader.read(Self.token().claims).members ?? []
        #expect(AccessToken(claims: .object(claims + [JSON.Member("act", act)])) == nil)
    }

    @Test(
        arguments: [
            ("subject_token", nil, .parameterMissing(.subjectToken)),
            ("subject_token_type", nil, .parameterMissing(.subjectTokenType)),
            (
                "subject_token_type", "urn:ietf:params:oauth:token-type:refresh_token",
                .parameterUnsupported(.subjectTokenType)
            ),
            (
                "requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token",
                .parameterUnsupported(.requestedTokenType)
            ),
            ("actor_token", "x", .parameterUnsupported(.actorToken)),
            ("actor_token_type", "x", .parameterUnsupported(.actorTokenType)),
        ] as [(WireText, WireText?, Refusal)]
    )
    func `only access tokens are swapped, for access tokens`(name: WireText, value: WireText?, refusal: Refusal) {
        #expect(throws: refusal) { try exchange(Self.token(), Self.form.setting(name, value)) }
    }

    @Test func `a public client swaps nothing`() {
        let client = Client.sample(
            authentication: .none,
            grantTypes: [TokenExchangeGrant.type],
            granting: Granting(exchangeResources: [Self.accounts])
        )
        #expect(throws: Refusal.grantTypeNotAllowed) { try exchange(by: client) }
    }

    @Test func `only one of the bank's own is registered for it, and for resources by name`() throws {
        let tests = ClientMetadataTests()
        let good: [WireText: JSON?] = [
            "grant_types": [.text(TokenExchangeGrant.type.name)], "redirect_uris": nil, "introspects_all": true,
            "token_exchange_resources": [.text(Self.accounts)],
        ]
        #expect(try tests.read(good).granting.exchangeResources == [Self.accounts])
        let wrong: [(WireText, JSON?)] = [
            ("introspects_all", nil), ("token_exchange_resources", nil), ("token_exchange_resources", ["/accounts"]),
            ("grant_types", ["client_credentials"]),
        ]
        for (name, value) in wrong {
            var changed = good
            changed[name] = .some(value)
            #expect(throws: ClientMetadata.Problem.self) { try tests.read(changed) }
        }
    }
}
