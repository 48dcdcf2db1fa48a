import AssentServer
import Consents
import HTTP
import OAuth
import Storage
import Synchronization
import TestSupport
import Testing
import Text

/// What merchants get done for their users, and what time and others do to it.
struct MerchantActsTests {
    private let store = MemoryStore()
    private static let uk: Identifier<Consent> = "93bac548-d2de-4546-b106-880a5018460d"

    private static func merchant(_ id: Identifier<OAuth.Client>, _ number: Int, isEnabled: Bool = true) -> Client {
        .sample(
            id: id,
            isEnabled: isEnabled,
            responseTypes: [.none],
            consentAPIs: ConsentAPIs(merchant: number)
        )
    }

    private func house(isShared: Bool = false) throws -> SampleHouse {
        try SampleHouse(
            store: store,
            clients: [Self.merchant("tpp-1", 1), Self.merchant("tpp-2", 2)],
            sharesAcrossSurfaces: isShared
        )
    }

    private func token(
        _ house: SampleHouse,
        client: WireText = "tpp-1",
        merchant: Int64 = 1,
        user: WireText = "user-1"
    ) async throws -> WireText {
        let answer = await house.send(
            .post,
            "/v1/auth/generate-token",
            json: [
                "userId": .text(user), "merchantId": .integer(merchant),
                "permissions": ["ais:accounts:read", "ais:balance:read", "ais:transactions:read"],
            ],
            [
                (.contentType, "application/json"), ("x-partner-client-id", client),
                ("x-partner-client-secret", Client.sampleSecret),
            ]
        )
        return try #require(answer.json?["token"]?.text)
    }

    private func call(
        _ house: SampleHouse,
        _ token: WireText,
        _ method: HTTP.Method,
        _ path: WireText = "",
        _ body: JSON? = nil
    ) async -> Response {
        await house.send(
            method,
            WireText("/v1/ais/consents\(path)"),
            json: body,
            [(.authorization, WireText("Bearer \(token)")), (.contentType, "application/json")]
        )
    }

    /// A consent that ends an hour and a half after noon, by its request's name.
    private func create(_ house: SampleHouse, _ token: WireText) async throws -> WireText {
        let body: JSON = [
            "permissions": ["ReadAccountsDetail", "ReadTransactionsDetail"],
            "expirationDateTime": .text(WireText((Timestamp.noon + 5_400).rfc3339)),
            "transactionFromDateTime": .text(WireText((Timestamp.noon - Timestamp.days(90)).rfc3339)),
        ]
        let answer = await call(house, token, .post, "", body)
        #expect(answer.status == .created)
        return try #require(answer.json?["requestId"]?.text)
    }

    /// Anna allows the one consent that there is.
    private func allow(at now: Timestamp = .noon + 60) async throws {
        let consent = try #require(try await onlyConsent())
        let event = ConsentEvent.authorise(person: "psu-anna", accounts: ["anna-current"])
        let change = try consent.change(event, by: .person("psu-anna"), at: now)
        #expect(try await store.commit([.consent(change)]) == .kept)
    }

    private func onlyConsent() async throws -> Consent? {
        try await store.consents(matching: ConsentSearch(), at: .noon).consents.first
    }

    @Test func `a consent is kept in canonical words, with the user and the body as they came`() async throws {
        let house = try house()
        _ = try await create(house, try await token(house))
        let consent = try #require(try await onlyConsent())
        #expect(consent.origin == .acount)
        #expect(consent.endUser == "user-1")
        #expect(consent.thirdParty == "tpp-1")
        #expect(consent.permissions.suffix(2) == [.readTransactionsCredits, .readTransactionsDebits])
        #expect(try JSONReader.read(consent.receipt)["permissions"]?.texts?.count == 2)
    }

    @Test func `a consent ends by its date, whether or not anybody looks`() async throws {
        let house = try house()
        let name = try await create(house, try await token(house))
        try await allow()
        house.time.pass(seconds: 5_370)
        let late = try await token(house)
        let answer = await call(house, late, .get, WireText("/\(name)"))
        #expect(answer.json?["status"] == "expired")
        #expect(answer.json?["updatedAt"] == answer.json?["expirationDateTime"])
        for (method, path) in [(.post, "authorize"), (.post, "revoke"), (.get, "accounts")] as [(HTTP.Method, String)] {
            #expect(await call(house, late, method, WireText("/\(name)/\(path)")).status == .conflict)
        }
    }

