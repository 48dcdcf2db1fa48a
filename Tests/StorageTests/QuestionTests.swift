import Crypto
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// What pages ask, of every store that there is.
struct QuestionTests {
    @Test(arguments: StoreKind.allCases)
    func `of the families of a consent the last one that was not revoked is told`(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            #expect(try await store.liveFamily(of: "consent-1") == nil)
            let families: [TokenFamily] = [
                .sample(id: "family-1"), .sample(id: "family-2"), .sample(id: "family-3", intent: "consent-2"),
            ]
            #expect(try await store.commit(families.map { OAuth.Change.openFamily($0) }) == .kept)
            #expect(try await store.commit([OAuth.Change.revokeFamily("family-1", at: .noon)]) == .kept)
            #expect(try await store.liveFamily(of: "consent-1") == .sample(id: "family-2"))
            #expect(try await store.commit([OAuth.Change.revokeFamilies(of: "consent-1", at: .noon)]) == .kept)
            #expect(try await store.liveFamily(of: "consent-1") == nil)
            #expect(try await store.liveFamily(of: "consent-2")?.id == "family-3")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `no two decisions share a place, and one that was left stays empty until nobody can believe in it`(
        kind: StoreKind
    ) async throws {
        try await kind.with { store async throws in
            let place = TokenFamily.sample.place
            func open(_ name: WireText) async throws -> StatusPlace? {
                let family = TokenFamily.sample(id: Identifier(name), place: place)
                #expect(try await store.commit([OAuth.Change.openFamily(family)]) == .kept)
                return try await store.family(Identifier(name))?.place
            }
            #expect(try await open("family-1") == place)
            #expect(try await open("family-2") == place.next)
            let jti = Fingerprint(of: "jti")
            let revocation = OAuth.Change.revokeAccessToken(jti, expires: .noon + 600, leaving: place)
            for _ in 1...2 {
                #expect(try await store.commit([revocation]) == .kept)
                #expect(try await store.family("family-1")?.place == StatusPlace(randomlyBy: jti))
                #expect(try await store.endedPlaces(ofList: place.list, at: .noon + 599) == [place.index])
            }
            #expect(try await store.endedPlaces(ofList: place.list, at: .noon + 600) == [])
            #expect(try await open("family-3") == place.next.next)
            _ = try await store.sweep(at: .noon + (600 + Limits.sweepMarginSeconds), limit: 100)
            #expect(try await open("family-4") == place)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a neighbourhood that is full opens no family, and nothing is kept of it`(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let place = TokenFamily.sample.place
            for number in 0..<Limits.statusProbes {
                let family = TokenFamily.sample(id: Identifier(WireText("other-\(number)")), place: place)
                #expect(try await store.commit([OAuth.Change.openFamily(family)]) == .kept)
            }
            let change = Storage.Change.oauth(.openFamily(.sample(place: place)))
            #expect(try await store.commit([change]) == .overtaken(change))
            #expect(change.refusal == .temporarilyUnavailable)
            #expect(try await store.family("family-1") == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `CO-39 what was allowed is remembered in the same circumstances only`(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            #expect(try await store.commit([.oauth(.rememberScope(["openid"], .sample, at: .noon))]) == .kept)
            #expect(try await store.rememberedScope(in: .sample) == ["openid"])
            let others: [Circumstances] = [
                .sample(person: "psu-bert"), .sample(client: "tpp-2"), .sample(redirectURI: "https://c.example/other"),
                .sample(credential: Fingerprint(of: "other keys")),
            ]
            for other in others { #expect(try await store.rememberedScope(in: other) == nil) }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `CO-39 a later yes takes the place of the one before`(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let rotated = Circumstances.sample(credential: Fingerprint(of: "other keys"))
            let changes: [OAuth.Change] = [
                .rememberScope(["openid", "email"], .sample, at: .noon), .rememberScope(["openid"], rotated, at: .noon),
            ]
            #expect(try await store.commit(changes) == .kept)
            #expect(try await store.rememberedScope(in: rotated) == ["openid"])
            #expect(try await store.rememberedScope(in: .sample) == nil)
        }
    }

    @Test(
        arguments: StoreKind.allCases,
        [
            ([], false), ([.openInteraction(.sample)], true),
            ([.openInteraction(.sample(intent: "consent-2"))], false),
            ([.openInteraction(.sample(intent: nil))], false),
            ([.openInteraction(.sample(expires: .noon))], false),
            ([.openInteraction(.sample(expires: .noon + 1))], true),
            ([.openInteraction(.sample), .closeInteraction("interaction-1", at: .noon)], false),
            (
                [
                    .openInteraction(.sample), .closeInteraction("interaction-1", at: .noon),
                    .openInteraction(.sample(id: "interaction-2")),
                ], true
            ),
        ] as [([OAuth.Change], Bool)]
    )
    func `a consent is awaited as long as somebody may still answer`(
        kind: StoreKind,
        row: (given: [OAuth.Change], isAwaited: Bool)
    ) async throws {
        try await kind.with { store async throws in
            #expect(try await store.commit(row.given) == .kept)
            #expect(try await store.isAwaited("consent-1", at: .noon) == row.isAwaited)
        }
    }
}
