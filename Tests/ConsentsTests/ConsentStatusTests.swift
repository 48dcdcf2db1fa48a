import Consents
import TestSupport
import Testing
import Text

struct ConsentStatusTests {
    static let now = Timestamp.noon + 3_600

    /// A consent in this status, as it came to be there.
    static func consent(in status: Consent.Status) -> Consent {
        .sample(status: status, authorisation: status == .authorised || status == .revoked ? .sample : nil, version: 7)
    }

    /// The whole table: where each event leads from each status.
    static let table: [Consent.Status: [String: Consent.Status]] = [
        .awaiting: ["authorise": .authorised, "reject": .rejected, "fail": .failed, "delete": .revoked],
        .authorised: [
            "authorise": .authorised, "amend": .authorised, "revoke": .revoked, "delete": .revoked, "lose": .authorised,
        ],
        .rejected: [:], .failed: [:], .revoked: [:],
    ]

    @Test(arguments: Consent.Status.allCases, ConsentEvent.samples)
    func `SD-03 every event in every status leads where the table says, or nowhere`(
        status: Consent.Status,
        event: ConsentEvent
    ) throws {
        let before = Self.consent(in: status)
        guard let expected = Self.table[status]?[event.kind] else {
            #expect(throws: ConsentRefusal.impossible(in: status)) { try before.after(event, at: Self.now) }
            return
        }
        let after = try before.after(event, at: Self.now)
        #expect(after.status == expected)
        #expect(after.version == 8)
        #expect(after.updated == Self.now)
        #expect(after.statusUpdated == (expected == status ? before.statusUpdated : Self.now))
        #expect(after.deleted == (event == .delete ? Self.now : nil))
    }

    @Test(arguments: Consent.Status.allCases, ConsentEvent.samples)
    func `SD-03 nothing happens to a deleted consent`(status: Consent.Status, event: ConsentEvent) {
        var consent = Self.consent(in: status)
        consent.deleted = .noon
        #expect(throws: ConsentRefusal.deleted) { try consent.after(event, at: Self.now) }
    }

    @Test
    func `SD-03 the table has a row for every status`() {
        #expect(Set(Self.table.keys) == Set(Consent.Status.allCases))
        #expect(Set(ConsentEvent.samples.map(\.kind)).count == 7)
    }

