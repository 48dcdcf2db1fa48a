import CLinux
import Configuration
import Telemetry

/// The command `assent serve`.
struct ServeCommand: Command {
    static let name = "serve"
    static let summary = "Starts the server; it listens only when everything it was told is valid."
    static let options = [ConfigurationFile.option, RunningServer.acceptClock]
    static let examples = ["assent serve --config config/assent.json"]

    func run(_ arguments: Arguments) async throws(CommandFailure) {
        // Before the first key is read.
        guard assent_forbid_dumps() == 0 else {
            throw CommandFailure("the system does not let this process forbid dumps of its memory.", exit: .unavailable)
        }
        let configuration = try ConfigurationFile.read(ConfigurationFile.path(arguments))
        let log = Log(to: 2, level: LogLevel(configuration.logging.level))
        let setup = try Setup(configuration)
        let acceptsClock = arguments.has(RunningServer.acceptClock.name)
        try await RunningServer(setup, log: log, acceptsClock: acceptsClock).run()
    }
}
