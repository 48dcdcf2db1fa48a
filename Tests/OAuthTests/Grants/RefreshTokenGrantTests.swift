import Crypto
import OAuth
import TestSupport
import Testing
import Text

struct RefreshTokenGrantTests {
    func decide(
        _ form: FormFields = .sampleRefresh,
        _ record: RefreshRecord? = .sample,
        standing: Standing? = .sample,
        client: Client = .sample,
        at now: Timestamp = .noon + 30
    ) throws(Refusal) -> Issuance {
        try RefreshTokenGrant().decide(
            try TokenRequest.sample(form, client: client, at: now),
            RefreshTokenGrant.Facts(record: record, standing: standing)
        )
    }

    @Test
    func `a refresh token is spent for its successor`() throws {
        let issuance = try decide()
        let now = Timestamp.noon + 30
        let successor = RefreshRecord(
            fingerprint: Fingerprint(of: TokenRequest.sampleFreshToken),
            family: .sample,
            expires: TokenFamily.sample.expires
        )
        #expect(issuance.subject == .person(.sample))
        #expect(issuance.scope == ["openid", "accounts"])
        #expect(
            issuance.changes == [
                .spendRefreshToken(RefreshRecord.sample.fingerprint, of: "family-1", at: now),
                .requireFamily("family-1"),
                .requireConsent("consent-1", "tpp-1", "psu-anna", at: now), .issueRefreshToken(successor),
            ]
        )
    }

    @Test(arguments: [.fapi1AdvancedUK, .fapi2, .fapi2MessageSigning] as [Profile])
    func `TK-47 a client of FAPI keeps its refresh token, which ends when it would have`(profile: Profile) throws {
        let client = Client.sample(authentication: .privateKeyJWT(SampleAssertion.keys()), profile: profile)
        let issuance = try decide(client: client)
        #expect(issuance.refreshToken == nil)
        #expect(
            issuance.changes == [
                .requireFamily("family-1"),
                .requireConsent("consent-1", "tpp-1", "psu-anna", at: .noon + 30),
            ]
        )
        #expect(throws: Refusal.refreshTokenExpired) { try decide(client: client, at: RefreshRecord.sample.expires) }
    }

    @Test
    func `a request without a refresh token is refused`() {
        #expect(throws: Refusal.parameterMissing(.refreshToken)) {
            try decide(.sampleRefresh.setting("refresh_token", nil))
        }
        #expect(throws: Refusal.parameterMissing(.refreshToken)) {
            try decide(.sampleRefresh.setting("refresh_token", ""))
        }
        #expect(throws: Refusal.refreshTokenUnknown) { try decide(.sampleRefresh, nil, standing: nil) }
    }

    @Test
    func `TK-40 the loser of a race for a refresh token is answered like a replay`() throws {
        let spending = try #require(try decide().changes.first)
        #expect(spending.refusal == .refreshTokenReplayed("family-1", at: .noon + 30))
        #expect(spending.refusal.remedy == [.revokeFamily("family-1", at: .noon + 30)])
    }

    @Test
    func `TK-41 a spent token is refused, and takes its family along`() {
        for spent in [Timestamp.noon, .noon + 30, .earliest, .latest] {
            let refusal = #expect(throws: Refusal.self) { try decide(.sampleRefresh, .sample(spent: spent)) }
            #expect(refusal == .refreshTokenReplayed("family-1", at: .noon + 30))
            #expect(refusal?.code == "invalid_grant")
            #expect(refusal?.remedy == [.revokeFamily("family-1", at: .noon + 30)])
        }
    }

    @Test
    func `TK-41 a stolen copy rings the bell however late it comes`() {
        let late = Timestamp.noon + Timestamp.days(400)
        #expect(throws: Refusal.refreshTokenReplayed("family-1", at: late)) {
            try decide(.sampleRefresh, .sample(spent: .noon), standing: nil, at: late)
        }
        #expect(throws: Refusal.refreshTokenReplayed("family-1", at: late)) {
            try decide(.sampleRefresh.setting("scope", "x\"y"), .sample(spent: .noon), standing: nil, at: late)
        }
    }

    @Test
    func `TK-44 a refresh token of another client is unknown, spent or not, and is left alone`() {
        for record in [RefreshRecord.sample, .sample(spent: .noon), .sample(expires: .noon)] {
            let refusal = #expect(throws: Refusal.refreshTokenUnknown) {
                try decide(.sampleRefresh, record, client: .other)
            }
            #expect(refusal?.remedy == [])
        }
    }

    @Test
    func `a refresh token lives until the moment at which it expires`() throws {
        let record = RefreshRecord.sample(expires: .noon + 31)
        _ = try decide(.sampleRefresh, record)
        #expect(throws: Refusal.refreshTokenExpired) { try decide(.sampleRefresh, record, at: .noon + 31) }
    }

    @Test(arguments: ["accounts", "openid", "accounts openid", "openid accounts"] as [WireText])
    func `TK-45 less than was granted may be asked for, and the family keeps the rest`(scope: WireText) throws {
        let issuance = try decide(.sampleRefresh.setting("scope", scope))
        #expect(issuance.scope.text == scope)
        #expect(
            issuance.changes.contains { change in
                guard case .issueRefreshToken(let record) = change else { return false }
                return record.family.scope == ["openid", "accounts"]
            }
        )
    }

    @Test(
        arguments: [
            "openid accounts offline_access", "offline_access", "payments", "OPENID", "openid  accounts",
            "openid openid",
            " ", "openid\"", "openid\u{0}", "openi\u{434}",
        ] as [WireText]
    )
    func `TK-45 more than was granted is refused`(scope: WireText) {
        let refusal = #expect(throws: Refusal.scopeUnsupported) { try decide(.sampleRefresh.setting("scope", scope)) }
        #expect(refusal?.code == "invalid_scope")
    }

    @Test(arguments: FamilyIssuanceTests.endedStandings)
    func `TK-46 a refresh token is worth what its consent is worth`(standing: Standing?) {
        let refusal = #expect(throws: Refusal.consentEnded) { try decide(standing: standing) }
        #expect(refusal?.code == "invalid_grant")
    }

    @Test
    func `TK-46 a refresh token of a revoked family buys nothing`() {
        #expect(throws: Refusal.familyRevoked) {
            try decide(.sampleRefresh, .sample(family: .sample(revoked: .noon)))
        }
    }

    @Test
    func `TK-46 a refresh token buys nothing that its client may no longer have`() {
        #expect(throws: Refusal.scopeWithdrawn) { try decide(client: .sample(scope: ["openid"])) }
        // Asking for the rest only does not help: what was granted is not what is allowed now.
        #expect(throws: Refusal.scopeWithdrawn) {
            try decide(.sampleRefresh.setting("scope", "openid"), client: .sample(scope: ["openid"]))
        }
    }

    @Test
    func `TK-47 refreshing on and on ends where the family ends`() throws {
        var record = RefreshRecord.sample
        var now = Timestamp.noon + 30
        for _ in 0..<100 {
            let issuance = try decide(.sampleRefresh, record, at: now)
            let expires = try #require(issuance.refreshToken?.expires)
            #expect(expires == TokenFamily.sample.expires)
            #expect(issuance.accessTokenExpires <= TokenFamily.sample.expires)
            record = .sample(expires: expires)
            now = now + 77_000
        }
        #expect(throws: Refusal.refreshTokenExpired) {
            try decide(.sampleRefresh, record, at: TokenFamily.sample.expires)
        }
    }
}
