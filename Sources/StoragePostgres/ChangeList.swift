import Consents
import OAuth
import Storage
import Text

/// A list of changes as statements, on its way to being made wholly or not at all.
struct ChangeList: Sendable {
    typealias Answer = Result<CommitResult, PostgresFailure>

    let changes: [Storage.Change]
    let steps: [Step]
    /// What is answered when it is kept: `.overtaken` for the remedy of a list that was.
    let verdict: CommitResult
    let continuation: CheckedContinuation<Answer, Never>
    /// Whether it shares no transaction with another list.
    var isAlone: Bool
    /// The consents that it changes, with an entry in the ledger for each change.
    let consents: [WireText]
    /// What is counted under a lock that others may want.
    let counted: Set<WireText>
    /// How often it has been begun.
    var attempts = 0
    /// When it came, in milliseconds.
    let arrived = StoreThread.milliseconds

    init(
        _ changes: [Storage.Change],
        verdict: CommitResult = .kept,
        isAlone: Bool = false,
        for continuation: CheckedContinuation<Answer, Never>
    ) {
        var steps = Steps()
        for change in changes { steps.add(change) }
        self.changes = changes
        self.steps = steps.all
        self.verdict = verdict
        self.isAlone = isAlone
        self.continuation = continuation
        consents = steps.consents
        counted = steps.counted
    }

    /// A statement of our own, which is kept like a list.
    init(_ statement: Statement, for continuation: CheckedContinuation<Answer, Never>) {
        changes = []
        steps = [Step(statement: statement, change: nil)]
        verdict = .kept
        isAlone = false
        self.continuation = continuation
        consents = []
        counted = []
    }

    /// Whether it adds to the ledger, which one list does after the other.
    var writesLedger: Bool { !consents.isEmpty }

    func resume(_ answer: Answer) { continuation.resume(returning: answer) }
}

/// One statement of a list.
struct Step: Sendable {
    let statement: Statement
    /// The change whose condition this is, counted from the first of the list.
    let change: Int?
}

/// The statements of a list, in order.
///
/// A condition stands in its statement, which divides by the number of rows that it met: where that is none, PostgreSQL
/// refuses it (22012), skips the rest of the list and undoes what came before. So nobody waits between two statements.
struct Steps {
    private(set) var all: [Step] = []
    private(set) var consents: [WireText] = []
    /// What is counted under locks that many may want.
    private(set) var counted: Set<WireText> = []
    private var change = -1

    mutating func add(_ change: Storage.Change) {
        self.change += 1
        switch change {
        case .oauth(let change): add(change)
        case .consent(let change):
            consents.append(change.consent.id.text)
            add(change)
        case .takeKey(let record, let now): take(record, at: now)
        case .access(let change): add(change)
        case .registration(let change): add(change)
        case .logout(let change): add(change)
        }
    }

    /// A statement that the list falls with.
    mutating func require(_ statement: Statement) {
        all.append(Step(statement: statement, change: change))
    }

    /// A statement that may meet no row: what it wants is so already.
    mutating func always(_ statement: Statement) {
        all.append(Step(statement: statement, change: nil))
    }

    /// Whoever counts rows under this name next waits until this list is made or undone.
    ///
    /// The transaction takes the lock before all lists that it makes.
    mutating func lock(counting name: WireText) {
        counted.insert(name)
    }
}
