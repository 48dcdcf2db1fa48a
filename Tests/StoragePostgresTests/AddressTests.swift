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

    @Test(arguments: [-1, 0, 1, 65])
    func `too few and too many connections are refused`(count: Int) {
        #expect(throws: PostgresOpeningFailure.connectionsOutOfRange) {
            try PostgresAddress("postgresql://db.example", connections: count)
        }
    }
}
