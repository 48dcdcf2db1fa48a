import Consents
import TestSupport
import Testing
import Text

struct ConsentTests {
    @Test(arguments: Consent.Status.allCases)
    func `data may flow only while a consent is authorised, there, and not over`(status: Consent.Status) {
        let isAuthorised = status == .authorised
        let consent = Consent.sample(expires: .noon + 9, status: status, authorisation: .sample)
        #expect(consent.isInForce(at: .noon) == isAuthorised)
        #expect(consent.isInForce(at: .noon + 8) == isAuthorised)
        #expect(!consent.isInForce(at: .noon + 9))
        #expect(!Consent.sample(status: status, deleted: .noon, authorisation: .sample).isInForce(at: .noon))
        #expect(
            Consent.sample(expires: nil, status: status, authorisation: .sample).isInForce(at: .latest) == isAuthorised
        )
    }

    @Test
    func `a consent without a person's yes is not in force`() {
        #expect(!Consent.sample(status: .authorised, authorisation: nil).isInForce(at: .noon))
    }

    @Test
    func `a consent opens what was sent and what that implies`() {
        let consent = Consent.sample(permissions: [.readAccountsDetail, .readBalances])
        #expect(consent.effectivePermissions == [.readAccountsDetail, .readAccountsBasic, .readBalances])
    }

    @Test
    func `names that are stored are not changed by a new spelling`() {
        #expect(Consent.Status.allCases.map(\.rawValue) == ["awaiting", "authorised", "rejected", "failed", "revoked"])
        let origins = ["uk-open-banking", "klarna-xs2a", "acount-ais", "authorization-details"]
        #expect(Consent.Origin.allCases.map(\.rawValue) == origins)
        #expect(ConsentEvent.Rejection.refused.rawValue == "refused")
        #expect(ConsentEvent.Rejection.cancelledAtLogin.rawValue == "cancelled-at-login")
        #expect(ConsentEvent.Rejection.timedOut.rawValue == "timed-out")
        #expect(Revision.Reason.revokedByPerson.rawValue == "revoked-by-person")
        #expect(Revision.Reason.revokedByBank.rawValue == "revoked-by-bank")
        #expect(Revision.Reason.deletedByThirdParty.rawValue == "deleted-by-third-party")
        #expect(Revision.Reason.accountLeft.rawValue == "account-left")
    }

    @Test
    func `a change names its consent and its entry in the history`() {
        let revision = Revision.registration(of: .sample)
        for change in [ConsentChange.create(.sample, revision), .replace(.sample, revision)] {
            #expect(change.consent == .sample)
            #expect(change.revision == revision)
        }
    }
}
