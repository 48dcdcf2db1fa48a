import Consents
import Storage
import TestSupport
import Testing
import Text

/// Consents are found by what is known of them, in every store.
struct SearchTests {
    @Test(
        arguments: StoreKind.allCases,
        Self.searches
    )
    func `SD-26 a search finds what fits, and nothing else`(
        kind: StoreKind,
        row: (name: String, narrow: @Sendable (inout ConsentSearch) -> Void, found: [Identifier<Consent>])
    ) async throws {
        try await kind.with { store async throws in
            try await Self.fill(store)
            var search = ConsentSearch()
            row.narrow(&search)
            let found = try await store.consents(matching: search, at: .noon + 100)
            #expect(found.consents.map(\.id) == row.found, "\(row.name)")
            #expect(found.total == row.found.count)
            for consent in found.consents { #expect(try await store.consent(consent.id) == consent) }
        }
    }

    @Test(
        arguments: StoreKind.allCases,
        [(0, 2, ["c4", "c3"]), (3, 2, ["c1"]), (9, 2, []), (0, 0, []), (-1, 1, ["c4"])] as [(Int, Int, [String])]
    )
    func `SD-26 a search shows one page and counts all`(
        kind: StoreKind,
        row: (offset: Int, limit: Int, found: [String])
    ) async throws {
        try await kind.with { store async throws in
            try await Self.fill(store)
            var search = ConsentSearch()
            search.offset = row.offset
            search.limit = row.limit
            let found = try await store.consents(matching: search, at: .noon)
            #expect(found.consents.map(\.id.text.string) == row.found)
            #expect(found.total == 4)
        }
    }

    private static let searches: [(String, @Sendable (inout ConsentSearch) -> Void, [Identifier<Consent>])] = [
        ("everything, newest first", { _ in }, ["c4", "c3", "c2", "c1"]),
        ("one", { $0.consents = ["c2", "nobody", "c2"] }, ["c2"]),
        ("of a third party", { $0.thirdParties = ["tpp-2"] }, ["c4", "c2"]),
        ("of a person", { $0.persons = ["psu-anna"] }, ["c2", "c1"]),
        ("of two persons", { $0.persons = ["psu-anna", "psu-bert"] }, ["c3", "c2", "c1"]),
        (
            "of a person and a third party",
            { search in
                search.persons = ["psu-anna"]
                search.thirdParties = ["tpp-1"]
            }, ["c1"]
        ),
        ("of an account", { $0.accounts = ["account-2"] }, ["c3", "c1"]),
        ("of no account like that", { $0.accounts = ["account"] }, []),
        ("that wait", { $0.states = [.awaiting] }, ["c4"]),
        ("that are in force", { $0.states = [.authorised] }, ["c3", "c2"]),
        ("that are expired", { $0.states = [.expired] }, ["c1"]),
        ("expired or waiting", { $0.states = [.expired, .awaiting] }, ["c4", "c1"]),
        ("since", { $0.from = .noon + 3 }, ["c4", "c3"]),
        ("until", { $0.to = .noon + 2 }, ["c2", "c1"]),
        ("a quote in a name", { $0.persons = ["psu' OR 1=1 --"] }, []),
    ]

    /// Anna has two, Bert one, and one waits.
    private static func fill(_ store: any Store) async throws {
        let consents = [
            Consent.sample(id: "c1", expires: .noon + 50, created: .noon + 1),
            Consent.sample(id: "c2", thirdParty: "tpp-2", created: .noon + 2),
            Consent.sample(id: "c3", created: .noon + 3),
            Consent.sample(id: "c4", thirdParty: "tpp-2", created: .noon + 4),
        ]
        let given: [(Int, Identifier<Person>, [Identifier<Account>])] = [
            (0, "psu-anna", ["account-1", "account-2"]), (1, "psu-anna", ["account-1"]),
            (2, "psu-bert", ["account-2"]),
        ]
        for consent in consents { #expect(try await store.commit([.consent(.registration(of: consent))]) == .kept) }
        for (index, person, accounts) in given {
            let event = ConsentEvent.authorise(person: person, accounts: accounts)
            let change = try consents[index].change(event, by: .person(person), at: .noon + 10)
            #expect(try await store.commit([.consent(change)]) == .kept)
        }
    }
}
