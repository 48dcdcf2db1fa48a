import AssentServer
import StoragePostgres
import Telemetry
import Text

/// The command `assent check-config`.
struct CheckConfigCommand: Command {
    static let name = "check-config"
    static let summary = "Reads the configuration and all that it names, and reports every problem."
    static let options = [ConfigurationFile.option]
    static let examples = ["assent check-config --config config/assent.json"]

    /// Everything is looked at, so that one run shows all that is wrong.
    func run(_ arguments: Arguments) async throws(CommandFailure) {
        let path = ConfigurationFile.path(arguments)
        let setup = try Setup(try ConfigurationFile.read(path))
        var problems: [String] = []
        for (_, problem) in setup.problems { if let problem { problems.append(problem) } }
        guard problems.isEmpty else {
            throw CommandFailure("\n" + problems.joined(separator: "\n"), exit: .configuration)
        }
        Terminal.say("\(path) is valid.")
        if case .server(let server) = setup.database, try !server.isKnown {
            Terminal.say("storing.database is reached without being known: see sslmode in docs/operations.md.")
        }
        let unreviewed = try RunningServer.pages(setup).unreviewed
        if !unreviewed.isEmpty {
            let names = unreviewed.map(\.string).joined(separator: ", ")
            Terminal.say("Nobody who speaks them has reviewed all words of the pages in \(names): see docs/pages.md.")
        }
    }
}

extension Setup {
    /// Everything that the configuration names, by subject, and what is wrong with it.
    var problems: [(subject: String, problem: String?)] {
        let checks: [(String, () throws(CommandFailure) -> Void)] = [
            ("keys and clients", checkKeysAndClients), ("people", checkPeople), ("pages", checkPages),
            ("outbound", checkOutbound), ("registering", checkRegistering), ("storing", checkStoring),
        ]
        return checks.map { subject, check in
            do throws(CommandFailure) { try check() } catch { return (subject, error.sentence) }
            return (subject, nil)
        }
    }

    private func checkKeysAndClients() throws(CommandFailure) {
        let registered = try clients.read()
        let rotation = KeyRotation(
            keys,
            keyLifeCycle,
            accessTokens: accessTokenAlgorithm,
            log: Log(to: 2, level: .off)
        )
        _ = try RunningServer.keys(self, registered, rotation, at: Clock.system().now)
        _ = try RunningServer.authorities(self, registered)
        try outbound.requireReach(of: registered)
        _ = try RunningServer.trusted(self, registered)
        _ = try RunningServer.formKey(self)
        _ = try RunningServer.subjectKey(self)
        _ = try RunningServer.clientSecrets(self, registered)
    }

    private func checkPeople() throws(CommandFailure) { _ = try people.read() }

    private func checkRegistering() throws(CommandFailure) { _ = try registering?.read(try directory?.read()) }

    private func checkStoring() throws(CommandFailure) {
        guard case .server(let server) = database else { return }
        _ = try (server.address(), server.replicaAddresses())
        guard PostgresAddress.isServed else {
            throw CommandFailure("storing.database: \(PostgresOpeningFailure.notBuilt.sentence).", exit: .configuration)
        }
    }

    private func checkOutbound() throws(CommandFailure) { _ = try outbound.tls() }

    private func checkPages() throws(CommandFailure) { _ = try RunningServer.pages(self) }
}
