import Crypto
import OAuth
import TestSupport
import Testing
import Text

struct ChangeTests {
    /// What the loser of each race hears.
    @Test(
        arguments: [
            (.spendCode(CodeRecord.sample.fingerprint, of: "f", at: .noon), .codeReplayed("f", at: .noon)),
            (
                .spendRefreshToken(RefreshRecord.sample.fingerprint, of: "f", at: .noon),
                .refreshTokenReplayed("f", at: .noon)
            ),
            (.requireFamily("f"), .familyRevoked),
            (.requireConsent("c", "tpp-1", "psu-anna", at: .noon), .consentEnded),
            (.spendAssertion("tpp-1", Fingerprint(of: "a"), expires: .noon), .clientAssertionReplayed),
            (.spendRequest("tpp-1", Fingerprint(of: "r"), expires: .noon), .backchannelObjectInvalid),
            (.spendProof(Fingerprint(of: "k"), Fingerprint(of: "p"), expires: .noon), .proofReplayed),
            (.spendGrantAssertion(issuer: "i", Fingerprint(of: "a"), expires: .noon), .assertionReplayed),
            (.signIn("i", session: Fingerprint(of: "s"), of: "psu-anna", at: .noon), .interactionOver),
            (.closeInteraction("i", at: .noon), .interactionOver),
            (.spendPushedRequest(Fingerprint(of: "r"), at: .noon), .interactionOver),
            (.keepPushedRequest(.sample, at: .noon), .temporarilyUnavailable),
            // There may be no place left for a status.
            (.openFamily(.sample), .temporarilyUnavailable),
            (.revokeAccessToken(Fingerprint(of: "t"), expires: .noon), .temporarilyUnavailable),
            (.polled(.keep(.sample, at: .noon)), .temporarilyUnavailable),
            (.polled(.grant(PolledRequest.sample.fingerprint, "f", at: .noon)), .interactionOver),
            (.polled(.spend(PolledRequest.sample.fingerprint, at: .noon)), .polledCodeUnknown),
            (.requireSession(Fingerprint(of: "s"), at: .noon), .loginRequired),
        ] as [(Change, Refusal)]
    )
    func `who comes second is told why`(change: Change, refusal: Refusal) {
        #expect(change.refusal == refusal)
    }

    /// Changes whose condition can only fail by a mistake of ours.
    @Test(
        arguments: [
            .openSession(.sample), .endSession(Fingerprint(of: "s")),
            .revokeFamily("f", at: .noon),
            .issueCode(.sample), .issueRefreshToken(.sample),
            .countCodeFailure(Fingerprint(of: "c"), at: .noon), .countLoginFailure(.person("psu-anna"), at: .noon),
            .forgetLoginFailures(.person("psu-anna")),
            .rememberScope(["openid"], .sample, at: .noon),
        ] as [Change]
    )
    func `what cannot be lost in a race is our own failure where it fails`(change: Change) {
        #expect(change.refusal == .serverFailed)
    }

    @Test
    func `TK-20 only replays revoke`() {
        #expect(Change.spendCode(CodeRecord.sample.fingerprint, of: "f", at: .noon).refusal.remedy.count == 1)
        #expect(Change.requireFamily("f").refusal.remedy.isEmpty)
        #expect(Change.spendAssertion("tpp-1", Fingerprint(of: "a"), expires: .noon).refusal.remedy.isEmpty)
    }
}
