import JOSE
import Net
import Text

/// The command `assent keys`.
struct KeysCommand: Command {
    static let name = "keys"
    static let summary = "Makes signing keys, or lists them."
    static let operands = "new|list"
    static let options = [
        Option("folder", "FOLDER", "where the keys are, keys unless told"),
        Option("algorithm", "ALG", "ES256, PS256, RS256 or EdDSA; ES256 unless told"),
    ]
    static let examples = ["assent keys new", "assent keys new --algorithm PS256", "assent keys list"]

    func run(_ arguments: Arguments) throws(CommandFailure) {
        let folder = KeyFolder(path: arguments["folder"] ?? "keys")
        switch arguments.operands {
        case ["new"]:
            let name = arguments["algorithm"] ?? "ES256"
            guard let algorithm = Algorithm(WireText(name)), KeyFolder.algorithms.contains(algorithm) else {
                throw CommandFailure("--algorithm must be ES256, PS256, RS256 or EdDSA.", exit: .usage)
            }
            let entry = try folder.make(algorithm)
            Terminal.say("\(folder.path)/\(entry.file)  \(algorithm.name)  \(entry.key.keyID)")
        case ["list"]:
            var seen: Set<Algorithm> = []
            for entry in try folder.entries() {
                let state = seen.insert(entry.key.algorithm).inserted ? "signs" : "published"
                Terminal.say("\(folder.path)/\(entry.file)  \(entry.key.algorithm.name)  \(entry.key.keyID)  \(state)")
            }
        default: throw CommandFailure("say keys new or keys list.", exit: .usage)
        }
    }
}
