import Consents
import OAuth
import Storage
import TestSupport
import Testing
import Text

/// The ledger, as every store keeps it.
struct LedgerTests {
    @Test(arguments: StoreKind.allCases)
    func `entries are chained in the order in which they were kept`(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            try await Self.fill(store, consents: 5)
            var check = LedgerCheck()
            for entry in try await store.ledger(after: 0, limit: 100) { try check.read(entry) }
            #expect(check.head.sequence == 10)
            #expect(try await store.ledger(after: 7, limit: 2).map(\.head.sequence) == [8, 9])
            #expect(try await store.ledger(after: 10, limit: 2).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func `a change that is not kept leaves no entry, and no gap`(kind: StoreKind) async throws {
        try await kind.with { store async throws in
            let consent = Consent.sample
            #expect(try await store.commit([.consent(.registration(of: consent))]) == .kept)
            let change = try consent.change(.reject(.refused), by: .system, at: .noon)
            let lost: [Storage.Change] = [.consent(change), .oauth(.requireFamily("nobody"))]
            #expect(try await store.commit(lost) == .overtaken(.oauth(.requireFamily("nobody"))))
            #expect(try await store.commit([.consent(change)]) == .kept)
            #expect(try await store.commit([.consent(change)]) == .overtaken(.consent(change)))
            #expect(try await store.ledger(after: 0, limit: 9).map(\.head.sequence) == [1, 2])
        }
    }

    @Test
    func `an entry that was altered, taken out or put in is found`() async throws {
        let store = MemoryStore()
        try await Self.fill(store, consents: 3)
        let entries = try await store.ledger(after: 0, limit: 100)
        let altered = try #require(entries.dropFirst(2).first)
        let revision = altered.revision
        let other = Revision(
            consent: revision.consent,
            version: revision.version,
            from: revision.from,
            to: revision.to,
            accounts: ["somebody-elses"],
            terms: revision.terms,
            at: revision.at,
            actor: revision.actor,
            reason: revision.reason,
            shown: revision.shown
        )
        var tampered = entries
        tampered[2] = LedgerEntry(other, head: altered.head)
        #expect(throws: LedgerBreak.altered(sequence: 3)) { try Self.read(tampered) }
        // Whoever makes the hash fit again breaks the next one.
        tampered[2] = LedgerEntry(other, after: entries[1].head)
        #expect(throws: LedgerBreak.altered(sequence: 4)) { try Self.read(tampered) }
        #expect(throws: LedgerBreak.missing(sequence: 3)) { try Self.read(entries.filter { $0 != altered }) }
        #expect(throws: LedgerBreak.missing(sequence: 4)) { try Self.read(entries.prefix(3) + [entries[2]]) }
        try Self.read(entries)
    }

    @Test
    func `a line says everything that the entry holds, in one order`() throws {
        let shown = ShownPage(
            digest: [UInt8](repeating: 0xAB, count: 32),
            templates: [UInt8](repeating: 0x01, count: 32),
            language: "en"
        )
        let change = try Consent.sample.change(
            .authorise(person: "psu-anna", accounts: ["account-1"]),
            by: .person("psu-anna"),
            shown: shown,
            at: .noon
        )
        let line = String(decoding: LedgerEntry(change.revision, after: .beginning).line, as: UTF8.self)
        let expected =
            #"{"sequence":1,"consent":"consent-1","version":2,"from":"awaiting","to":"authorised","#
            + #""accounts":["account-1"],"terms_sha256":"\#(Hex.encode(change.consent.termsDigest))","at":"\#(Timestamp.noon.rfc3339)","actor":"person","name":"psu-anna","#
            + #""reason":"authorised","page_sha256":"\#(String(repeating: "ab", count: 32))","#
            + #""templates_sha256":"\#(String(repeating: "01", count: 32))","language":"en"}"#
        #expect(line == expected)
    }

    private static func read(_ entries: [LedgerEntry]) throws(LedgerBreak) {
        var check = LedgerCheck()
        for entry in entries { try check.read(entry) }
    }

    /// Registers consents and rejects each.
    private static func fill(_ store: any Store, consents count: Int) async throws {
        for number in 1...count {
            let consent = Consent.sample(id: Identifier(WireText("consent-\(number)")))
            let rejected = try consent.change(.reject(.refused), by: .person("psu-anna"), at: .noon + number)
            #expect(try await store.commit([.consent(.registration(of: consent)), .consent(rejected)]) == .kept)
        }
    }
}
