internal import Net
package import Text

/// Every check, in the order in which they run.
package enum Checks {
    package static let all: [Check] =
        DescriptionChecks.all + RequestChecks.all + RedirectChecks.all + PushChecks.all + SignedRequestChecks.all
        + CodeChecks.all + ClientChecks.all + IDTokenBindingChecks.all + AccessTokenBindingChecks.all
        + RefreshChecks.all + RevocationChecks.all + ProofChecks.all + ConsentChecks.all + PageChecks.all

    /// All of them as a table, as the documentation has it.
    package static var table: WireText {
        let rows = all.map { "| \($0.id) | \($0.title) | \($0.expectation) | \($0.clause) |" }
        return WireText(
            "| id | what is tried | what a good server does | clause |\n|---|---|---|---|\n\(rows.joined(separator: "\n"))"
        )
    }

    /// Runs checks, one after the other, and tells of each.
    ///
    /// - Parameter chosen: Their ids; all of them where there is nothing.
    package static func run(
        _ chosen: [WireText],
        at server: ServerDescription,
        asked issuer: WireText,
        _ plan: JourneyPlan,
        by transport: Transport,
        _ report: @Sendable (CheckResult) -> Void
    ) async -> [CheckResult] {
        let bench = Bench(plan, at: server, asked: issuer, by: transport)
        var results: [CheckResult] = []
        for check in all where chosen.isEmpty || chosen.contains(check.id) {
            let first = transport.journal.count + 1
            let start = SystemClock.uptimeMilliseconds
            let verdict: Verdict
            do throws(PartyFailure) {
                verdict = try await check.run(bench)
            } catch .setup(let sentence) {
                verdict = .skip(sentence)
            } catch { verdict = .fail(WireText("could not be tried: \(error.sentence)")) }
            let result = CheckResult(
                check: check,
                verdict: verdict,
                milliseconds: SystemClock.uptimeMilliseconds - start,
                exchanges: first..<(transport.journal.count + 1)
            )
            results.append(result)
            report(result)
        }
        return results
    }
}
