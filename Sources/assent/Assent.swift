/// The program: one line a command.
@main
struct Assent {
    static let commands: [any Command.Type] = [
        DevCommand.self,
        ServeCommand.self,
        FlowCommand.self,
        ExplainCommand.self,
        TokenCommand.self,
        JWTCommand.self,
        PKCECommand.self,
        CheckConfigCommand.self,
        DoctorCommand.self,
        TemplatesCommand.self,
        KeysCommand.self,
        ClientsCommand.self,
        RegistrationsCommand.self,
        PeopleCommand.self,
        BackupCommand.self,
        RestoreCommand.self,
        MigrateCommand.self,
        StoreCommand.self,
        AuditCommand.self,
        CompletionCommand.self,
        ManCommand.self,
        VersionCommand.self,
    ]

    static let version = "0.1.0"

    static func main() async {
        var words = Array(CommandLine.arguments.dropFirst())
        guard let name = words.first else {
            Terminal.fail(overview, exit: .usage)
        }
        if name == "--help" || name == "-h" || name == "help" {
            Terminal.say(overview)
            return
        }
        if name == "--version" { words[0] = VersionCommand.name }
        guard let command = commands.first(where: { $0.name == words[0] }) else {
            Terminal.fail("assent: there is no command \(name); assent --help lists them.", exit: .usage)
        }
        words.removeFirst()
        if words.contains("--help") || words.contains("-h") {
            Terminal.say(command.help)
            return
        }
        do {
            try await command.init().run(try Arguments(words, for: command))
        } catch {
            Terminal.fail("assent \(command.name): \(error.sentence)", exit: error.exit)
        }
    }

    private static var overview: String {
        let width = commands.map { $0.name.count }.max() ?? 0
        let lines = commands.map { command in
            "  \(command.name)\(String(repeating: " ", count: width - command.name.count + 2))\(command.summary)"
        }
        return """
            assent: an OAuth 2.0 and OpenID Connect authorization server with a consent screen

            usage: assent COMMAND [OPTION …]

            \(lines.joined(separator: "\n"))

            assent COMMAND --help says more about one of them.
            """
    }
}
