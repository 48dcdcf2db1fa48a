import Crypto
import OAuth
import TestSupport
import Testing
import Text

struct AuthorizationCodeGrantTests {
    let grant = AuthorizationCodeGrant()

    func decide(
        _ form: FormFields = .sampleRedemption,
        _ code: CodeRecord? = .sample,
        standing: Standing? = .sample,
        client: Client = .sample,
        certificate: Fingerprint? = nil,
        lifetimes: Lifetimes = Lifetimes(),
        at now: Timestamp = .noon + 30
    ) throws(Refusal) -> Issuance {
        let request = try TokenRequest.sample(
            form,
            client: client,
            certificate: certificate,
            lifetimes: lifetimes,
            at: now
        )
        return try grant.decide(request, AuthorizationCodeGrant.Facts(code: code, standing: standing))
    }

    @Test
    func `a good code buys tokens, and is spent under conditions`() throws {
        let issuance = try decide()
        let now = Timestamp.noon + 30
        let record = RefreshRecord(
            fingerprint: Fingerprint(of: TokenRequest.sampleFreshToken),
            family: .sample,
            expires: TokenFamily.sample.expires
        )
        #expect(issuance.subject == .person(.sample))
        #expect(issuance.scope == ["openid", "accounts"])
        #expect(issuance.accessTokenExpires == now + 600)
        #expect(issuance.refreshToken?.value == TokenRequest.sampleFreshToken)
        #expect(
            issuance.changes == [
                .spendCode(CodeRecord.sample.fingerprint, of: "family-1", at: now),
                .requireFamily("family-1"),
                .requireConsent("consent-1", "tpp-1", "psu-anna", at: now),
                .issueRefreshToken(record),
            ]
        )
    }

    /// Each row changes one thing in a request that is otherwise right.
    @Test(
        arguments: [
            ("code", nil, .parameterMissing(.code)), ("code", "", .parameterMissing(.code)),
            ("redirect_uri", nil, .parameterMissing(.redirectURI)),
            ("redirect_uri", "", .parameterMissing(.redirectURI)),
            ("redirect_uri", "https://c.example/cb/", .redirectURIDiffers), ("code_verifier", nil, .verifierMissing),
            ("code_verifier", "", .verifierMissing), ("code_verifier", "short", .verifierDiffers),
            ("code_verifier", WireText(String(repeating: "w", count: 43)), .verifierDiffers),
        ] as [(WireText, WireText?, Refusal)]
    )
    func `a request with one thing wrong is refused for it`(name: WireText, value: WireText?, refusal: Refusal) {
        #expect(throws: refusal) { try decide(.sampleRedemption.setting(name, value)) }
    }

    @Test
    func `AZ-49 a code with a challenge is not redeemed without its verifier`() {
        for value in [nil, ""] as [WireText?] {
            let refusal = #expect(throws: Refusal.self) {
                try decide(.sampleRedemption.setting("code_verifier", value))
            }
            #expect(refusal?.code == "invalid_grant")
            #expect(refusal?.remedy == [])
        }
        #expect(throws: Refusal.parameterRepeated(.codeVerifier)) {
            try decide(.sampleRedemption.adding("code_verifier", CodeRecord.sampleVerifier))
        }
    }

    @Test(arguments: ChallengeTests.wrongVerifiers.filter { !$0.isEmpty })
    func `AZ-50 another verifier is an invalid grant and revokes nothing`(verifier: WireText) {
        #expect(throws: Refusal.verifierDiffers) { try decide(.sampleRedemption.setting("code_verifier", verifier)) }
        #expect(Refusal.verifierDiffers.remedy.isEmpty)
    }

    @Test
    func `TK-20 a spent code is refused, and takes its tokens along`() {
        for spent in [Timestamp.noon + 1, .noon + 30, .earliest, .latest] {
            let refusal = #expect(throws: Refusal.self) { try decide(.sampleRedemption, .sample(spent: spent)) }
            #expect(refusal == .codeReplayed("family-1", at: .noon + 30))
            #expect(refusal?.code == "invalid_grant")
            #expect(refusal?.remedy == [.revokeFamily("family-1", at: .noon + 30)])
        }
    }

    @Test
    func `TK-20 a spent code rings the bell however late it comes and whatever comes with it`() {
        let spent = CodeRecord.sample(spent: .noon + 1)
        for form in [
            FormFields.sampleRedemption.setting("redirect_uri", "https://evil.test/"),
            .sampleRedemption.setting("code_verifier", "wrong"),
        ] {
            #expect(throws: Refusal.codeReplayed("family-1", at: .noon + 86_400)) {
                try decide(form, spent, standing: nil, at: .noon + 86_400)
            }
        }
    }

    @Test
    func `TK-21 the loser of a race for a code is answered like a replay`() throws {
        let issuance = try decide()
        let spending = try #require(issuance.changes.first)
        #expect(spending.refusal == .codeReplayed("family-1", at: .noon + 30))
        #expect(spending.refusal.remedy == [.revokeFamily("family-1", at: .noon + 30)])
    }

    @Test
    func `TK-23 a code of another client is unknown, spent or not, and is left alone`() {
        for code in [
            CodeRecord.sample, .sample(spent: .noon), .sample(expires: .noon), .sample(family: .sample(revoked: .noon)),
        ] {
            let refusal = #expect(throws: Refusal.codeUnknown) { try decide(.sampleRedemption, code, client: .other) }
            #expect(refusal?.remedy == [])
        }
        // Naming the owner in the body does not help: the client is the one that has proved who it is.
        #expect(throws: Refusal.codeUnknown) {
            try decide(.sampleRedemption.setting("client_id", "tpp-1"), client: .other)
        }
    }

    @Test
    func `TK-23 a code that was never issued is unknown`() {
        #expect(throws: Refusal.codeUnknown) { try decide(.sampleRedemption, nil) }
        #expect(throws: Refusal.codeUnknown) { try decide(.sampleRedemption, nil, standing: nil) }
    }

    @Test(arguments: RedirectURITests.nearMisses.filter { !$0.isEmpty })
    func `TK-24 a near miss of the redirect URI is refused`(uri: WireText) {
        #expect(throws: Refusal.redirectURIDiffers) { try decide(.sampleRedemption.setting("redirect_uri", uri)) }
    }

    @Test
    func `AZ-16 a code for one registered URI is not redeemed with another`() {
        let client = Client.sample(redirectURIs: ["https://c.example/cb", "https://c.example/2"])
        #expect(throws: Refusal.redirectURIDiffers) {
            try decide(.sampleRedemption.setting("redirect_uri", "https://c.example/2"), client: client)
        }
        #expect(throws: Refusal.parameterRepeated(.redirectURI)) {
            try decide(.sampleRedemption.adding("redirect_uri", "https://c.example/cb"))
        }
    }

    @Test
    func `AZ-16 the port that a native client asked from is the one that it redeems with`() throws {
        let uri = try RedirectURI(registering: "http://127.0.0.1/cb", portIsFree: true)
        let client = Client.sample(redirectURIs: [uri])
        let code = CodeRecord.sample(family: .sample(redirectURI: "http://127.0.0.1:49152/cb"))
        _ = try decide(.sampleRedemption.setting("redirect_uri", "http://127.0.0.1:49152/cb"), code, client: client)
        #expect(throws: Refusal.redirectURIDiffers) {
            try decide(.sampleRedemption.setting("redirect_uri", "http://127.0.0.1:49153/cb"), code, client: client)
        }
    }

    @Test(
        arguments: [
            (0, true), (1, true), (59, true), (60, false), (61, false), (86_400, false), (-3_600, true),
        ] as [(Int, Bool)]
    )
    func `TK-25 a code lives for less than a minute`(seconds: Int, isAccepted: Bool) {
        let now = Timestamp.noon + seconds
        if isAccepted {
            #expect(throws: Never.self) { try decide(at: now) }
        } else {
            #expect(throws: Refusal.codeExpired) { try decide(at: now) }
        }
    }

    @Test(arguments: NaughtyStrings.all + [CodeRecord.sampleCode, WireText(String(repeating: "x", count: 60_000))])
    func `TK-27 a code that the store does not know is unknown, whatever it looks like`(code: WireText) {
        #expect(throws: Refusal.codeUnknown) { try decide(.sampleRedemption.setting("code", code), nil) }
    }

    @Test
    func `TK-28 what failed for its contents spends nothing and revokes nothing`() throws {
        for form in [
            FormFields.sampleRedemption.setting("code_verifier", WireText(String(repeating: "w", count: 43))),
            .sampleRedemption.setting("redirect_uri", "https://c.example/other"),
            .sampleRedemption.setting("code_verifier", nil),
        ] {
            let refusal = #expect(throws: Refusal.self) { try decide(form) }
            #expect(refusal?.remedy == [])
        }
        _ = try decide()
    }

    @Test
    func `TK-44 a code that was asked for with a certificate is redeemed with the same one`() throws {
        let certificate = Fingerprint(of: "certificate")
        let code = CodeRecord.sample(certificate: certificate)
        _ = try decide(.sampleRedemption, code, certificate: certificate)
        #expect(throws: Refusal.certificateDiffers) { try decide(.sampleRedemption, code) }
        #expect(throws: Refusal.certificateDiffers) {
            try decide(.sampleRedemption, code, certificate: Fingerprint(of: "another"))
        }
    }

    @Test(arguments: FamilyIssuanceTests.endedStandings)
    func `TK-46 a code is worth what its consent is worth`(standing: Standing?) {
        #expect(throws: Refusal.consentEnded) { try decide(standing: standing) }
    }

    @Test
    func `TK-46 a code of a revoked family buys nothing`() {
        #expect(throws: Refusal.familyRevoked) {
            try decide(.sampleRedemption, .sample(family: .sample(revoked: .noon + 1)))
        }
    }

    @Test
    func `TK-46 a code buys nothing that its client may no longer have`() {
        #expect(throws: Refusal.scopeWithdrawn) { try decide(client: .sample(scope: ["openid"])) }
        #expect(throws: Refusal.scopeWithdrawn) { try decide(client: .sample(scope: [])) }
        #expect(Refusal.scopeWithdrawn.code == "invalid_grant")
    }

    @Test
    func `what is decided does not depend on the order of the fields`() throws {
        for form in [
            FormFields.sampleRedemption, .sampleRedemption.setting("code_verifier", nil).setting("redirect_uri", "x"),
            .sampleRedemption.setting("code_verifier", "x").setting("redirect_uri", "x"),
        ] {
            func outcome(_ form: FormFields) -> String {
                do { return "\(try decide(form).changes)" } catch { return error.label }
            }
            for shuffled in form.shuffles { #expect(outcome(shuffled) == outcome(form)) }
        }
    }
}
