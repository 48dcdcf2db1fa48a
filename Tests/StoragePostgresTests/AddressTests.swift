import StoragePostgres
import Testing
import Text

/// How a server is named.
struct AddressTests {
    @Test(arguments: [
        "postgresql://assent@db.example/assent", "postgres://db.example",
        "postgresql://a,b:5433/assent?sslmode=verify-full",
    ])
    func `a URI names a server`(uri: String) throws {
        #expect(throws: Never.self) { try PostgresAddress(WireText(uri)) }
    }

    @Test(arguments: ["", "assent.sqlite", "/var/lib/assent/postgresql://", "host=db.example", "postgresql://a\u{0}b"])
    func `what is no URI of PostgreSQL names none`(text: String) {
        #expect(throws: PostgresOpeningFailure.notAnAddress) { try PostgresAddress(WireText(text)) }
    }

    @Test(arguments: [
        ("postgresql://db.example/assent", false), ("postgresql://db.example/assent?sslmode=verify-ca", false),
        ("postgresql://localhost.example/assent", false), ("postgresql://127.0.0.1,db.example/assent", false),
        ("postgresql:///assent?host=db.example", false),
        ("postgresql://db.example/assent?sslmode=disable&sslmode=verify-full", true),
        ("postgresql://a@127.0.0.1:5433/assent", true), ("postgresql://[::1]:5433,localhost/assent", true),
        ("postgresql:///assent", true), ("postgresql:///assent?host=/run/postgresql", true),
        ("postgresql://%2Frun%2Fpostgresql/assent", true),
    ])
    func `a server is known by its certificate, or is on this machine`(uri: String, isKnown: Bool) throws {
        #expect(try PostgresAddress(WireText(uri)).isKnown == isKnown)
    }

    @Test(arguments: [-1, 0, 1, 65])
    func `too few and too many connections are refused`(count: Int) {
        #expect(throws: PostgresOpeningFailure.connectionsOutOfRange) {
            try PostgresAddress("postgresql://db.example", connections: count)
        }
    }
}
