import Consents
import OAuth
import Storage
import StorageSQLite
import TestSupport
import Testing
import Text

/// What a database file gives to another store.
struct TableFileTests {
    /// One change or more for every table.
    static let everything: [Storage.Change] =
        [
            .oauth(.openInteraction(.sample)), .oauth(.openSession(.sample)), .oauth(.openFamily(.sample)),
            .oauth(.issueCode(.sample)), .oauth(.issueRefreshToken(.sample)),
        ] + [StoreContract.create(.sample)]

    @Test func `every table gives its rows in the kinds that are told of it`() async throws {
        try await withDirectory { path throws in
            try await withStore(at: path) { store throws in
                #expect(try await store.commit(Self.everything) == .kept)
            }
            let file = try TableFile(try DatabasePath(path))
            var filled: Set<StoredTable> = []
            for table in StoredTable.allCases {
                let rows = try file.rows(of: table)
                while let row = try rows.next() {
                    filled.insert(table)
                    #expect(row.count == table.kinds.count)
                    for (value, kind) in zip(row, table.kinds) { #expect(value.fits(kind), "\(table): \(value)") }
                }
            }
            #expect(
                filled.isSuperset(of: [.consent, .revision, .family, .code, .refreshToken, .session, .interaction])
            )
        }
    }

    @Test func `a database that a server has open is not read for a copy`() async throws {
        try await withDirectory { path throws in
            try await withStore(at: path) { _ throws in
                #expect(throws: OpeningFailure.inUse(path: path)) { _ = try TableFile(try DatabasePath(path)) }
            }
        }
    }
}

extension StoredValue {
    fileprivate func fits(_ kind: StoredKind) -> Bool {
        switch (self, kind) {
        case (.null, _), (.integer, .integer), (.boolean, .boolean), (.text, .text), (.texts, .texts), (.bytes, .bytes):
            true
        default: false
        }
    }
}