    @Test func `SD-50 a token lives for an hour, and only while its merchant is registered as it says`() async throws {
        let house = try house()
        let token = try await token(house)
        let path = WireText("/\(try await create(house, token))")
        house.time.pass(seconds: 3_599)
        #expect(await call(house, token, .get, path).status == .ok)
        for clients in [
            [Self.merchant("tpp-1", 1, isEnabled: false)], [Self.merchant("tpp-1", 3)],
            [.sample, Self.merchant("tpp-3", 1)], [],
        ] {
            house.house.clients.replace(with: clients)
            #expect(await call(house, token, .get, path).status == .unauthorized)
        }
        house.house.clients.replace(with: [Self.merchant("tpp-1", 1)])
        #expect(await call(house, token, .get, path).status == .ok)
        house.time.pass(seconds: 1)
        #expect(await call(house, token, .get, path).status == .unauthorized)
    }

    @Test func `SD-50 a token that our own key signed for something else is none`() async throws {
        let house = try house()
        let token = try await token(house)
        let path = WireText("/\(try await create(house, token))")
        for other in [try house.accessToken(), try house.accessToken(ofFamily: false)] {
            #expect(await call(house, other, .get, path).status == .unauthorized)
        }
        let answer = await house.send(
            .get,
            "/open-banking/v3.1/aisp/accounts",
            [(.authorization, WireText("Bearer \(token)"))]
        )
        #expect(answer.status == .unauthorized)
    }

    @Test func `SD-03 a revocation that meets a change on its way looks again, and revokes`() async throws {
        let house = try house()
        let token = try await token(house)
        let name = try await create(house, token)
        try await allow()
        let left = Mutex(2)
        store.beforeCommits { store throws(StoreFailure) in
            guard
                left.withLock({ left in
                    left -= 1
                    return left >= 0
                })
            else { return }
            guard let consent = try await store.consents(matching: ConsentSearch(), at: .noon).consents.first,
                let change = try? consent.change(
                    .authorise(person: "psu-anna", accounts: ["anna-current"]),
                    by: .person("psu-anna"),
                    at: .noon + 70
                )
            else { throw .unavailable }
            #expect(try store.commitNow([.consent(change)]) == .kept)
        }
        #expect(await call(house, token, .post, WireText("/\(name)/revoke")).status == .ok)
        let consent = try #require(try await onlyConsent())
        #expect(consent.status == .revoked)
        #expect(consent.reason == .revokedByThirdParty)
        #expect(try await store.revisions(of: consent.id).last?.actor == .thirdParty("tpp-1"))
    }

    @Test(arguments: [true, false])
    func `SD-02 a consent of the UK's is this merchant's as well where that is set, and nobody else's`(isShared: Bool)
        async throws
    {
        let consent = Consent.sample(
            id: Self.uk,
            permissions: [
                .readAccountsDetail, .readTransactionsDetail, .readTransactionsCredits, .readTransactionsDebits,
            ],
            period: TransactionPeriod(from: .noon - 86_400, to: nil)
        )
        #expect(try await store.commit([.consent(.registration(of: consent))]) == .kept)
        try await allow()
        let house = try house(isShared: isShared)
        let path = WireText("/\(Self.uk)")
        let own = await call(house, try await token(house), .get, path)
        #expect(own.status == (isShared ? .ok : .notFound))
        #expect(await call(house, try await token(house, client: "tpp-2", merchant: 2), .get, path).status == .notFound)
        guard isShared else { return }
        #expect(own.json?["userId"] == "user-1")
        #expect(own.json?["permissions"]?.texts == ["ReadAccountsDetail", "ReadTransactionsDetail"])
        // What its own API has deleted is gone there, and revoked here.
        let given = try #require(try await store.consent(Self.uk))
        let deletion = try given.change(.delete, by: .thirdParty("tpp-1"), at: .noon + 90)
        #expect(try await store.commit([.consent(deletion)]) == .kept)
        let deleted = await call(house, try await token(house), .get, path)
        #expect(deleted.json?["status"] == "revoked")
    }

    @Test func `the link is an authorization request that hands nothing out`() async throws {
        let house = try house()
        let token = try await token(house)
        let name = try await create(house, token)
        let answer = await call(house, token, .post, WireText("/\(name)/authorize"))
        let link = try #require(answer.json?["authorizationUrl"]?.text)
        let uri = try #require(URIReference(link))
        #expect(uri.origin == "https://bank.example")
        let query = try FormFields(try #require(uri.query))
        #expect(query["response_type"] == "none")
        #expect(query["state"] == name)
        #expect(query["redirect_uri"] == "https://c.example/cb")
        let opened = await house.send(.get, uri.path, query: uri.query)
        #expect(opened.status == .seeOther)
        #expect(opened.fields.first(.location)?.hasPrefix("/interaction/") == true)
        // A place to come back to that is no longer registered is no place.
        house.house.clients.replace(with: [
            .sample(redirectURIs: [], responseTypes: [.none], consentAPIs: ConsentAPIs(merchant: 1))
        ])
        #expect(await call(house, token, .post, WireText("/\(name)/authorize")).status == .badRequest)
        #expect(await call(house, token, .get, WireText("/\(name)")).json?["authorizationUrl"] == nil)
    }
}
