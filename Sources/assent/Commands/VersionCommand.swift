/// The command `assent version`.
struct VersionCommand: Command {
    static let name = "version"
    static let summary = "Prints the version."

    func run(_ arguments: Arguments) throws(CommandFailure) {
        Terminal.say("assent \(Assent.version)")
    }
}
