import Net
import StoragePostgres
import Text

/// What can be seen of a server of PostgreSQL.
enum ServerChecks {
    /// Whether it answers, can be relied on, is known, and has the schema of this release.
    static func database(_ server: DatabaseServer) async -> [Finding] {
        let address: PostgresAddress
        do throws(CommandFailure) { address = try server.address() } catch {
            return [.failure("database", error.sentence, do: "Put it right: nothing starts so.")]
        }
        let condition: PostgresCondition
        do throws(PostgresOpeningFailure) { condition = try await PostgresCondition(of: address) } catch {
            return [.failure("database", "\(error.sentence).", do: "Without its database a node answers 503.")]
        }
        var findings = [schema(condition), tls(server), clock(condition)]
        for notice in condition.notices {
            findings.append(
                .failure(
                    "database.promises",
                    "\(notice).",
                    do: "See config/postgresql/assent.conf and docs/operations.md."
                )
            )
        }
        return findings
    }

    private static func schema(_ condition: PostgresCondition) -> Finding {
        let missing = condition.missingMigrations
        guard !missing.isEmpty else {
            return .good("database", "The server answers, and has the schema of this release.")
        }
        guard condition.seen != nil else {
            return .warning(
                "database",
                "The server answers, and the database is empty.",
                do: "assent migrate, or the first node, makes the tables."
            )
        }
        return .warning(
            "database",
            "The server answers, and its schema lacks \(missing.joined(separator: ", ")).",
            do: "Back it up before this release starts with it; assent migrate brings it up to date."
        )
    }

    private static func tls(_ server: DatabaseServer) -> Finding {
        guard (try? server.isKnown) == true else {
            return .warning(
                "database.tls",
                "Whoever is on the way to the server can read everything and answer in its place.",
                do: "sslmode=verify-full and sslrootcert=FILE in the URI."
            )
        }
        return .good("database.tls", "The server is known by its certificate, or on this machine.")
    }

    private static func clock(_ condition: PostgresCondition) -> Finding {
        let ahead = SystemClock.now.since(condition.time)
        guard abs(ahead) <= Limits.clockSetBackSeconds else {
            return .failure(
                "database.clock",
                "This machine's clock is \(abs(ahead)) s \(ahead > 0 ? "ahead of" : "behind") the server's.",
                do: "Set the one that is wrong: a node sweeps nothing while they are apart."
            )
        }
        return .good("database.clock", "This machine and the server agree about the time.")
    }
}
