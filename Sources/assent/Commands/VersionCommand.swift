import Crypto
import StoragePostgres
import StorageSQLite

/// The command `assent version`.
struct VersionCommand: Command {
    static let name = "version"
    static let summary = "Prints the version, and those of the C libraries that it found."

    func run(_ arguments: Arguments) throws(CommandFailure) {
        Terminal.say("assent \(Assent.version)")
        Terminal.say("OpenSSL \(OpenSSLVersion.text)\nSQLite \(SQLiteVersion.text)")
        if let libpq = PostgresAddress.libraryVersion { Terminal.say("libpq \(libpq)") }
    }
}
