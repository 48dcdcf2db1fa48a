import Crypto
import StoragePostgres
import StorageSQLite
import Telemetry
import Text

/// The C libraries that the system has given us.
enum Libraries {
    /// Refuses those that are too old, and says in the log which they are.
    ///
    /// A distribution mends holes without our doing, so that only the log tells which are mended.
    static func require(log: Log) throws(CommandFailure) {
        guard OpenSSLVersion.isSupported else {
            throw CommandFailure(
                "OpenSSL \(OpenSSLVersion.text) is too old; \(words(OpenSSLVersion.oldest)) is the oldest that will do.",
                exit: .unavailable
            )
        }
        guard SQLiteVersion.isSupported else {
            throw CommandFailure(
                "SQLite \(SQLiteVersion.text) is too old; \(words(SQLiteVersion.oldest)) is the oldest that will do.",
                exit: .unavailable
            )
        }
        log.info(
            "server.libraries",
            [
                "openssl": .text(WireText(OpenSSLVersion.text)), "sqlite": .text(WireText(SQLiteVersion.text)),
                "libpq": .text(PostgresAddress.libraryVersion.map { WireText($0) } ?? "none"),
            ]
        )
    }

    private static func words(_ version: (Int, Int, Int)) -> String { "\(version.0).\(version.1).\(version.2)" }
}
