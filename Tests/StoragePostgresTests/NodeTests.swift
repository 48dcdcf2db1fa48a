import Consents
import Crypto
import OAuth
import Storage
import StoragePostgres
import TestSupport
import Testing
import Text

/// Nodes that share one database.
@Suite(.needsServer)
struct NodeTests {
    @Test func `TK-21 of a hundred that spend one code at two nodes, one gets it`() async throws {
        try await Server.withNodes(2) { nodes, _ in
            for round in 0..<20 {
                let family = TokenFamily.sample(id: Identifier(WireText("family-\(round)")))
                let code = CodeRecord(
                    fingerprint: Fingerprint(of: WireText("code \(round)")),
                    family: family,
                    challenge: .sample,
                    certificate: nil,
                    proofKey: nil,
                    state: nil,
                    expires: .noon + 60,
                    spent: nil
                )
                let given: [OAuth.Change] = [.openFamily(family), .issueCode(code)]
                #expect(try await nodes[0].commit(given) == .kept)
                let spent = OAuth.Change.spendCode(code.fingerprint, of: family.id, at: .noon)
                let winners = try await Self.count(100) { try await nodes[$0 % 2].commit([spent]) == .kept }
                #expect(winners == 1)
                #expect(try await nodes[1].family(family.id)?.revoked == .noon)
            }
        }
    }

    @Test func `ST-31 the ledger has one order, whichever node an entry came from`() async throws {
        try await Server.withNodes(2) { nodes, _ in
            let kept = try await Self.count(200) { number in
                let consent = Consent.sample(id: Identifier(WireText("consent-\(number)")))
                return try await nodes[number % 2].commit([.consent(.registration(of: consent))]) == .kept
            }
            #expect(kept == 200)
            var check = LedgerCheck()
            for entry in try await nodes[0].ledger(after: 0, limit: 1_000) { try check.read(entry) }
            #expect(check.head.sequence == 200)
        }
    }

    @Test func `ST-31 the ledger is proved on the server, and what was altered there is found`() async throws {
        try await Server.withNodes(1) { nodes, uri in
            for number in 1...3 {
                let consent = Consent.sample(id: Identifier(WireText("consent-\(number)")))
                #expect(try await nodes[0].commit([.consent(.registration(of: consent))]) == .kept)
            }
            let address = try PostgresAddress(WireText(uri))
            #expect(try PostgresLedger(at: address).verify().map(\.sequence) == .success(3))
            #expect(try PostgresLedger(at: address).consentApart() == nil)
            try PostgresSchema.run(
                "UPDATE consent SET person = 'psu-bert', accounts = '{}', given = 0 WHERE id = 'consent-2'",
                on: uri
            )
            #expect(try PostgresLedger(at: address).consentApart() == "consent-2")
            try PostgresSchema.run("UPDATE revision SET actor_name = 'somebody' WHERE sequence = 2", on: uri)
            #expect(try PostgresLedger(at: address).verify() == .failure(.altered(sequence: 2)))
            try PostgresSchema.run("DELETE FROM revision WHERE sequence > 1", on: uri)
            #expect(try PostgresLedger(at: address).verify() == .failure(.missing(sequence: 2)))
        }
    }

    @Test func `PA-09 a client has its bound of waiting requests, however many nodes it goes to`() async throws {
        try await Server.withNodes(2) { nodes, _ in
            @Sendable func keep(_ number: Int) -> OAuth.Change {
                .keepPushedRequest(.sample(reference: WireText("\(number)"), expires: .noon + 60), at: .noon)
            }
            let given = (0..<(Limits.pushedRequests - 10)).map { keep($0) }
            #expect(try await nodes[0].commit(given) == .kept)
            let kept = try await Self.count(40) { number in
                try await nodes[number % 2].commit([keep(Limits.pushedRequests + number)]) == .kept
            }
            #expect(kept == 10)
        }
    }

