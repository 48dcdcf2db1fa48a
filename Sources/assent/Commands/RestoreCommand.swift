import Storage
import StorageSQLite
import Text

/// The command `assent restore`.
struct RestoreCommand: Command {
    static let name = "restore"
    static let summary = "Puts a backup in the place of the database, once it is proved to be whole."
    static let operands = "COPY DATABASE"
    static let options = [Option("verify", nil, "proves the copy, and changes nothing; DATABASE may be left out")]
    static let examples = ["assent restore backup.sqlite assent.sqlite", "assent restore backup.sqlite --verify"]

    func run(_ arguments: Arguments) throws(CommandFailure) {
        let isTrial = arguments.has("verify")
        guard arguments.operands.count == 2 || isTrial && arguments.operands.count == 1 else {
            throw CommandFailure("say which copy, and the database whose place it takes.", exit: .usage)
        }
        do {
            let copy = try Self.path(arguments.operands[0])
            let contents = try Restore.verify(copy)
            let head = "\(contents.ledger.sequence):\(Hex.encode(contents.ledger.hash))"
            Terminal.say("\(copy.string)  whole, \(contents.ledger.sequence) entries in the ledger, head \(head)")
            if contents.missingMigrations > 0 {
                Terminal.say("It is of an earlier release; the server brings it up to date when it starts.")
            }
            guard !isTrial else { return }
            let place = try Self.path(arguments.operands[1])
            if let replaced = try Restore.put(copy, in: place) {
                Terminal.say("\(replaced)  what stood there before")
            }
            Terminal.say("\(place.string)  restored; codes, tokens and sessions from before end at the next start")
        } catch { throw CommandFailure(error.sentence) }
    }

    private static func path(_ text: String) throws(RestoreFailure) -> DatabasePath {
        do { return try DatabasePath(text) } catch { throw .unusable(error) }
    }
}
