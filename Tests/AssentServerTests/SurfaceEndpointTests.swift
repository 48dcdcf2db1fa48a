import AssentServer
import Consents
import HTTP
import OAuth
import Storage
import Synchronization
import TestSupport
import Testing
import Text

/// What the server does around a consent API, whichever it is.
struct SurfaceEndpointTests {
    private static let path: WireText = "/open-banking/v3.1/aisp/account-access-consents/consent-1"

    /// Anna allows the consent once more, and changes which accounts she shares.
    private static func decide(_ store: MemoryStore) async throws(StoreFailure) {
        guard let consent = try await store.consent("consent-1"),
            let change = try? consent.change(
                .authorise(person: "psu-anna", accounts: ["anna-current"]),
                by: .person("psu-anna"),
                at: .noon
            )
        else { throw .unavailable }
        #expect(try store.commitNow([.consent(change)]) == .kept)
    }

    @Test(arguments: [1, 3])
    func `SD-03 a DELETE that meets a decision on its way looks again, and deletes`(decisions: Int) async throws {
        let store = MemoryStore()
        #expect(try await store.commit(Array(Storage.Change.givenConsent.prefix(1))) == .kept)
        let left = Mutex(decisions)
        store.beforeCommits { store throws(StoreFailure) in
            let isDecided = left.withLock { left in
                left -= 1
                return left >= 0
            }
            if isDecided { try await Self.decide(store) }
        }
        let house = try SampleHouse(store: store)
        let token = try house.accessToken(ofFamily: false)
        let answer = await house.send(.delete, Self.path, [(.authorization, WireText("Bearer \(token)"))])
        #expect(answer.status == .noContent)
        let consent = try #require(try await store.consent("consent-1"))
        #expect(consent.deleted != nil)
        #expect(consent.status == .revoked)
    }

    @Test func `a DELETE that is overtaken again and again is to be tried later, and not the caller's fault`()
        async throws
    {
        let store = MemoryStore()
        #expect(try await store.commit(Storage.Change.givenConsent) == .kept)
        store.beforeCommits { store throws(StoreFailure) in try await Self.decide(store) }
        let house = try SampleHouse(store: store)
        let token = try house.accessToken(ofFamily: false)
        let answer = await house.send(.delete, Self.path, [(.authorization, WireText("Bearer \(token)"))])
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.fields.contains(.retryAfter))
        #expect(try await store.consent("consent-1")?.deleted == nil)
    }

    @Test(
        arguments: [(.ukOpenBanking, false, 200), (.klarna, false, 401), (.acount, false, 401), (.klarna, true, 200)]
            as [(Consent.Origin, Bool, Int)]
    )
    func `SD-01 data of a consent of another API is not to be had around its rules, unless consents are shared`(
        row: (origin: Consent.Origin, isShared: Bool, status: Int)
    ) async throws {
        let store = MemoryStore()
        #expect(try await store.commit(Storage.Change.granted) == .kept)
        store.tellConsents { _ in
            let authorisation = Authorisation(person: "psu-anna", accounts: ["anna-current"], given: .noon)
            return .sample(origin: row.origin, status: .authorised, authorisation: authorisation, version: 2)
        }
        let house = try SampleHouse(store: store, sharesAcrossSurfaces: row.isShared)
        let token = try house.accessToken()
        let answer = await house.send(
            .get,
            "/open-banking/v3.1/aisp/accounts",
            [(.authorization, WireText("Bearer \(token)"))]
        )
        #expect(answer.status.code == row.status)
    }

    @Test(arguments: ["its own", "another client's", "another person's"])
    func `account data is shown on a consent of this client and of this person alone`(whose: String) async throws {
        let store = MemoryStore()
        #expect(try await store.commit(Storage.Change.granted) == .kept)
        let asked = Mutex(0)
        store.tellConsents { consent in
            // The token is checked against the consent as it is; the data meets the other one.
            let isFirst = asked.withLock { asked in
                asked += 1
                return asked == 1
            }
            guard !isFirst else { return consent }
            let authorisation = Authorisation(
                person: whose == "another person's" ? "psu-bert" : "psu-anna",
                accounts: ["anna-current"],
                given: .noon
            )
            return .sample(
                thirdParty: whose == "another client's" ? "tpp-2" : consent.thirdParty,
                status: .authorised,
                authorisation: authorisation,
                version: 2
            )
        }
        let house = try SampleHouse(store: store)
        let token = try house.accessToken()
        let answer = await house.send(
            .get,
            "/open-banking/v3.1/aisp/accounts",
            [(.authorization, WireText("Bearer \(token)"))]
        )
        #expect(asked.withLock { $0 } == 2)
        #expect(answer.status == (whose == "its own" ? .ok : .unauthorized))
    }

    @Test func `HT-60 a request for another host is refused under the interaction that it names`() async throws {
        let house = try SampleHouse(store: MemoryStore())
        let interaction: WireText = "93bac548-d2de-4546-b106-880a5018460d"
        for authority in ["evil.example", "bank.example:8443", "bank.example.evil.example"] as [WireText] {
            let answer = await house.send(
                .get,
                Self.path,
                authority: authority,
                [(.xFAPIInteractionID, interaction)]
            )
            #expect(answer.status == .misdirectedRequest)
            #expect(answer.fields.first(.xFAPIInteractionID) == interaction)
            #expect(answer.fields.first(.xContentTypeOptions) == "nosniff")
            let other = await house.send(.get, "/jwks", authority: authority, [(.xFAPIInteractionID, interaction)])
            #expect(other.status == .misdirectedRequest)
            #expect(!other.fields.contains(.xFAPIInteractionID))
        }
    }
}
