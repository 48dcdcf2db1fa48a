import AssentServer
import Text

/// The command `assent keys`.
struct KeysCommand: Command {
    static let name = "keys"
    static let summary = "Makes keys, has them followed by new ones, or lists them."
    static let operands = "new|rotate|list"
    static let options = [
        Option("folder", "FOLDER", "where the keys are, keys unless told"),
        Option("algorithm", "ALG", "\(algorithms); all of them unless told"),
        Option("add-algorithm", nil, "rotate: makes the first key of an algorithm that has none"),
        Option("now", nil, "rotate: the new key signs before everybody can know it"),
    ]
    static let examples = [
        "assent keys new", "assent keys rotate", "assent keys rotate --algorithm PS256", "assent keys list",
    ]

    func run(_ arguments: Arguments) throws(CommandFailure) {
        let folder = KeyFolder(path: arguments["folder"] ?? "keys")
        let kind = try Self.kind(arguments["algorithm"])
        switch arguments.operands {
        case ["new"]:
            let made = try Self.attempt { () throws(KeyFolder.Failure) in
                try folder.fill(kind.map { [$0] } ?? KeyKind.all)
            }
            for entry in made { Self.say(entry, in: folder) }
            if made.isEmpty { Terminal.say("Nothing is missing; assent keys rotate makes successors.") }
        case ["rotate"]:
            for kind in try Self.rotated(kind, in: folder, adds: arguments.has("add-algorithm")) {
                let isUrgent = arguments.has("now")
                let made = try Self.attempt { () throws(KeyFolder.Failure) in
                    try folder.make(kind, isUrgent: isUrgent)
                }
                Self.say(made, in: folder)
            }
        case ["list"]:
            let stages = try Self.attempt { () throws(KeyFolder.Failure) in try folder.stages() }
            let names = try Self.attempt { () throws(KeyFolder.Failure) in try folder.names() }
            for name in names.sorted(by: { ($0.kind.name.string, -$0.number) < ($1.kind.name.string, -$1.number) }) {
                let entry = try Self.attempt { () throws(KeyFolder.Failure) in try folder.entry(name) }
                Self.say(entry, in: folder, Self.words(for: stages?[name], of: name))
            }
        default: throw CommandFailure("say keys new, keys rotate or keys list.", exit: .usage)
        }
    }

    private static let algorithms = KeyKind.all.map(\.name.string).joined(separator: ", ")

    private static func kind(_ name: String?) throws(CommandFailure) -> KeyKind? {
        guard let name else { return nil }
        guard let kind = KeyKind(WireText(name)) else {
            throw CommandFailure("--algorithm must be one of \(algorithms).", exit: .usage)
        }
        return kind
    }

    /// What has a key already; another algorithm only for who says that it is one.
    private static func rotated(
        _ kind: KeyKind?,
        in folder: KeyFolder,
        adds: Bool
    ) throws(CommandFailure) -> [KeyKind] {
        let present = Set(try attempt { () throws(KeyFolder.Failure) in try folder.names() }.map(\.kind))
        guard let kind else { return KeyKind.all.filter { present.contains($0) } }
        guard adds || present.contains(kind) else {
            // Whoever verifies our tokens may know some algorithms only.
            throw CommandFailure(
                "\(folder.path) has no key for \(kind.name) that could be followed; --add-algorithm makes the first.",
                exit: .usage
            )
        }
        return [kind]
    }

    private static func words(for stage: KeyStage?, of name: KeyName) -> String {
        guard let stage else { return "new: a running server has not seen it yet" }
        let since = "since \(stage.since.rfc3339)"
        let until = stage.until.map(\.rfc3339) ?? "further notice"
        return switch (stage.phase, name.kind) {
        case (.announced, .signing): "announced \(since), signs from \(until)"
        case (.announced, .opening): "opens \(since), offered from \(until)"
        case (.current, .signing): "signs \(since)"
        case (.current, .opening): "offered \(since)"
        case (.superseded, .signing): "published until \(until)"
        case (.superseded, .opening): "still opens until \(until)"
        }
    }

    private static func say(_ entry: KeyFolder.Entry, in folder: KeyFolder, _ words: String = "") {
        let line = "\(folder.path)/\(entry.name.file)  \(entry.name.kind.name)  \(entry.keyID)"
        Terminal.say(words.isEmpty ? line : "\(line)  \(words)")
    }

    private static func attempt<Value>(
        _ work: () throws(KeyFolder.Failure) -> Value
    ) throws(CommandFailure) -> Value {
        do { return try work() } catch { throw CommandFailure(error) }
    }
}
