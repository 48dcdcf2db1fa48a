import OAuth
import Surfaces
import Text

/// The command `assent explain`.
struct ExplainCommand: Command {
    static let name = "explain"
    static let summary = "Says what an error means, where that is written, and what to do."
    static let operands = "[ERROR]"
    static let options = [Option("json", nil, "prints one JSON document")]
    static let examples = ["assent explain", "assent explain invalid_grant", "assent explain UK.OBIE.Field.Missing"]

    func run(_ arguments: Arguments) throws(CommandFailure) {
        guard arguments.operands.count <= 1 else { throw CommandFailure("name one error.", exit: .usage) }
        guard let code = arguments.operands.first.map({ WireText($0) }) else {
            Terminal.say(Set(ErrorHelp.codes + ofSurfaces.map(\.code)).sorted().map(\.string).joined(separator: "\n"))
            return
        }
        let reasons = ErrorHelp.about(code) + ofSurfaces.filter { $0.code == code }
        guard !reasons.isEmpty else {
            throw CommandFailure("there is no error \(code); assent explain lists them.", exit: .usage)
        }
        guard arguments.has("json") else {
            Terminal.say(ErrorHelp.text(about: code, reasons).string)
            return
        }
        let document = JSON.array(
            reasons.map { reason in
                [
                    "error": .text(reason.code), "error_description": .text(reason.sentence),
                    "cause": .text(reason.cause), "clause": .text(reason.clause), "fix": .text(reason.fix),
                ]
            }
        )
        Terminal.say(String(decoding: JSONWriter.writeIndented(document), as: UTF8.self))
    }

    /// What the consent APIs say, each in its own words.
    private var ofSurfaces: [ErrorHelp] {
        Surfaces.errors.map { error, refusal in
            let (cause, fix) = refusal.explanation
            return ErrorHelp(
                code: error.code,
                sentence: error.sentence,
                cause: cause,
                clause: error.manual,
                fix: fix
            )
        }
    }
}
