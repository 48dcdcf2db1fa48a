import Text

/// Lists that are made together, with one wait for the disk, or not at all.
struct Transaction {
    let lists: [ChangeList]
    /// Statements before those of the lists: locks that are always taken in one order.
    let locks: [Statement]
    let writesLedger: Bool
    /// What its lists count, each under a lock: the same for all of them.
    let counted: Set<WireText>

    /// Of lists that write the ledger, or of lists that do not.
    init(_ lists: [ChangeList]) {
        self.lists = lists
        counted = lists.reduce(into: []) { $0.formUnion($1.counted) }
        writesLedger = lists.contains(where: \.writesLedger)
        let counting = counted.sorted().map {
            Statement("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", $0)
        }
        guard writesLedger else {
            locks = counting
            return
        }
        // The end of the ledger first: of all lists that change consents, on all nodes, one is at work.
        locks =
            [
                Statement("SELECT 1 FROM ledger FOR UPDATE"),
                Statement(
                    "SELECT 1 FROM consent WHERE id = ANY($1) ORDER BY id FOR UPDATE",
                    TextArray(Set(lists.flatMap(\.consents)).sorted())
                ),
            ] + counting
    }

    /// What became of it.
    enum Outcome {
        case kept
        /// Nothing was kept, because of this; `step` is the one that failed, of the first of two lists or of a single one.
        case undone(PostgresFailure, Step?)
        /// The connection ended, and whether it was kept nobody has heard.
        case unknown
    }

    static let begin = Statement("BEGIN ISOLATION LEVEL READ COMMITTED")
    static let commit = Statement("COMMIT")
    static let rollback = Statement("ROLLBACK")
}
