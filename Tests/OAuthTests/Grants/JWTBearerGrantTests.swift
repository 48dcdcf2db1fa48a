import Crypto
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// RFC 7523 §2.1: a partner says who the person is, and the consent says what may be opened.
struct JWTBearerGrantTests {
    private static let gateway: WireText = "https://gateway.bank.example"

    /// A client that may bring the gateway's word.
    static func client(
        id: Identifier<Client> = "tpp-1",
        issuers: [WireText] = [gateway],
        profile: Profile = .oauth21,
        authentication: Client.Authentication = .secretBasic(ClientSecret(Fingerprint(of: Client.sampleSecret)))
    ) -> Client {
        .sample(
            id: id,
            authentication: authentication,
            grantTypes: [JWTBearerGrant.type, RefreshTokenGrant.type],
            profile: profile,
            granting: Granting(assertionIssuers: issuers)
        )
    }

    /// The gateway as the bank has it, with something changed.
    static func trusted(
        subjects: JSON = ["psu-anna"],
        scope: WireText = "accounts",
        key: SigningKey = SampleAssertion.key
    ) throws -> TrustedIssuers {
        TrustedIssuers([
            try TrustedIssuer([
                "issuer": .text(gateway), "jwks": SampleAssertion.keys(key).json, "subjects": subjects,
                "scope": .text(scope),
            ])
        ])
    }

    /// An assertion in which nothing is wrong, with something changed.
    static func assertion(
        changing changes: [WireText: JSON?] = [:],
        key: SigningKey = SampleAssertion.key,
        type: WireText = "JWT"
    ) throws -> WireText {
        var all: [WireText: JSON?] = ["iss": .text(gateway), "sub": "psu-anna", "consent_id": "consent-1"]
        all.merge(changes) { $1 }
        return try SampleAssertion.text(changing: all, key: key, type: type)
    }

    private static func decide(
        _ assertion: WireText,
        by client: Client = client(),
        trusting trusted: TrustedIssuers? = nil,
        adding fields: [FormFields.Field] = [],
        shelf: GrantShelf = .sample
    ) async throws -> Issuance {
        let form = FormFields(
            [.init("grant_type", JWTBearerGrant.type.name), .init("assertion", assertion)] + fields
        )
        let request = try TokenRequest.sample(form, client: client, trusted: try trusted ?? Self.trusted())
        let grant = JWTBearerGrant()
        return try grant.decide(request, try await grant.load(request, from: shelf))
    }

    private static func refusal(_ work: () async throws -> Issuance) async throws -> Refusal? {
        do {
            _ = try await work()
            return nil
        } catch let refusal as Refusal { return refusal }
    }

