import Consents
import TestSupport
import Testing
import Text

/// What happens to a consent, and what its history says of it.
struct ConsentChangeTests {
    private static let anna = Actor.person("psu-anna")

    @Test
    func `a history begins with whoever registered the consent`() {
        let revision = ConsentChange.registration(of: .sample).revision
        #expect(revision.from == nil)
        #expect(revision.to == .awaiting)
        #expect(revision.version == 1)
        #expect(revision.accounts.isEmpty)
        #expect(revision.actor == .thirdParty("tpp-1"))
        #expect(revision.reason == .registered)
    }

    @Test(
        arguments: [
            (.sample, .authorise(person: "psu-anna", accounts: ["account-1"]), .authorised, .authorised),
            (.sample, .reject(.refused), .rejected, .refused),
            (.sample, .reject(.cancelledAtLogin), .rejected, .cancelledAtLogin),
            (.sample, .reject(.timedOut), .rejected, .timedOut), (.sample, .fail, .failed, .failed),
            (.sample, .delete, .revoked, .deletedByThirdParty),
            (.authorisedSample, .authorise(person: "psu-anna", accounts: ["account-1"]), .authorised, .reauthorised),
            (.authorisedSample, .revoke(.person), .revoked, .revokedByPerson),
            (.authorisedSample, .revoke(.bank), .revoked, .revokedByBank),
            (.authorisedSample, .revoke(.thirdParty), .revoked, .revokedByThirdParty),
            (.authorisedSample, .delete, .revoked, .deletedByThirdParty),
            (.authorisedSample, .lose("account-2"), .authorised, .accountLeft),
        ] as [(Consent, ConsentEvent, Consent.Status, Revision.Reason)]
    )
    func `an entry says what happened and why`(
        row: (consent: Consent, event: ConsentEvent, status: Consent.Status, reason: Revision.Reason)
    ) throws {
        let change = try row.consent.change(row.event, by: Self.anna, at: .noon + 120)
        let revision = change.revision
        #expect(change.consent == (try row.consent.after(row.event, at: .noon + 120)))
        #expect(revision.from == row.consent.status)
        #expect(revision.to == row.status)
        #expect(revision.to == change.consent.status)
        #expect(revision.version == row.consent.version + 1)
        #expect(revision.reason == row.reason)
        #expect(revision.at == .noon + 120)
        #expect(revision.accounts == (row.status == .authorised ? ["account-1"] : []))
    }

    @Test
    func `the reason of a consent is that of its status, whatever happened since`() throws {
        let left = try Consent.authorisedSample.after(.lose("account-2"), at: .noon + 120)
        #expect(left.reason == .authorised)
        #expect(try left.after(.revoke(.bank), at: .noon + 121).reason == .revokedByBank)
    }

    @Test
    func `an account is given once`() {
        #expect(throws: ConsentRefusal.accountRepeated) {
            try Consent.sample.after(.authorise(person: "psu-anna", accounts: ["account-1", "account-1"]), at: .noon)
        }
    }

    @Test(arguments: [(nil, nil), (0, nil), (1, 86_400), (90, 90 * 86_400)] as [(Int?, Int?)])
    func `days count from the first yes, and a later yes does not make them longer`(
        row: (days: Int?, lives: Int?)
    ) throws {
        let waits = Consent.sample(expires: .noon + 3_600, days: row.days)
        let event = ConsentEvent.authorise(person: "psu-anna", accounts: ["account-1"])
        let given = try waits.after(event, at: .noon + 60)
        let expires = row.lives.map { .noon + 60 + $0 } ?? Timestamp.noon + 3_600
        #expect(given.lifetime == Lifetime(expires: expires, days: row.days))
        #expect(try given.after(event, at: .noon + 70).lifetime == given.lifetime)
    }

    @Test(arguments: Consent.Status.allCases)
    func `a consent that could still be used is expired from its end on`(status: Consent.Status) {
        let consent = Consent.sample(expires: .noon + 10, status: status)
        let isOpen = status == .awaiting || status == .authorised
        #expect(consent.state(at: .noon + 9).rawValue == status.rawValue)
        #expect(consent.state(at: .noon + 10) == (isOpen ? .expired : consent.state(at: .noon + 9)))
    }
}