    @Test func `RE-02 a client whose requests are counted one after the other does not stand in the way of others`()
        async throws
    {
        try await Server.withNodes(1) { nodes, uri in
            let lock = try Holder(of: "pushed_request", on: uri)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<100 {
                    let request = PushedRequest.sample(reference: WireText("\(number)"), expires: .noon + 60)
                    group.addTask { try await nodes[0].commit([.keepPushedRequest(request, at: .noon)]) == .kept }
                }
                while nodes[0].waiting < 100 { await Task.yield() }
                let began = ContinuousClock.now
                let outcome = try await nodes[0].commit([.openFamily(.sample)])
                #expect(outcome == .kept)
                #expect(ContinuousClock.now - began < .seconds(2))
                lock.release()
                let kept = try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                #expect(kept == 100)
            }
        }
    }

    @Test func `no question waits behind a search, and none waits for ever`() async throws {
        try await Server.withSchema { uri in
            let store = try await Server.node(at: uri, connections: 8)
            let lock = try Holder(of: "consent", on: uri)
            async let search = try? store.consents(matching: ConsentSearch(), at: .noon)
            async let other = try? store.consents(matching: ConsentSearch(), at: .noon)
            while try PostgresSchema.run(Holder.waiting(for: uri), on: uri) == "0" { await Task.yield() }
            let began = ContinuousClock.now
            for _ in 0..<50 { #expect(try await store.family("nobody") == nil) }
            #expect(ContinuousClock.now - began < .seconds(2))
            lock.release()
            #expect(await search != nil)
            #expect(await other != nil)
            await store.close()
        }
    }

    @Test func `what waited too long for a connection is refused, and nothing of it is kept`() async throws {
        try await Server.withSchema { uri in
            let store = try await Server.node(at: uri, connections: 2)
            let lock = try Holder(of: "session", on: uri)
            let outcomes = Told()
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<400 {
                    group.addTask {
                        let session = Session.sample(acr: WireText("\(number)"))
                        do throws(StoreFailure) { _ = try await store.commit([.openSession(session)]) } catch {
                            outcomes.add("\(error)")
                        }
                    }
                }
                await group.waitForAll()
            }
            lock.release()
            #expect(outcomes.all.contains("overloaded"))
            #expect(try PostgresSchema.run("SELECT count(*) FROM session", on: uri) == "0")
            await store.close()
        }
    }

    @Test func `lists that want the same rows in another order are all made`() async throws {
        try await Server.withNodes(2) { nodes, _ in
            #expect(try await nodes[0].commit([.openFamily("a"), .openFamily("b")]) == .kept)
            let lists: [[OAuth.Change]] = [
                [.countLoginFailure(.person("a"), at: .noon), .countLoginFailure(.person("b"), at: .noon)],
                [.countLoginFailure(.person("b"), at: .noon), .countLoginFailure(.person("a"), at: .noon)],
            ]
            let kept = try await Self.count(60) { try await nodes[$0 / 2 % 2].commit(lists[$0 % 2]) == .kept }
            #expect(kept == 60)
            #expect(try await nodes[0].throttle(.person("a"))?.failures == 60)
            #expect(try await nodes[1].throttle(.person("b"))?.failures == 60)
        }
    }

    @Test func `SD-03 no family is opened on a consent that ends at the same moment, or it ends as well`() async throws
    {
        try await Server.withNodes(2) { nodes, _ in
            for round in 0..<50 {
                let id: Identifier<Consent> = Identifier(WireText("consent-\(round)"))
                let consent = Consent.sample(id: id, expires: .noon + 1_000)
                let event = ConsentEvent.authorise(person: "psu-anna", accounts: ["account-1"])
                let yes = try consent.change(event, by: .person("psu-anna"), at: .noon)
                let registration = Storage.Change.consent(.registration(of: consent))
                #expect(try await nodes[0].commit([registration, .consent(yes)]) == .kept)
                let intent: Identifier<Intent> = Identifier(id.text)
                let family = TokenFamily.sample(id: Identifier(id.text), intent: intent)
                let requirement = OAuth.Change.requireConsent(intent, "tpp-1", "psu-anna", at: .noon + 1)
                let end = try yes.consent.change(.revoke(.bank), by: .system, at: .noon + 1)
                async let opened = nodes[0].commit([.oauth(requirement), .oauth(.openFamily(family))])
                async let ended = nodes[1].commit([.oauth(.revokeFamilies(of: intent, at: .noon + 1)), .consent(end)])
                let (isOpened, isEnded) = (try await opened == .kept, try await ended == .kept)
                #expect(isEnded)
                let live = try await nodes[0].liveFamily(of: intent)
                #expect(live == nil, "opened: \(isOpened)")
            }
        }
    }

    /// Runs so many at once, and counts those that say yes.
    private static func count(
        _ runners: Int,
        _ body: @escaping @Sendable (Int) async throws -> Bool
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for runner in 0..<runners { group.addTask { try await body(runner) } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }
}
