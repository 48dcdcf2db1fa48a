import OAuth
import TestSupport
import Testing
import Text

/// What both grants of a person's decision share, asked through the one that asks least.
struct FamilyIssuanceTests {
    /// Consents that are not in force, not there, or somebody else's.
    static let endedStandings: [Standing?] = [
        nil, .sample(isInForce: false), .sample(client: "tpp-2"), .sample(person: nil), .sample(person: "psu-bert"),
        .sample(person: "psu-anna\u{301}"), .sample(client: "TPP-1"),
    ]

    func issue(
        _ family: TokenFamily,
        standing: Standing? = .sample,
        client: Client = .sample,
        lifetimes: Lifetimes = Lifetimes(),
        at now: Timestamp = .noon + 30
    ) throws(Refusal) -> Issuance {
        try RefreshTokenGrant().decide(
            try TokenRequest.sample(.sampleRefresh, client: client, lifetimes: lifetimes, at: now),
            RefreshTokenGrant.Facts(record: .sample(family: family, expires: .latest), standing: standing)
        )
    }

    @Test(
        arguments: [
            (nil, 600, 90 * 86_400), (86_400, 600, 86_400), (601, 571, 601), (100, 70, 100), (31, 1, 31),
            (100 * 86_400, 600, 90 * 86_400),
        ] as [(Int?, Int, Int)]
    )
    func `TK-47 no token outlives the consent or the family`(consentEnds: Int?, accessLives: Int, refreshEnds: Int)
        throws
    {
        let standing = Standing.sample(expires: consentEnds.map { .noon + $0 })
        let issuance = try issue(.sample, standing: standing)
        #expect(issuance.accessTokenExpires == .noon + 30 + accessLives)
        #expect(issuance.refreshToken?.expires == .noon + refreshEnds)
        #expect(
            issuance.changes.contains { change in
                guard case .issueRefreshToken(let record) = change else { return false }
                return record.expires == .noon + refreshEnds && record.spent == nil
            }
        )
    }

    @Test
    func `TK-47 a family that is over issues nothing that is born dead`() {
        let family = TokenFamily.sample(intent: nil, scope: ["openid", "offline_access"], expires: .noon + 30)
        #expect(throws: Refusal.familyRevoked) { try issue(family, standing: nil) }
        #expect(throws: Refusal.consentEnded) { try issue(.sample, standing: .sample(expires: .noon + 30)) }
    }

    @Test
    func `TK-47 lifetimes without bound stop at the end of time`() throws {
        let lifetimes = Lifetimes(accessToken: .max, refreshToken: .max)
        let issuance = try issue(.sample(expires: .latest), lifetimes: lifetimes)
        #expect(issuance.accessTokenExpires == .latest)
    }

    @Test(
        arguments: [
            ("consent-1", ["openid", "accounts"], ["refresh_token"], true),
            ("consent-1", ["openid", "accounts"], [], false),
            (nil, ["openid"], ["refresh_token"], false), (nil, ["openid", "offline_access"], ["refresh_token"], true),
            (nil, ["openid", "offline_access"], [], false),
        ] as [(Identifier<Intent>?, Scope, Set<GrantType>, Bool)]
    )
    func `a refresh token is for who may use it and for what lasts`(
        intent: Identifier<Intent>?,
        scope: Scope,
        grantTypes: Set<GrantType>,
        isIssued: Bool
    ) throws {
        let issuance = try issue(.sample(intent: intent, scope: scope), client: .sample(grantTypes: grantTypes))
        #expect((issuance.refreshToken != nil) == isIssued)
        #expect(issuance.changes.contains { if case .issueRefreshToken = $0 { true } else { false } } == isIssued)
    }

    @Test
    func `only a family with a consent asks for the consent`() throws {
        let login = try issue(.sample(intent: nil, scope: ["openid"]), standing: nil)
        #expect(!login.changes.contains { if case .requireConsent = $0 { true } else { false } })
        #expect(login.changes.contains(.requireFamily("family-1")))
        let consent = try issue(.sample)
        #expect(consent.changes.contains(.requireConsent("consent-1", "tpp-1", "psu-anna", at: .noon + 30)))
    }

    @Test
    func `what is spent is spent first`() throws {
        let issuance = try issue(.sample)
        #expect(
            issuance.changes.first
                == .spendRefreshToken(RefreshRecord.sample.fingerprint, of: "family-1", at: .noon + 30)
        )
    }
}
