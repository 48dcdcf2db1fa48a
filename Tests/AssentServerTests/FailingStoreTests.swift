import AssentServer
import Consents
import Crypto
import HTTP
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// Every question and every commit fails once, in turn: nothing is granted, denied or acknowledged by a failure.
struct FailingStoreTests {
    /// A request that is answered with yes, in a house where something has happened before.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var given: [Storage.Change] = Storage.Change.granted
        let ask: @Sendable (SampleHouse) async throws -> Response
        let status: HTTP.Status
        /// What the answer must say besides; a revoked token at introspection is a yes that says no.
        var check: @Sendable (Response) -> Bool = { _ in true }

        init(
            _ name: String,
            given: [Storage.Change] = Storage.Change.granted,
            _ status: HTTP.Status,
            check: @escaping @Sendable (Response) -> Bool = { _ in true },
            _ ask: @escaping @Sendable (SampleHouse) async throws -> Response
        ) {
            testDescription = name
            self.given = given
            self.status = status
            self.check = check
            self.ask = ask
        }
    }

    private static let consents: WireText = "/open-banking/v3.1/aisp/account-access-consents"

    private static func bearer(_ house: SampleHouse, ofFamily: Bool = true) throws -> [(FieldName, WireText)] {
        [(.authorization, WireText("Bearer \(try house.accessToken(ofFamily: ofFamily))"))]
    }

    private static let revokedToken: [Storage.Change] =
        Storage.Change.granted + [.oauth(.revokeAccessToken(Fingerprint(of: "token-1"), expires: .noon + 600))]

    private static let isActive: @Sendable (Response) -> Bool = { $0.json?["active"] == true }
    private static let isInactive: @Sendable (Response) -> Bool = { $0.json == ["active": false] }

    static let cases: [Case] = [
        Case("redemption", .ok) { house in await house.post("/token", .sampleRedemption) },
        Case("refresh", .ok) { house in await house.post("/token", .sampleRefresh) },
        Case("assertion", .ok) { house in
            let assertion = try SampleHouse.assertion("assertion-1")
            return await house.send(
                .post,
                "/token",
                form: FormFields([
                    .init("grant_type", "client_credentials"), .init("client_assertion", assertion),
                    .init("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ])
            )
        },
        Case("introspection of an access token", .ok, check: isActive) { house in
            await house.post("/introspect", FormFields([.init("token", try house.accessToken())]))
        },
        Case("introspection of a refresh token", .ok, check: isActive) { house in
            await house.post("/introspect", FormFields([.init("token", RefreshRecord.sampleToken)]))
        },
        Case("introspection of a revoked token", given: revokedToken, .ok, check: isInactive) { house in
            await house.post("/introspect", FormFields([.init("token", try house.accessToken())]))
        },
        Case("revocation of an access token", .ok) { house in
            await house.post("/revoke", FormFields([.init("token", try house.accessToken())]))
        },
        Case("revocation of a refresh token", .ok) { house in
            await house.post("/revoke", FormFields([.init("token", RefreshRecord.sampleToken)]))
        },
        Case("user info", .ok) { house in await house.send(.get, "/userinfo", try bearer(house)) },
        Case("account data", .ok) { house in
            await house.send(.get, "/open-banking/v3.1/aisp/accounts", try bearer(house))
        },
        Case("registration of a consent", given: [], .created) { house in
            await house.sendJSON(
                consents,
                #"{"Data":{"Permissions":["ReadAccountsDetail"]},"Risk":{}}"#,
                try bearer(house, ofFamily: false)
            )
        },
        Case("reading a consent", .ok) { house in
            await house.send(.get, WireText("\(consents)/consent-1"), try bearer(house, ofFamily: false))
        },
        Case("deletion of a consent", .noContent) { house in
            await house.send(.delete, WireText("\(consents)/consent-1"), try bearer(house, ofFamily: false))
        },
    ]

    @Test(arguments: cases)
    func `ST-30 a call of the store that fails is 503, and neither yes nor no`(row: Case) async throws {
        let calls = try await callsWhereNothingFails(row)
        #expect(calls > 0, "the request asks the store")
        for number in 0..<calls {
            for failure in [StoreFailure.inputOutput, .busy, .full, .corrupt("a page")] {
                let store = MemoryStore()
                if !row.given.isEmpty { #expect(try await store.commit(row.given) == .kept) }
                let house = try SampleHouse(store: store)
                let before = store.kept.count
                store.failOnce(with: failure, after: number)
                let refused = try await row.ask(house)
                #expect(refused.status == .serviceUnavailable, "call \(number), \(failure)")
                #expect(refused.fields.contains(.retryAfter), "call \(number), \(failure)")
                // Nothing was kept, so the same request made again is as good as the first.
                #expect(store.kept.count == before, "call \(number), \(failure)")
                let again = try await row.ask(house)
                #expect(again.status == row.status, "call \(number), \(failure)")
                #expect(row.check(again))
            }
        }
    }

    @Test func `ST-30 a client hears by redirect that its request could not be looked at`() async throws {
        let row = Case("authorization", given: [.consent(.registration(of: .sample()))], .seeOther) { house in
            await house.send(.get, "/authorize", query: WireText(FormFields.sampleAuthorization.encoded))
        }
        let calls = try await callsWhereNothingFails(row)
        #expect(calls > 1, "the consent is read, and the request is parked")
        for number in 0..<calls {
            let store = MemoryStore()
            #expect(try await store.commit(row.given) == .kept)
            let house = try SampleHouse(store: store)
            store.failOnce(with: .inputOutput, after: number)
            let refused = try await row.ask(house)
            // RFC 6749 §4.1.2.1: a redirect has no status of its own, so the code says it.
            #expect(refused.status == .seeOther)
            #expect(refused.error == "temporarily_unavailable", "call \(number)")
            #expect(refused.fields.first(.location)?.hasPrefix("https://c.example/cb?") == true)
            #expect(try await row.ask(house).error == nil, "call \(number)")
        }
    }

    private func callsWhereNothingFails(_ row: Case) async throws -> Int {
        let store = MemoryStore()
        if !row.given.isEmpty { #expect(try await store.commit(row.given) == .kept) }
        let house = try SampleHouse(store: store)
        let before = store.calls
        let answer = try await row.ask(house)
        #expect(answer.status == row.status)
        #expect(row.check(answer))
        return store.calls - before
    }
}

extension SampleHouse {
    /// A document for a consent API.
    fileprivate func sendJSON(_ path: WireText, _ text: String, _ headers: [(FieldName, WireText)]) async -> Response {
        var fields = Fields()
        for (name, value) in headers { fields.append(name, FieldValue(value) ?? "") }
        fields.append(.contentType, "application/json")
        return await application.respond(
            to: Request(
                method: .post,
                path: path,
                authority: "bank.example",
                fields: fields,
                body: Array(text.utf8),
                peer: Peer(address: "192.0.2.1", port: 1_024, isEncrypted: true)
            )
        )
    }
}
