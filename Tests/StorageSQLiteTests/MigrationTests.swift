import Crypto
import Foundation
import OAuth
import Storage
import StorageSQLite
import TestSupport
import Testing
import Text

/// From the schema of one release to that of the next.
@Suite
struct MigrationTests {
    /// What each release made of an empty database, one after the other; the kept stores are in Tests/EndToEndTests/stores.
    private static let released = [
        "0.1": "0b5271637c8b50495b43b46fae7577cd2458fa06f5240eb5023cd8bebe124e14"
    ]

    @Test
    func `UP-01 a schema that was released is what it was, and a store of it is kept`() async throws {
        for count in Migrations.all.indices {
            let name = Migrations.all[count].name.description
            let schema = try await withEmptyDatabase { connection in
                _ = try Migrations.apply(Array(Migrations.all.prefix(count + 1)), to: connection)
                return try connection.all("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name") {
                    row throws(SQLiteFailure) in try row.text(0).string
                }
            }
            let digest = Hex.encode(Digest.sha256(WireText(schema.joined(separator: "\n"))))
            // Where this fails: take the change back, and write a further step.
            #expect(Self.released[name] == digest, "\(name)")
            let store = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("EndToEndTests/stores/\(name).sql")
            #expect(FileManager.default.fileExists(atPath: store.path), "\(name)")
        }
    }

    /// How a later release changes a table: a new one, all rows over, and its name.
    private static let step = Migration(
        "later",
        """
        CREATE TABLE session_anew (
            fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
            sid TEXT NOT NULL,
            person TEXT NOT NULL,
            authenticated INTEGER NOT NULL,
            acr TEXT NOT NULL,
            credential BLOB NOT NULL CHECK (length(credential) = 32),
            expires INTEGER NOT NULL,
            place TEXT,
            seal INTEGER NOT NULL AS (seal(
                fingerprint, sid, person, authenticated, acr, credential, expires, place
            )) STORED,
            CHECK (seal = seal(fingerprint, sid, person, authenticated, acr, credential, expires, place))
        ) STRICT, WITHOUT ROWID;
        INSERT INTO session_anew (fingerprint, sid, person, authenticated, acr, credential, expires)
            SELECT fingerprint, sid, person, authenticated, acr, credential, expires FROM session;
        DROP TABLE session;
        ALTER TABLE session_anew RENAME TO session;
        CREATE INDEX session_by_end ON session (expires);
        """
    )

    @Test
    func `UP-01 a step that makes a table anew takes every row along, sealed, and leaves the others alone`()
        async throws
    {
        try await withDirectory { path throws in
            try await withStore(at: path) { store throws in
                #expect(try await store.commit(StoreContract.code + [.oauth(.openSession(.sample))]) == .kept)
            }
            let connection = try Connection(DatabasePath(path).string, as: .writer)
            #expect(try Migrations.apply(Migrations.all + [Self.step], to: connection) == ["later"])
            for (question, expected) in [
                ("SELECT sid FROM session", Session.sample.sid), ("SELECT id FROM family", "family-1"),
            ] as [(StaticString, WireText)] {
                #expect(try connection.all(question) { row throws(SQLiteFailure) in try row.text(0) } == [expected])
            }
            let soundness = try connection.first("PRAGMA quick_check(1)") { row throws(SQLiteFailure) in
                try row.text(0)
            }
            #expect(soundness == "ok")
            // A release without the step does not touch it.
            #expect(throws: OpeningFailure.newer(path: path, number: 2, known: 1)) {
                try SQLiteStore(at: path, now: .noon)
            }
        }
    }

    @Test
    func `the digest of the schema is that of what the steps make`() async throws {
        try await withEmptyDatabase { connection throws in
            _ = try Migrations.apply(Migrations.all, to: connection)
            #expect(try Schema.digest(of: connection) == Migrations.schemaDigest)
            try connection.execute("CREATE INDEX code_by_family ON code (family)")
            #expect(try Schema.digest(of: connection) != Migrations.schemaDigest)
        }
    }

    private func withEmptyDatabase<Answer>(_ body: (Connection) throws -> Answer) async throws -> Answer {
        try await withDirectory { path throws in
            try Data().write(to: URL(fileURLWithPath: path))
            return try body(try Connection(DatabasePath(path).string, as: .writer))
        }
    }
}
