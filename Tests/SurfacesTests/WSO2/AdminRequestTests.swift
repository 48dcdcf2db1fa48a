import Consents
import Surfaces
import TestSupport
import Testing
import Text

/// What the bank's staff may ask, and how histories are shown.
struct AdminRequestTests {
    @Test func `every filter is read into its own`() throws {
        let query: WireText =
            "consentIDs=c1,c2&clientIDs=tpp-1&consentTypes=accounts&consentStatuses=Rejected,Expired&userIds=psu-anna&accountIds=a1&fromTime=10&toTime=20&limit=1000&offset=7"
        let search = try ConsentSearchRequest.read(query)
        #expect(search.consents == ["c1", "c2"])
        #expect(search.thirdParties == ["tpp-1"])
        #expect(search.persons == ["psu-anna"])
        #expect(search.accounts == ["a1"])
        #expect(search.states == [.rejected, .failed, .expired])
        #expect(search.from == Timestamp(10) && search.to == Timestamp(20))
        #expect(search.limit == 1_000 && search.offset == 7)
        #expect(try ConsentSearchRequest.read(nil).limit == 25)
    }

    @Test(arguments: [
        "limit=-1", "limit=0", "limit=1001", "limit=1000000000", "limit=1e3", "limit=+1", "limit=%201", "limit=",
        "offset=-1", "offset=99999999999", "fromTime=-1", "fromTime=2&toTime=1", "toTime=999999999999",
        "consentStatuses=authorised", "consentStatuses=%27", "consentTypes=payments", "unknown=1", "limit=1&limit=1",
        "userIds=a&userIDs=b", "clientIDs=,", "clientIDs=a,,b", "%zz",
    ])
    func `SD-26 a search outside its bounds is refused`(query: String) {
        #expect(throws: SurfaceRefusal.self) { try ConsentSearchRequest.read(WireText(query)) }
    }

    @Test func `SD-26 lists and values have a length`() {
        let many = "clientIDs=" + Array(repeating: "a", count: 101).joined(separator: ",")
        #expect(throws: SurfaceRefusal.self) { try ConsentSearchRequest.read(WireText(many)) }
        let long = "clientIDs=" + String(repeating: "a", count: 257)
        #expect(throws: SurfaceRefusal.self) { try ConsentSearchRequest.read(WireText(long)) }
    }

    @Test(arguments: Consent.State.allCases)
    func `every state is found by the word that is shown for it`(state: Consent.State) throws {
        let ended: Set<Consent.State> = [.expired]
        let status: Consent.Status =
            switch state {
            case .awaiting: .awaiting
            case .authorised, .expired: .authorised
            case .rejected: .rejected
            case .failed: .failed
            case .revoked: .revoked
            }
        let consent = Consent.sample(expires: ended.contains(state) ? .noon : nil, status: status)
        let word = BankSpelling.status(of: consent, at: .noon)
        #expect(try ConsentSearchRequest.read(WireText("consentStatuses=\(word)")).states.contains(state))
    }

    @Test(arguments: ["", "consentId=", "userId=a", "consentId=a&consentID=a", "consentId=a&x=y"])
    func `what is taken back is named, once`(query: WireText) {
        #expect(throws: SurfaceRefusal.self) { try RevocationRequest(query) }
        #expect(throws: SurfaceRefusal.self) { try AccountRemoval(query) }
    }

    @Test func `a history says from what to what, who, when and why`() throws {
        let consent = Consent.sample()
        let given = try consent.change(
            .authorise(person: "psu-anna", accounts: ["a1", "a2"]),
            by: .person("psu-anna"),
            at: .noon + 60
        )
        let lost = try given.consent.change(.lose("a1"), by: .staff("kim"), at: .noon + 120)
        let revisions = [Revision.registration(of: consent), given.revision, lost.revision]
        let audit = try ConsentHistory(auditing: "consentId=consent-1").audit(revisions)
        let entries = try #require(audit["data"]?.array)
        #expect(entries.map { $0["previousStatus"] } == [nil, "AwaitingAuthorisation", "Authorised"])
        #expect(entries.map { $0["actionBy"] } == ["tpp-1", "psu-anna", "kim"])
        #expect(entries.map { $0["reason"] } == ["registered", "authorised", "account-left"])
        let some = try ConsentHistory(auditing: "consentId=consent-1&actionBy=kim&limit=1&offset=0").audit(revisions)
        #expect(some["metadata"] == ["count": 1, "offset": 0, "limit": 1, "total": 1])
        let amendments = try ConsentHistory(amending: "consentID=consent-1").amendments(revisions)
        #expect(amendments["data"]?.array?.map { $0["consentData"]?["accountIds"] } == [["a1", "a2"], ["a2"]])
    }
}
