package import Consents
package import Storage
package import Text

/// The ledger in a database file, read beside a server that may be running.
package struct LedgerFile {
    private let connection: Connection

    /// Opens the file for reading, and sees from now on what it holds at this moment.
    package init(_ path: DatabasePath) throws(OpeningFailure) {
        connection = try Connection(reading: path)
    }

    /// Reads every entry in order, and proves each.
    ///
    /// - Parameter read: Hears of each entry that holds.
    /// - Returns: The head of the ledger, or where it breaks.
    package func verify(_ read: (LedgerEntry) -> Void = { _ in }) -> Result<LedgerHead, LedgerBreak> {
        var check = LedgerCheck()
        do throws(LedgerBreak) {
            while true {
                let entries = try entries(after: check.head.sequence, limit: Self.page)
                guard !entries.isEmpty else { break }
                for entry in entries {
                    try check.read(entry)
                    read(entry)
                }
            }
            return .success(check.head)
        } catch { return .failure(error) }
    }

    /// The first consent that is not as its entries in the ledger say, or not there at all, if there is one.
    package func consentApart() throws(SQLiteFailure) -> Identifier<Consent>? {
        var last: Identifier<Consent> = ""
        while true {
            let page = try connection.consents(after: last, limit: Self.page)
            for (consent, history) in page {
                guard history.agrees(with: consent) else { return consent.id }
            }
            guard let end = page.last else { return try connection.consentMissing() }
            last = end.consent.id
        }
    }

    /// What cannot be read was altered; the entry is found by reading one at a time.
    private func entries(after sequence: Int, limit: Int) throws(LedgerBreak) -> [LedgerEntry] {
        do { return try connection.ledger(after: sequence, limit: limit) } catch {
            guard limit > 1 else { throw .altered(sequence: sequence + 1) }
            return try entries(after: sequence, limit: 1)
        }
    }

    private static let page = 500
}

extension Connection {
    /// A consent of which there is a history and nothing else; consents are never removed.
    fileprivate func consentMissing() throws(SQLiteFailure) -> Identifier<Consent>? {
        try first(
            "SELECT consent FROM revision WHERE version = 1 AND consent NOT IN (SELECT id FROM consent) LIMIT 1"
        ) { row throws(SQLiteFailure) in try row.identifier(0) }
    }

    /// Consents in the order of their names, each with its history.
    fileprivate func consents(
        after last: Identifier<Consent>,
        limit: Int
    ) throws(SQLiteFailure) -> [(consent: Consent, history: [Revision])] {
        let consents = try all(
            """
            SELECT id, third_party, status, deleted, expires, person, accounts, given, version, status_updated, reason,
                updated, created, origin, lifetime_days, period_from, period_to, permissions, end_user, named_accounts,
                receipt
            FROM consent WHERE id > ?1 ORDER BY id LIMIT ?2
            """,
            last,
            limit
        ) { row throws(SQLiteFailure) in try row.consent() }
        var found: [(consent: Consent, history: [Revision])] = []
        for consent in consents {
            found.append((consent, try revisions(of: consent.id)))
        }
        return found
    }
}

extension Connection {
    /// To a database of Assent that another process may be writing to, as it is at this moment.
    convenience init(reading path: DatabasePath) throws(OpeningFailure) {
        guard path.exists else { throw .missing(path: path.string) }
        do throws(SQLiteFailure) {
            try self.init(path.string, as: .reader)
            let mark = try first("PRAGMA application_id") { row throws(SQLiteFailure) in try row.integer(0) }
            guard mark == Schema.applicationID else { throw SQLiteFailure.corrupt("not a database of Assent") }
            try execute("BEGIN")
        } catch { throw .failed(path: path.string, error) }
    }
}
