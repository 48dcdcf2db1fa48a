import StoragePostgres
import Text

/// What can be seen of a server of PostgreSQL.
enum ServerChecks {
    /// Whether it answers, can be relied on, and has the schema of this release.
    static func database(_ server: DatabaseServer) async -> Finding {
        let address: PostgresAddress
        do throws(CommandFailure) { address = try server.address() } catch {
            return .failure("database", error.sentence, do: "Put it right: nothing starts so.")
        }
        do throws(PostgresOpeningFailure) {
            let missing = try await PostgresMigrations.missing(at: address)
            guard missing.isEmpty else {
                return .warning(
                    "database",
                    "The server answers, and its schema is of an earlier release.",
                    do: "Back it up before this release starts with it; the first node brings it up to date."
                )
            }
            return .good(
                "database",
                "The server answers, keeps what it acknowledges, and has the schema of this release."
            )
        } catch {
            return .failure("database", "\(error.sentence).", do: "Without its database a node answers 503.")
        }
    }
}