    @Test func `a good assertion is spent for an access token of the consent, and for nothing that lasts`() async throws
    {
        let issuance = try await Self.decide(try Self.assertion())
        #expect(issuance.subject == .person(.sample))
        #expect(issuance.scope == ["accounts"])
        #expect(issuance.refreshToken == nil)
        #expect(issuance.accessTokenExpires == .noon + 630)
        #expect(
            issuance.changes == [
                .spendGrantAssertion(
                    issuer: Self.gateway,
                    Fingerprint(of: "assertion-1"),
                    expires: .noon + (60 + Limits.clockSkewSeconds + 1)
                ),
                .requireFamily("family-1"), .requireConsent("consent-1", "tpp-1", "psu-anna", at: .noon + 30),
            ]
        )
        let change = try #require(issuance.changes.first)
        #expect(change.refusal == .assertionReplayed && change.refusal.code == "invalid_grant")
    }

    @Test func `the token ends with the consent, and opens no more than the partner may`() async throws {
        var shelf = GrantShelf.sample
        shelf.standings["consent-1"] = .sample(expires: .noon + 45)
        let issuance = try await Self.decide(try Self.assertion(), shelf: shelf)
        #expect(issuance.accessTokenExpires == .noon + 45)
        for scope in ["openid", "accounts openid", "payments"] as [WireText] {
            let refusal = try await Self.refusal {
                try await Self.decide(try Self.assertion(), adding: [.init("scope", scope)])
            }
            #expect(refusal == .scopeUnsupported, "\(scope)")
        }
        let refusal = try await Self.refusal {
            try await Self.decide(try Self.assertion(), trusting: try Self.trusted(scope: "payments"))
        }
        #expect(refusal == .scopeUnsupported)
    }

    @Test func `an issuer that the client may not use is nobody, whoever signs in its name`() async throws {
        let good = try Self.assertion()
        let cases: [(WireText, Client, TrustedIssuers)] = [
            (good, Self.client(issuers: []), try Self.trusted()),
            (good, Self.client(issuers: ["https://other.example"]), try Self.trusted()),
            (good, Self.client(), .none),
            (try Self.assertion(changing: ["iss": "tpp-1"]), Self.client(), try Self.trusted()),
            (try Self.assertion(changing: ["iss": nil as JSON?]), Self.client(), try Self.trusted()),
        ]
        for (assertion, client, trusted) in cases {
            let refusal = try await Self.refusal { try await Self.decide(assertion, by: client, trusting: trusted) }
            #expect(refusal == .assertionIssuerUnknown && refusal?.code == "invalid_grant")
        }
    }

    @Test(
        arguments: [
            ["aud": "https://other.example"], ["aud": ["https://bank.example", "https://other.example"]],
            ["aud": "https://bank.example/token"], ["aud": nil], ["sub": nil], ["jti": nil], ["exp": nil],
            ["exp": .integer(Timestamp.noon.seconds)], ["exp": .integer(Timestamp.noon.seconds + 600)],
            ["nbf": .integer(Timestamp.noon.seconds + 120)], ["iat": .integer(Timestamp.noon.seconds - 600)],
            ["iat": .integer(Timestamp.noon.seconds + 120)], ["consent_id": nil], ["consent_id": 1], ["jti": ""],
        ] as [[WireText: JSON?]]
    )
    func `an assertion with one claim wrong is refused`(changes: [WireText: JSON?]) async throws {
        let refusal = try await Self.refusal { try await Self.decide(try Self.assertion(changing: changes)) }
        #expect(refusal == .assertionInvalid && refusal?.code == "invalid_grant")
    }

    @Test func `an assertion of another key, of another kind, or of no form is refused`() async throws {
        let assertions = [
            try Self.assertion(key: SampleAssertion.strangersKey), try Self.assertion(type: "at+jwt"),
            try Self.assertion(type: "client-authentication+jwt"), "a.b.c", "nothing",
            WireText("\(try Self.assertion())x"),
        ]
        for assertion in assertions {
            let refusal = try await Self.refusal { try await Self.decide(assertion) }
            #expect(refusal == .assertionInvalid)
        }
        #expect(try await Self.decide(try Self.assertion(type: "authorization-grant+jwt")).scope == ["accounts"])
    }

    @Test func `nobody is spoken for whom the issuer may not speak for`() async throws {
        let refusal = try await Self.refusal {
            try await Self.decide(try Self.assertion(), trusting: try Self.trusted(subjects: ["psu-bert"]))
        }
        #expect(refusal == .assertionSubjectNotAllowed && refusal?.code == "invalid_grant")
        #expect(
            try await Self.decide(try Self.assertion(), trusting: try Self.trusted(subjects: "all")).scope == [
                "accounts"
            ]
        )
    }

    @Test func `a consent that is not there, another's, or another person's is one answer`() async throws {
        var others = GrantShelf.sample
        others.families["family-1"] = .sample(client: "tpp-2")
        let everybody = try Self.trusted(subjects: "all")
        let cases: [(WireText, GrantShelf)] = [
            (try Self.assertion(changing: ["consent_id": "consent-9"]), .sample),
            (try Self.assertion(changing: ["sub": "psu-bert"]), .sample), (try Self.assertion(), others),
        ]
        for (assertion, shelf) in cases {
            let refusal = try await Self.refusal {
                try await Self.decide(assertion, trusting: everybody, shelf: shelf)
            }
            #expect(refusal == .assertionConsentUnknown && refusal?.code == "invalid_grant")
        }
    }

    @Test func `a consent that has ended opens nothing, whoever vouches for its person`() async throws {
        var ended = GrantShelf.sample
        ended.standings["consent-1"] = .sample(isInForce: false)
        #expect(try await Self.refusal { try await Self.decide(try Self.assertion(), shelf: ended) } == .consentEnded)
        ended.standings["consent-1"] = nil
        #expect(try await Self.refusal { try await Self.decide(try Self.assertion(), shelf: ended) } == .consentEnded)
    }

    @Test func `a client that proves nothing brings nobody's word`() async throws {
        let refusal = try await Self.refusal {
            try await Self.decide(try Self.assertion(), by: Self.client(authentication: .none))
        }
        #expect(refusal == .grantTypeNotAllowed)
    }

    @Test func `the profile of the client says what an assertion may be signed with`() async throws {
        let key = SampleAssertion.makeKey(.rsa(bits: 2_048), .rs256, named: "rsa")
        let trusted = try Self.trusted(key: key)
        let assertion = try Self.assertion(key: key)
        #expect(try await Self.decide(assertion, trusting: trusted).scope == ["accounts"])
        let fapi = Self.client(
            profile: .fapi2,
            authentication: .privateKeyJWT(SampleAssertion.keys(SampleAssertion.key))
        )
        #expect(
            try await Self.refusal { try await Self.decide(assertion, by: fapi, trusting: trusted) }
                == .assertionInvalid
        )
    }

    @Test(
        arguments: [
            ("issuer", nil), ("issuer", ""), ("jwks", nil), ("jwks", ["keys": []]), ("subjects", nil), ("subjects", []),
            ("subjects", "everybody"), ("subjects", ["psu-anna", "psu-anna"]), ("scope", nil), ("scope", ""),
            ("scope", "accounts openid"), ("scope", "offline_access"), ("scopes", "accounts"),
        ] as [(WireText, JSON?)]
    )
    func `a document of a partner is read strictly`(member: WireText, value: JSON?) throws {
        let good: JSON = [
            "issuer": .text(Self.gateway), "jwks": SampleAssertion.keys(SampleAssertion.key).json, "subjects": "all",
            "scope": "accounts",
        ]
        _ = try TrustedIssuer(good)
        let members =
            (good.members ?? []).filter { $0.name != member } + (value.map { [JSON.Member(member, $0)] } ?? [])
        let problem = #expect(throws: TrustedIssuer.Problem.self) { try TrustedIssuer(.object(members)) }
        #expect(problem?.member == member)
    }

    @Test func `a client that brings the word of a stranger is found`() throws {
        #expect(try Self.trusted().stranger(among: Self.client()) == nil)
        #expect(TrustedIssuers.none.stranger(among: Self.client()) == Self.gateway)
        #expect(TrustedIssuers.none.isEmpty && TrustedIssuers.none.stranger(among: .sample) == nil)
    }
}
