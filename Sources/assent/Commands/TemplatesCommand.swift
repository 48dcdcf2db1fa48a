import AssentServer
import Net
import Text

/// The command `assent templates`.
struct TemplatesCommand: Command {
    static let name = "templates"
    static let summary = "Looks at the pages as a bank has changed them, or writes all of them as files."
    static let operands = "check | preview FOLDER"
    static let options = [
        ConfigurationFile.option,
        Option("templates", "FOLDER", "looks at this folder, in all of its languages, whatever the configuration says"),
        Option("regime", "NAME", "with --templates: of templates/regimes, uk-ceg unless told"),
    ]
    static let examples = [
        "assent templates check", "assent templates check --templates templates --regime eu-psd2",
        "assent templates preview /tmp/pages",
    ]

    func run(_ arguments: Arguments) throws(CommandFailure) {
        let pages = try Self.pages(arguments)
        switch arguments.operands {
        case ["check"]: try Self.check(pages)
        case let words where words.count == 2 && words[0] == "preview": try Self.preview(pages, words[1])
        default: throw CommandFailure("say templates check or templates preview FOLDER.", exit: .usage)
        }
    }

    private static func pages(_ arguments: Arguments) throws(CommandFailure) -> LoadedPages {
        guard let folder = arguments["templates"] else {
            guard arguments["regime"] == nil else {
                throw CommandFailure("--regime goes with --templates.", exit: .usage)
            }
            return try RunningServer.pages(try Setup(try ConfigurationFile.read(ConfigurationFile.path(arguments))))
        }
        let files = try PageFolder(path: folder).read(
            standard: "en",
            offered: nil,
            regime: arguments["regime"] ?? PageFolder.regime,
            bank: BankIdentity(name: "Sample Bank")
        )
        do { return try LoadedPages(files) } catch { throw Self.failure(error.sentences) }
    }

    private static func failure(_ sentences: [String]) -> CommandFailure {
        CommandFailure("\n" + sentences.joined(separator: "\n"), exit: .configuration)
    }

    /// Every screen with every view in every language.
    private static func check(_ pages: LoadedPages) throws(CommandFailure) {
        let previews = pages.previews
        let problems = previews.compactMap(\.problem)
        guard problems.isEmpty else { throw failure(problems) }
        let heaviest = previews.max { $0.bytes.count < $1.bytes.count }
        Terminal.say("\(previews.count) pages in \(pages.languages.count) languages are as they must be.")
        if let heaviest { Terminal.say("The heaviest is \(heaviest.name), with \(heaviest.bytes.count) bytes.") }
        if !pages.unreviewed.isEmpty {
            let names = pages.unreviewed.map(\.string).joined(separator: ", ")
            Terminal.say("Nobody who speaks them has reviewed all words of the pages in \(names): see docs/pages.md.")
        }
    }

    private static func preview(_ pages: LoadedPages, _ folder: String) throws(CommandFailure) {
        let previews = pages.previews
        do {
            try File.makeFolder(folder)
            for preview in previews { try File.write(preview.bytes, to: "\(folder)/\(preview.name).html") }
        } catch { throw CommandFailure("\(error)") }
        Terminal.say("\(previews.count) pages stand in \(folder).")
    }
}
