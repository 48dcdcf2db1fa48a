import Net
import StoragePostgres
import Text

/// The command `assent migrate`.
struct MigrateCommand: Command {
    static let name = "migrate"
    static let summary =
        "Brings the PostgreSQL of a configuration to the schema of this release, beside nodes that run."
    static let options = [
        ConfigurationFile.option, Option("dry-run", nil, "says what is missing, and changes nothing"),
        Option("restored", nil, "the database was taken back in time: ends all codes, tokens and sessions"),
    ]
    static let examples = ["assent migrate --config config/assent.json --dry-run"]

    func run(_ arguments: Arguments) async throws(CommandFailure) {
        let address = try Self.server(of: arguments).address()
        let isTrial = arguments.has("dry-run")
        let names: [String]
        do throws(PostgresOpeningFailure) {
            names = try await isTrial ? PostgresMigrations.missing(at: address) : PostgresMigrations.apply(at: address)
        } catch { throw CommandFailure("storing.database: \(error.sentence).", exit: .unavailable) }
        if names.isEmpty { Terminal.say("Nothing is missing.") }
        for name in names { Terminal.say("\(name)  \(isTrial ? "is missing" : "done")") }
        guard arguments.has("restored"), !isTrial else { return }
        do throws(PostgresOpeningFailure) { try await PostgresRestore.begin(at: address, now: SystemClock.now) } catch {
            throw CommandFailure("storing.database: \(error.sentence).", exit: .unavailable)
        }
        Terminal.say("Codes, tokens and sessions from before have ended; consents are as they were at that time.")
    }

    /// The server that a configuration names.
    static func server(of arguments: Arguments) throws(CommandFailure) -> DatabaseServer {
        let setup = try Setup(try ConfigurationFile.read(ConfigurationFile.path(arguments)))
        guard case .server(let server) = setup.database else {
            throw CommandFailure(
                "storing.database names no PostgreSQL; a server brings a file up to date when it starts.",
                exit: .configuration
            )
        }
        return server
    }
}
