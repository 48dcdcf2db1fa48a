/// The command `assent man`.
struct ManCommand: Command {
    static let name = "man"
    static let summary = "Prints the manual page of this program."
    static let examples = ["assent man | man -l -", "assent man > /usr/local/share/man/man1/assent.1"]

    func run(_ arguments: Arguments) throws(CommandFailure) {
        guard arguments.operands.isEmpty else { throw CommandFailure("man takes nothing.", exit: .usage) }
        Terminal.say(ManualPage.text(Assent.commands, version: Assent.version))
    }
}
