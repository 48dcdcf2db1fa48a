package import Text

/// One thing that a server must do, and that can be seen from outside.
package struct Check: Sendable {
    /// `B01` and so on; an id is never given to another check.
    package let id: WireText
    package let title: WireText
    package let clause: WireText
    /// What a good server answers.
    package let expectation: WireText
    /// A paragraph on what goes wrong where it is not so.
    package let why: WireText
    let run: @Sendable (Bench) async throws(PartyFailure) -> Verdict

    init(
        _ id: WireText,
        _ title: WireText,
        _ clause: WireText,
        expects expectation: WireText,
        why: WireText,
        run: @escaping @Sendable (Bench) async throws(PartyFailure) -> Verdict
    ) {
        self.id = id
        self.title = title
        self.clause = clause
        self.expectation = expectation
        self.why = why
        self.run = run
    }
}

/// What became of a check.
package enum Verdict: Sendable, Hashable {
    /// As it should be; what was seen.
    case pass(WireText)
    /// Not so; what was seen instead.
    case fail(WireText)
    /// Could not be tried; why not.
    case skip(WireText)

    package var word: WireText {
        switch self {
        case .pass: "PASS"
        case .fail: "FAIL"
        case .skip: "SKIP"
        }
    }

    package var detail: WireText {
        switch self {
        case .pass(let detail), .fail(let detail), .skip(let detail): detail
        }
    }

    package var isFailure: Bool {
        guard case .fail = self else { return false }
        return true
    }
}

/// A check and what became of it.
package struct CheckResult: Sendable {
    package let check: Check
    package let verdict: Verdict
    package let milliseconds: Int64
    /// The exchanges it needed, by their numbers in the journal.
    package let exchanges: Range<Int>

    package init(check: Check, verdict: Verdict, milliseconds: Int64, exchanges: Range<Int>) {
        self.check = check
        self.verdict = verdict
        self.milliseconds = milliseconds
        self.exchanges = exchanges
    }
}
