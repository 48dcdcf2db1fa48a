import StorageSQLite
import Text

/// The command `assent backup`.
struct BackupCommand: Command {
    static let name = "backup"
    static let summary = "Copies the database while the server runs, and checks the copy."
    static let operands = "DATABASE COPY"
    static let examples = ["assent backup sandbox/assent.sqlite backup.sqlite"]

    func run(_ arguments: Arguments) throws(CommandFailure) {
        guard arguments.operands.count == 2 else {
            throw CommandFailure("say which database, and where the copy goes.", exit: .usage)
        }
        do throws(OpeningFailure) {
            try Backup.copy(
                try DatabasePath(arguments.operands[0]),
                to: try DatabasePath(arguments.operands[1])
            )
        } catch { throw CommandFailure("\(error.sentence).") }
        Terminal.say("\(arguments.operands[1])  complete and checked")
    }
}
