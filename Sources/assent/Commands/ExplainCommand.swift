import OAuth
import Text

/// The command `assent explain`.
struct ExplainCommand: Command {
    static let name = "explain"
    static let summary = "Says what an error means, where that is written, and what to do."
    static let operands = "[ERROR]"
    static let options = [Option("json", nil, "prints one JSON document")]
    static let examples = ["assent explain", "assent explain invalid_grant"]

    func run(_ arguments: Arguments) throws(CommandFailure) {
        guard arguments.operands.count <= 1 else { throw CommandFailure("name one error.", exit: .usage) }
        guard let code = arguments.operands.first.map({ WireText($0) }) else {
            Terminal.say(ErrorHelp.codes.map(\.string).joined(separator: "\n"))
            return
        }
        let reasons = ErrorHelp.about(code)
        guard !reasons.isEmpty else {
            throw CommandFailure("there is no error \(code); assent explain lists them.", exit: .usage)
        }
        guard arguments.has("json") else {
            Terminal.say(ErrorHelp.text(about: code).string)
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
}
