import Consents
import Crypto
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// What is over goes, a little at a time, and nothing that still counts.
@Suite
struct SweepTests {
    private static let over = Timestamp.noon + (Timestamp.days(90) + Limits.sweepMarginSeconds)

    @Test(arguments: StoreKind.allCases)
    func `TK-64 nothing goes a second too early`(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let jti = RefreshRecord.sample.fingerprint
            let list: [OAuth.Change] = [
                .openFamily(.sample),
                .issueCode(.sample(spent: .noon)),
                .issueRefreshToken(.sample(expires: .noon + 1, spent: .noon)),
                .revokeAccessToken(jti, expires: .noon),
                .spendAssertion("tpp-1", jti, expires: .noon + 400),
                .openSession(.sample(expires: .noon)),
                .openInteraction(.sample(expires: .noon, closed: .noon)),
            ]
            #expect(try await store.commit(list) == .kept)
            let margin = Limits.sweepMarginSeconds
            #expect(try await store.sweep(at: .noon + (margin - 1), limit: 100) == 0)
            #expect(try await store.isRevoked(accessToken: jti))
            #expect(try await store.sweep(at: .noon + margin, limit: 100) == 3)
            #expect(try await !store.isRevoked(accessToken: jti))
            #expect(try await store.session(Session.sample.fingerprint) == nil)
            #expect(try await store.interaction("interaction-1") == nil)
            let assertion = OAuth.Change.spendAssertion("tpp-1", jti, expires: .noon + 400)
            #expect(try await store.sweep(at: .noon + (margin + 399), limit: 100) == 0)
            #expect(try await store.commit([assertion]) == .overtaken(.oauth(assertion)))
            #expect(try await store.sweep(at: .noon + (margin + 400), limit: 100) == 1)
            #expect(try await store.commit([assertion]) == .kept)

            // A spent code and a spent token stay as long as what came of them can live.
            #expect(try await store.sweep(at: Self.over - 1, limit: 100) == 1)
            #expect(try await store.code(CodeRecord.sample.fingerprint)?.spent == .noon)
            #expect(try await store.refreshToken(jti)?.spent == .noon)
            #expect(try await store.sweep(at: Self.over, limit: 100) == 3)
            #expect(try await store.code(CodeRecord.sample.fingerprint) == nil)
            #expect(try await store.refreshToken(jti) == nil)
            #expect(try await store.family("family-1") == nil)
            #expect(try await store.sweep(at: .latest, limit: 100) == 0)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a sweep takes no more at once than it was told, however much is over`(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            var all = 0
            for number in 0..<40 {
                let name = WireText("\(number)")
                let list: [OAuth.Change] = [
                    .openSession(.sample(sid: name, person: Identifier(name), expires: .noon)),
                    .revokeAccessToken(Fingerprint(of: name), expires: .noon),
                    .spendAssertion("tpp-1", Fingerprint(of: name), expires: .noon),
                ]
                #expect(try await store.commit(list) == .kept)
                all += list.count
            }
            var gone = 0
            while gone < all {
                let bite = try await store.sweep(at: Self.over, limit: 7)
                #expect(bite == min(7, all - gone))
                guard bite > 0 else { return }
                gone += bite
            }
            #expect(try await store.sweep(at: Self.over, limit: 7) == 0)
        }
    }

    @Test func `RE-04 browsers that guessed at codes are forgotten when they are too many, and nobody else is`()
        async throws
    {
        try await StoreKind.sqlite.with { store async throws in
            let extra = 300
            let person = LoginThrottle.Subject.person("psu-anna")
            let address = LoginThrottle.Subject.codesFromAddress("192.0.2.1")
            #expect(
                try await store.commit([
                    .countLoginFailure(person, at: .noon), .countLoginFailure(address, at: .noon),
                ]) == .kept
            )
            func browser(_ number: Int) -> LoginThrottle.Subject {
                .codesFromBrowser(Fingerprint(of: WireText("\(number)")))
            }
            for start in stride(from: 0, to: Limits.guessingBrowsers + extra, by: 1_000) {
                let end = min(start + 1_000, Limits.guessingBrowsers + extra)
                let changes = (start..<end).map {
                    OAuth.Change.countLoginFailure(browser($0), at: .noon + $0 / 100)
                }
                #expect(try await store.commit(changes) == .kept)
            }
            #expect(try await store.sweep(at: .noon + 200, limit: 200) == 200)
            #expect(try await store.sweep(at: .noon + 200, limit: 200) == extra - 200)
            #expect(try await store.sweep(at: .noon + 200, limit: 200) == 0)
            #expect(try await store.throttle(person) != nil)
            #expect(try await store.throttle(address) != nil)
            #expect(try await store.throttle(browser(0)) == nil)
            #expect(try await store.throttle(browser(extra)) != nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a session goes with its flows, and the tokens of a consent with the consent's end`(kind: StoreKind)
        async throws
    {
        try await kind.with { store async throws in
            let list: [Storage.Change] = [
                .access(.open(.sample)), .access(.start(.sample)), .access(.openTokens(.sample)),
                // This one was allowed once more after its chain was opened.
                StoreContract.create(.sample(id: "consent-2", expires: .noon + Timestamp.days(91))),
                .access(.openTokens(.sample(consent: "consent-2"))), StoreContract.create(.sample),
            ]
            #expect(try await store.commit(list) == .kept)
            let over = AccessSession.sample.expires + Limits.sweepMarginSeconds
            #expect(try await store.sweep(at: over - 1, limit: 100) == 0)
            #expect(try await store.sweep(at: over, limit: 100) == 2)
            #expect(try await store.accessSession("session-1") == nil)
            #expect(try await store.accessFlow("flow-1") == nil)
            #expect(try await store.sweep(at: Self.over - 1, limit: 100) == 0)
            #expect(try await store.sweep(at: Self.over, limit: 100) == 1)
            #expect(try await store.tokenChain(of: "consent-1") == nil)
            #expect(try await store.tokenChain(of: "consent-2") != nil)
            #expect(try await store.sweep(at: Self.over + Timestamp.days(1), limit: 100) == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `RG-01 an initial access token stays spent for as long as it could be used, and a client until it goes`(
        kind: StoreKind
    ) async throws {
        try await kind.with { store async throws in
            let list: [Storage.Change] = [.registration(.register(.sample)), StoreContract.spendInvitation]
            #expect(try await store.commit(list) == .kept)
            let end = Timestamp.noon + (60 + Limits.sweepMarginSeconds)
            #expect(try await store.sweep(at: end - 1, limit: 100) == 0)
            let again = StoreContract.spendInvitation
            #expect(try await store.commit([again]) == .overtaken(again))
            #expect(try await store.sweep(at: end, limit: 100) == 1)
            #expect(try await store.sweep(at: .latest, limit: 100) == 0)
            #expect(try await store.registeredClients(after: "", limit: 100) == [.sample])
            #expect(try await store.registeredClient(RegisteredClient.sample.id) == .sample)
            #expect(try await store.registeredClient("registered-2") == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a notice that nobody could be told goes with its day`(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            #expect(try await store.commit([.logout(.keepNotice(.sample))]) == .kept)
            #expect(try await store.sweep(at: LogoutNotice.sample.expires - 1, limit: 100) == 0)
            #expect(try await store.sweep(at: LogoutNotice.sample.expires, limit: 100) == 1)
            #expect(try await store.dueNotices(at: .latest, limit: 9).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a request that nobody closed is not swept`(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let list: [OAuth.Change] = [
                .openInteraction(.sample()),
                .openInteraction(.sample(id: "interaction-2", expires: .noon + 500)),
                .openInteraction(.sample(id: "interaction-3", expires: .noon + 601)),
                .openInteraction(.sample(id: "interaction-4", closed: .noon)),
            ]
            #expect(try await store.commit(list) == .kept)
            var abandoned = try await store.abandonedInteractions(at: .noon + 600, limit: 10)
            #expect(abandoned.map(\.id) == ["interaction-2", "interaction-1"])
            abandoned = try await store.abandonedInteractions(at: .noon + 600, limit: 1)
            #expect(abandoned.map(\.id) == ["interaction-2"])
            #expect(try await store.sweep(at: .latest, limit: 100) == 1)
            #expect(try await store.interaction("interaction-1") != nil)
            #expect(try await store.commit([.closeInteraction("interaction-1", at: .latest)]) == .kept)
            #expect(try await store.sweep(at: .latest, limit: 100) == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `PA-09 a pushed request goes when no decision can want it any more`(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let keep = OAuth.Change.keepPushedRequest(.sample, at: .noon)
            #expect(try await store.commit([keep]) == .kept)
            let last = Timestamp.noon + (60 + Limits.pushedRequestSeconds)
            #expect(try await store.sweep(at: last - 1, limit: 100) == 0)
            #expect(try await store.pushedRequest(PushedRequest.sample.fingerprint) == .sample)
            #expect(try await store.sweep(at: last, limit: 100) == 1)
            #expect(try await store.pushedRequest(PushedRequest.sample.fingerprint) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `PA-09 a client has so many requests waiting and no more, and others have theirs`(kind: StoreKind)
        async throws
    {
        try await kind.with { store async throws in
            func keep(_ number: Int, of client: Identifier<Client> = "tpp-1", at now: Timestamp) -> OAuth.Change {
                let request = PushedRequest.sample(
                    reference: WireText("\(client) \(number)"),
                    client: client,
                    expires: now + 60
                )
                return .keepPushedRequest(request, at: now)
            }
            #expect(try await store.commit((0..<Limits.pushedRequests).map { keep($0, at: .noon) }) == .kept)
            let refused = keep(-1, at: .noon + 59)
            #expect(try await store.commit([refused]) == .overtaken(.oauth(refused)))
            #expect(try await store.commit([keep(0, of: "tpp-2", at: .noon)]) == .kept)
            #expect(try await store.commit([keep(-1, at: .noon + 60)]) == .kept)
        }
    }
}