    @Test
    func `other terms are a yes of the same person, to what they were shown`() throws {
        let before = Consent.authorisedSample
        let accounts: [Identifier<Account>] = ["account-2"]
        let after = try before.after(.amend(.sample, person: "psu-anna", accounts: accounts), at: Self.now)
        #expect(after.permissions == [.readAccountsBasic, .readBalances])
        #expect(after.lifetime == Lifetime(expires: .noon + Timestamp.days(180)))
        #expect(after.authorisation == Authorisation(person: "psu-anna", accounts: accounts, given: Self.now))
        #expect((after.id, after.created, after.version) == (before.id, before.created, before.version + 1))
        #expect(after.termsDigest != before.termsDigest)
        #expect(throws: ConsentRefusal.otherPerson) {
            try before.after(.amend(.sample, person: "psu-bert", accounts: accounts), at: Self.now)
        }
        #expect(throws: ConsentRefusal.noAccount) {
            try before.after(.amend(.sample, person: "psu-anna", accounts: []), at: Self.now)
        }
        let over = Consent.sample(expires: .noon, status: .authorised, authorisation: .sample).amendment
        #expect(throws: ConsentRefusal.expired) {
            try before.after(.amend(over, person: "psu-anna", accounts: accounts), at: Self.now)
        }
    }

    @Test(arguments: ConsentEvent.samples.filter { $0.kind != "amend" })
    func `no event changes what was registered`(event: ConsentEvent) throws {
        for status in Consent.Status.allCases {
            let before = Self.consent(in: status)
            guard let after = try? before.after(event, at: Self.now) else { continue }
            #expect(after.hasTheRegistration(of: before))
        }
    }

    @Test
    func `a yes names the person, the accounts in their order, and the moment`() throws {
        let accounts: [Identifier<Account>] = ["account-2", "account-1"]
        let consent = try Consent.sample.after(.authorise(person: "psu-anna", accounts: accounts), at: Self.now)
        #expect(consent.authorisation == Authorisation(person: "psu-anna", accounts: accounts, given: Self.now))
        #expect(consent.isInForce(at: Self.now))
    }

    @Test
    func `a yes to no account is none`() {
        for consent in [Consent.sample, .authorisedSample] {
            #expect(throws: ConsentRefusal.noAccount) {
                try consent.after(.authorise(person: "psu-anna", accounts: []), at: Self.now)
            }
        }
    }

    @Test
    func `a yes after the end is refused, to the second`() throws {
        let end = try #require(Consent.sample.lifetime.expires)
        let yes = ConsentEvent.authorise(person: "psu-anna", accounts: ["account-1"])
        for consent in [Consent.sample, .authorisedSample] {
            _ = try consent.after(yes, at: end - 1)
            #expect(throws: ConsentRefusal.expired) { try consent.after(yes, at: end) }
            #expect(throws: ConsentRefusal.expired) { try consent.after(yes, at: .latest) }
        }
    }

    @Test
    func `nobody takes over the consent of another person`() throws {
        let event = ConsentEvent.authorise(person: "psu-bert", accounts: ["account-9"])
        #expect(throws: ConsentRefusal.otherPerson) { try Consent.authorisedSample.after(event, at: Self.now) }
        let spelled = ConsentEvent.authorise(person: "psu-anna\u{301}", accounts: ["account-9"])
        #expect(throws: ConsentRefusal.otherPerson) { try Consent.authorisedSample.after(spelled, at: Self.now) }
        // Not after its end either: who asks is not told when that is.
        #expect(throws: ConsentRefusal.otherPerson) { try Consent.authorisedSample.after(event, at: .latest) }
        // One that says authorised and by whom nobody knows is nobody's.
        #expect(throws: ConsentRefusal.otherPerson) {
            try Consent.sample(status: .authorised).after(event, at: Self.now)
        }
    }

    @Test
    func `a re-authentication may change the accounts, and neither the end nor the status`() throws {
        let event = ConsentEvent.authorise(person: "psu-anna", accounts: ["account-3"])
        let consent = try Consent.authorisedSample.after(event, at: Self.now)
        #expect(consent.authorisation?.accounts == ["account-3"])
        #expect(consent.authorisation?.given == Self.now)
        #expect(consent.lifetime == Consent.authorisedSample.lifetime)
        #expect(consent.statusUpdated == Consent.authorisedSample.statusUpdated)
        #expect(consent.version == Consent.authorisedSample.version + 1)
    }

    @Test
    func `only the account that leaves goes`() throws {
        let one = try Consent.authorisedSample.after(.lose("account-1"), at: Self.now)
        #expect(one.authorisation?.accounts == ["account-2"])
        #expect(one.authorisation?.given == Authorisation.sample.given)
        #expect(one.status == .authorised)
        let none = try one.after(.lose("account-2"), at: Self.now)
        #expect(none.authorisation?.accounts == [])
        #expect(none.status == .authorised)
        #expect(throws: ConsentRefusal.accountUnknown) { try one.after(.lose("account-1"), at: Self.now) }
        #expect(throws: ConsentRefusal.accountUnknown) {
            try Consent.authorisedSample.after(.lose("account-9"), at: Self.now)
        }
    }

    @Test
    func `who was asked and did not answer leaves a consent in force as it is`() {
        for event in [ConsentEvent.reject(.refused), .reject(.timedOut), .reject(.cancelledAtLogin), .fail] {
            #expect(throws: ConsentRefusal.impossible(in: .authorised)) {
                try Consent.authorisedSample.after(event, at: Self.now)
            }
        }
    }

    @Test
    func `SD-02 nobody is asked about a consent that is another's, over, or decided`() throws {
        let end = try #require(Consent.sample.lifetime.expires)
        for status in Consent.Status.allCases {
            let consent = Self.consent(in: status)
            switch status {
            case .awaiting, .authorised: try consent.requireAuthorisable(for: "tpp-1", at: end - 1)
            case .rejected, .failed, .revoked:
                #expect(throws: ConsentRefusal.impossible(in: status)) {
                    try consent.requireAuthorisable(for: "tpp-1", at: end - 1)
                }
            }
            #expect(throws: ConsentRefusal.expired) { try consent.requireAuthorisable(for: "tpp-1", at: end) }
            var deleted = consent
            deleted.deleted = .noon
            #expect(throws: ConsentRefusal.deleted) { try deleted.requireAuthorisable(for: "tpp-1", at: .noon) }
            // Whose it is comes first: a stranger learns nothing of how it stands.
            for stranger in ["tpp-2", "TPP-1", "", "psu-anna"] as [Identifier<ThirdParty>] {
                #expect(throws: ConsentRefusal.otherThirdParty) {
                    try deleted.requireAuthorisable(for: stranger, at: end)
                }
            }
        }
    }
}

extension Consent {
    /// Whether all that a third party registered is as it was.
    func hasTheRegistration(of other: Consent) -> Bool {
        id == other.id && thirdParty == other.thirdParty && origin == other.origin && receipt == other.receipt
            && permissions == other.permissions && period == other.period && lifetime == other.lifetime
            && created == other.created && effectivePermissions == other.effectivePermissions
    }
}
