import HTTP
import RelyingParty
import Text

/// One line a step and a check, for a terminal.
struct FlowPrinter: Sendable {
    let explains: Bool
    /// Whether lines go beside the result and not into it.
    let isAside: Bool
    let isSilent: Bool

    func say(_ text: String) {
        guard !isSilent else { return }
        if isAside { Terminal.complain(text) } else { Terminal.say(text) }
    }

    func step(_ step: JourneyStep, _ number: Int, _ exchanges: [Exchange]) {
        let mark =
            switch step.outcome {
            case .done: "    "
            case .failed: "FAIL"
            case .skipped: "skip"
            }
        let clause = step.outcome == .skipped ? "" : "  \(step.kind.clause)"
        say(
            "\(mark) \(Self.right("\(number)", 2))  \(Self.left(step.kind.title, 25))\(Self.left(step.result, 48))\(clause)"
        )
        guard explains, step.outcome != .skipped else { return }
        say("         \(step.kind.why)")
        for exchange in exchanges where step.exchanges.contains(exchange.number) {
            say(
                "         \(exchange.call.method.token) \(exchange.call.url)  \(exchange.summary)  \(exchange.milliseconds) ms"
            )
        }
    }

    func check(_ result: CheckResult) {
        let detail =
            result.verdict.isFailure
            ? "\(result.verdict.detail); expected: \(result.check.expectation)" : result.verdict.detail.string
        let clause = result.verdict.isFailure || explains ? "  \(result.check.clause)" : ""
        say(
            "\(result.verdict.word) \(Self.left(result.check.id, 5))\(Self.left(result.check.title, 52))\(detail)\(clause)"
        )
        if explains || result.verdict.isFailure { say("     \(result.check.why)") }
    }

    private static func left(_ text: WireText, _ width: Int) -> String {
        text.string + String(repeating: " ", count: max(2, width - text.string.count))
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
