import Consents
import Storage
import TestSupport
import Testing
import Text

/// Two writers who want different things of one consent at the same moment, on every store.
struct ConsentRaceTests {
    /// Two events that meet, and who they are of.
    struct Pair: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let given: Bool
        let left: ConsentEvent
        let right: ConsentEvent
        /// How many of the two may be kept: both only where one may follow the other.
        let most: Int

        static let all = [
            Pair("a yes and a no", false, yes, .reject(.refused), most: 1),
            Pair("a yes and a DELETE", false, yes, .delete, most: 2),
            Pair("a yes and a time-out", false, yes, .reject(.timedOut), most: 1),
            Pair("a second yes and a revocation", true, yes, .revoke(.person), most: 2),
            Pair("two revocations", true, .revoke(.person), .revoke(.bank), most: 1),
            Pair("a revocation and a DELETE", true, .revoke(.thirdParty), .delete, most: 1),
            Pair("a revocation and an account that leaves", true, .revoke(.bank), .lose("account-1"), most: 2),
        ]

        private static let yes = ConsentEvent.authorise(person: "psu-anna", accounts: ["account-1", "account-2"])

        private init(_ sentence: String, _ given: Bool, _ left: ConsentEvent, _ right: ConsentEvent, most: Int) {
            testDescription = sentence
            self.given = given
            self.left = left
            self.right = right
            self.most = most
        }
    }

    @Test(arguments: StoreKind.allCases, Pair.all)
    func `SD-03 in a thousand races the history is one legal path, and every answer agrees with it`(
        kind: StoreKind,
        pair: Pair
    ) async throws {
        try await kind.with { store async throws in
            var wins = (left: 0, right: 0)
            for round in 0..<1_000 {
                let consent = Consent.sample(id: Identifier(WireText("consent-\(round)")), expires: .noon + 1_000)
                var changes = [Storage.Change.consent(.registration(of: consent))]
                if pair.given {
                    let event = ConsentEvent.authorise(person: "psu-anna", accounts: ["account-1", "account-2"])
                    changes.append(.consent(try consent.change(event, by: .person("psu-anna"), at: .noon + 1)))
                }
                #expect(try await store.commit(changes) == .kept)
                async let left = Self.act(pair.left, on: consent.id, store)
                async let right = Self.act(pair.right, on: consent.id, store)
                let (isLeft, isRight) = (try await left, try await right)
                if isLeft { wins.left += 1 }
                if isRight { wins.right += 1 }

                let kept = (isLeft ? 1 : 0) + (isRight ? 1 : 0)
                #expect((1...pair.most).contains(kept))
                let history = try await store.revisions(of: consent.id)
                #expect(history.count == changes.count + kept)
                #expect(history.first?.from == nil)
                for (entry, before) in zip(history.dropFirst(), history) { #expect(entry.from == before.to) }
                let end = try #require(try await store.consent(consent.id))
                #expect(history.last?.to == end.status)
                #expect(history.last?.version == end.version)
            }
            #expect(wins.left + wins.right >= 1_000)
        }
    }

    /// What every act of the server does: look, decide, and look again where somebody else was faster.
    ///
    /// - Returns: Whether the caller is told that it happened.
    private static func act(
        _ event: ConsentEvent,
        on id: Identifier<Consent>,
        _ store: any Store
    ) async throws -> Bool {
        for _ in 0..<5 {
            guard let consent = try await store.consent(id),
                let change = try? consent.change(event, by: .system, at: .noon + 2)
            else { return false }
            if try await store.commit([.consent(change)]) == .kept { return true }
        }
        return false
    }
}
