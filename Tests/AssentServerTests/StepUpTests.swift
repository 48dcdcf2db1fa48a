import Consents
import HTTP
import OAuth
import Storage
import Surfaces
import TestSupport
import Testing
import Text

/// RFC 9470 from the token to the challenge.
struct StepUpChallengeTests {
    private let store = MemoryStore()
    private static let path: WireText = "/open-banking/v3.1/aisp/accounts/account-1/transactions"

    /// A consent for transactions, and a family whose login was half a minute before noon.
    private func house(_ stepUp: StepUp) async throws -> SampleHouse {
        let consent = Consent.sample(permissions: [
            .readAccountsDetail, .readTransactionsDetail, .readTransactionsCredits,
        ])
        let event = ConsentEvent.authorise(person: "psu-anna", accounts: ["account-1"])
        let given = try consent.change(event, by: .person("psu-anna"), at: .noon)
        let changes: [Storage.Change] = [
            .consent(.registration(of: consent)), .consent(given), .oauth(.openFamily(.sample)),
        ]
        #expect(try await store.commit(changes) == .kept)
        return try SampleHouse(store: store, stepUp: stepUp)
    }

    @Test func `an old login is answered with what to ask for, and the token stays good for the rest`() async throws {
        let house = try await house(StepUp(maxAge: 59, acr: "urn:assent:password"))
        let bearer = WireText("Bearer \(try house.accessToken())")
        let answer = await house.send(.get, Self.path, [(.authorization, bearer)])
        #expect(answer.status == .unauthorized)
        let challenge = try #require(answer.fields.first(.wwwAuthenticate)?.string)
        #expect(challenge.hasPrefix("Bearer error=\"insufficient_user_authentication\""))
        #expect(challenge.contains("max_age=\"59\""))
        #expect(challenge.contains("acr_values=\"urn:assent:password\""))
        let accounts = await house.send(.get, "/open-banking/v3.1/aisp/accounts", [(.authorization, bearer)])
        #expect(accounts.status == .ok)
    }

    @Test func `a login that is young enough is not asked for again`() async throws {
        let house = try await house(StepUp(maxAge: 60, acr: "urn:assent:password"))
        let bearer = WireText("Bearer \(try house.accessToken())")
        let answer = await house.send(.get, Self.path, [(.authorization, bearer)])
        // The sample's account is nobody's at this bank.
        #expect(answer.status == .forbidden)
    }

    @Test func `tokens and introspection say when and how the person signed in`() async throws {
        let house = try await house(StepUp())
        let answer = await house.post("/introspect", FormFields([.init("token", try house.accessToken())]))
        #expect(answer.json?["auth_time"]?.integer == Timestamp.noon.seconds - 30)
        #expect(answer.json?["acr"]?.text == "urn:assent:password")
    }
}
