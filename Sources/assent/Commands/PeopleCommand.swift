import AssentServer
import Crypto
import Net
import Text

/// The command `assent people`.
struct PeopleCommand: Command {
    static let name = "people"
    static let summary = "Adds customers to the sandbox's directory, or lists them."
    static let operands = "add|list [USERNAME]"
    static let options = [
        Option("file", "FILE", "the directory, sandbox/people.json unless told"),
        Option("name", "NAME", "the customer's name"),
        Option("password-file", "FILE", "a file whose first line is the password; asked for unless told"),
    ]
    static let examples = ["assent people add dora --name \"Dora Miller\"", "assent people list"]

    func run(_ arguments: Arguments) throws(CommandFailure) {
        let file = PeopleFile(path: arguments["file"] ?? "sandbox/people.json")
        switch (arguments.operands.first, arguments.operands.dropFirst().first) {
        case ("add", let username?) where arguments.operands.count == 2:
            let password = try password(arguments)
            let directory = File.exists(file.path) ? try file.read() : try PeopleFile.empty()
            do {
                let customer = Customer(
                    id: Identifier(WireText("psu-\(try Entropy.system.uuid().text)")),
                    username: WireText(username),
                    name: WireText(arguments["name"] ?? username),
                    email: nil,
                    passwordHash: try PasswordHash(of: password, entropy: .system),
                    isLocked: false
                )
                try file.write(try directory.adding(FileDirectory.Entry(person: customer, accounts: [])))
                Terminal.say("\(customer.id)  \(username)")
                Terminal.complain("A running server takes it in on SIGHUP.")
            } catch let failure as CommandFailure {
                throw failure
            } catch { throw CommandFailure("\(error)") }
        case ("list", nil):
            for entry in try file.read().entries {
                Terminal.say("\(entry.person.id)  \(entry.person.username)  \(entry.accounts.count) accounts")
            }
        default: throw CommandFailure("say people add USERNAME or people list.", exit: .usage)
        }
    }

    /// Never from the command line, where every user of the machine could read it.
    private func password(_ arguments: Arguments) throws(CommandFailure) -> WireText {
        if let path = arguments["password-file"] {
            let bytes: [UInt8]
            do { bytes = try File.read(path, limit: Limits.passwordBytes + 1) } catch {
                throw CommandFailure("\(error)")
            }
            guard let password = WireText(Array(bytes.prefix { $0 != .newline })), !password.isEmpty else {
                throw CommandFailure("\(path) holds no password.")
            }
            return password
        }
        guard let line = Terminal.askHidden("Password: "), !line.isEmpty else {
            throw CommandFailure("no password was given.")
        }
        return WireText(line)
    }
}
