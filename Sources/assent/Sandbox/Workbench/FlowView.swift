import Mustache
import RelyingParty
import Text

/// A journey as its page shows it.
struct FlowView {
    let flow: Flow
    let opensAll: Bool
    let codeSeconds: Int
    let now: Timestamp

    var view: View {
        let exchanges = flow.exchanges
        let verdicts = flow.verdicts.values
        return [
            "id": .text(flow.id),
            "path": .text(WireText("\(Sandbox.workbenchPath)/flows/\(flow.id)")),
            "client": .text(flow.client.id),
            "method": .text(WireText(flow.client.method.rawValue)),
            "consent": flow.consent.map { .text($0) } ?? .missing,
            "standing": .text(standing),
            "failure": flow.failure.map { .text($0) } ?? .missing,
            "good": .text(WireText("\(verdicts.count { $0.isAsExpected })")),
            "bad": .text(WireText("\(verdicts.count { !$0.isAsExpected })")),
            "has_bad": .flag(verdicts.contains { !$0.isAsExpected }),
            "stages": .list(stages),
            "fragment": .flag(isWaitingForFragment),
            "dashboard": flow.server.map { .text(WireText("\($0.issuer)/consents")) } ?? .missing,
            "hops": .list(
                exchanges.map { exchange in
                    HopView(flow: flow, exchange: exchange, isOpen: opensAll || exchange.number >= flow.newest).view
                }
            ),
        ]
    }

    private var standing: WireText {
        if let tokens = flow.tokens {
            if let end = tokens.end { return WireText("over: \(end)") }
            if tokens.isAccessTokenRevoked { return "the access token is revoked, the grant stands" }
            return tokens.isAccessTokenOver(at: now) ? "the access token has expired; refresh" : "tokens in hand"
        }
        if let code = flow.code {
            if code.isSpent { return "the code is spent, and there are no tokens" }
            let age = now.seconds - code.came.seconds
            return WireText("a code is held since \(age) s; at this bank it lives \(codeSeconds) s")
        }
        if flow.isAnswered { return "answered without a code" }
        return flow.departure == nil
            ? "it did not get as far as the bank's pages" : "waiting for the person at the bank"
    }

    private var isWaitingForFragment: Bool {
        guard !flow.isAnswered, flow.departure != nil else { return false }
        let mode = flow.choices.responseMode
        return mode.hasPrefix("fragment") || (flow.choices.responseType != "code" && !mode.hasPrefix("form_post"))
    }

    /// Those in which something can be done come first.
    private var stages: [View] {
        let stages = FlowStep.Stage.allCases.filter { $0 != .leaving || flow.departure != nil && !flow.isAnswered }
        let blocked = stages.filter { stage in steps(of: stage).allSatisfy { $0.obstacle != nil } }
        return (stages.filter { !blocked.contains($0) } + blocked).map(view)
    }

    private func steps(of stage: FlowStep.Stage) -> [(step: FlowStep, obstacle: WireText?)] {
        FlowStep.allCases.filter { $0.stage == stage }.map { ($0, $0.obstacle(in: flow)) }
    }

    private func view(_ stage: FlowStep.Stage) -> View {
        let steps = steps(of: stage)
        // What keeps all of them is said once.
        let shared = steps.allSatisfy { $0.obstacle == steps[0].obstacle } ? steps[0].obstacle : nil
        return [
            "title": .text(stage.title),
            "id": .text(WireText(stage.rawValue)),
            "shared": shared.map { .text($0) } ?? .missing,
            "steps": .list(
                steps.map { step, obstacle in
                    [
                        "name": .text(WireText(step.rawValue)), "title": .text(step.title),
                        "reason": .text(WireText(shared == nil ? step.rawValue : stage.rawValue)),
                        "obstacle": shared == nil ? obstacle.map { .text($0) } ?? .missing : .missing,
                        "is_free": .flag(obstacle == nil),
                    ]
                }
            ),
        ]
    }
}
