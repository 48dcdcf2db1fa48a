package import Consents
package import Storage
package import Text

/// The ledger on a server, read beside the nodes that may be running.
package struct PostgresLedger {
    private let wire: Wire

    /// Connects, waiting for it, and sees from now on what is there at this moment.
    package init(at address: PostgresAddress) throws(PostgresOpeningFailure) {
        let wire = try Wire.open(address, forPipeline: false).get()
        try wire.attempt { () throws(PostgresFailure) in
            try wire.runScript("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
        self.wire = wire
    }

    /// Reads every entry in order, and proves each.
    ///
    /// - Parameter read: Hears of each entry that holds.
    /// - Returns: The head of the ledger, or where it breaks.
    package func verify(
        _ read: (LedgerEntry) -> Void = { _ in }
    ) throws(PostgresFailure) -> Result<LedgerHead, LedgerBreak> {
        var check = LedgerCheck()
        while true {
            let entries = try entries(after: check.head.sequence)
            guard !entries.isEmpty else { break }
            do throws(LedgerBreak) {
                for entry in entries {
                    try check.read(entry)
                    read(entry)
                }
            } catch { return .failure(error) }
        }
        // Without its end the next entry would be chained to another one.
        guard try head() == check.head else { return .failure(.missing(sequence: check.head.sequence + 1)) }
        return .success(check.head)
    }

    /// The first consent that is not as its entries in the ledger say, or not there at all, if there is one.
    package func consentApart() throws(PostgresFailure) -> Identifier<Consent>? {
        var last: Identifier<Consent> = ""
        while true {
            let page = try consents(after: last)
            for consent in page {
                guard try history(of: consent.id).agrees(with: consent) else { return consent.id }
            }
            guard let end = page.last else { return try consentMissing() }
            last = end.id
        }
    }

    private func entries(after sequence: Int) throws(PostgresFailure) -> [LedgerEntry] {
        try all(
            Statement(
                """
                SELECT consent, version, from_status, to_status, accounts, terms, at, actor, actor_name, reason,
                    shown_digest, shown_templates, shown_language, sequence, hash
                FROM revision WHERE sequence > $1 ORDER BY sequence LIMIT $2
                """,
                sequence,
                Self.page
            )
        ) { row throws(PostgresFailure) in
            LedgerEntry(
                try row.revision(),
                head: LedgerHead(sequence: try row.count(13), hash: try row.blob(14))
            )
        }
    }

    private func head() throws(PostgresFailure) -> LedgerHead? {
        try all(Statement("SELECT sequence, hash FROM ledger")) { row throws(PostgresFailure) in
            LedgerHead(sequence: try row.count(0), hash: try row.blob(1))
        }.first
    }

    private func history(of id: Identifier<Consent>) throws(PostgresFailure) -> [Revision] {
        try all(
            Statement(
                """
                SELECT consent, version, from_status, to_status, accounts, terms, at, actor, actor_name, reason,
                    shown_digest, shown_templates, shown_language
                FROM revision WHERE consent = $1 ORDER BY version
                """,
                id
            )
        ) { row throws(PostgresFailure) in try row.revision() }
    }

    private func consents(after last: Identifier<Consent>) throws(PostgresFailure) -> [Consent] {
        try all(
            Statement(
                """
                SELECT id, third_party, status, deleted, expires, person, accounts, given, version, status_updated, reason,
                    updated, created, origin, lifetime_days, period_from, period_to, permissions, end_user, named_accounts,
                    receipt
                FROM consent WHERE id > $1 ORDER BY id LIMIT $2
                """,
                last,
                Self.page
            )
        ) { row throws(PostgresFailure) in try row.consent() }
    }

    /// A consent of which there is a history and nothing else; consents are never removed.
    private func consentMissing() throws(PostgresFailure) -> Identifier<Consent>? {
        let missing: [Identifier<Consent>] = try all(
            Statement(
                """
                SELECT consent FROM revision
                WHERE version = 1 AND NOT EXISTS (SELECT 1 FROM consent WHERE id = revision.consent) LIMIT 1
                """
            )
        ) { row throws(PostgresFailure) in try row.identifier(0) }
        return missing.first
    }

    private func all<Answer>(
        _ statement: Statement,
        _ read: (Row) throws(PostgresFailure) -> Answer
    ) throws(PostgresFailure) -> [Answer] {
        let rows = try wire.run(statement)
        var answers: [Answer] = []
        for index in 0..<rows.count { answers.append(try read(rows[index])) }
        return answers
    }

    private static let page = 500
}
