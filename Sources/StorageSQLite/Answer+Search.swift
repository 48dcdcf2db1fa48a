import Consents
import Text

extension Connection {
    /// One page of what fits, and how much there is.
    ///
    /// Names narrow first, so that one person's consents are found by their index among a million.
    func consents(matching search: ConsentSearch, at now: Timestamp) throws(SQLiteFailure) -> ConsentsFound {
        let total = try first(
            """
            WITH candidate (id) AS (
                SELECT DISTINCT value FROM json_each(?1)
                UNION ALL SELECT id FROM consent WHERE ?1 = '[]' AND person IN (SELECT value FROM json_each(?3))
                UNION ALL SELECT id FROM consent WHERE ?1 = '[]' AND ?3 = '[]'
            )
            SELECT count(*) FROM candidate JOIN consent USING (id)
            WHERE (?2 = '[]' OR third_party IN (SELECT value FROM json_each(?2)))
                AND (?3 = '[]' OR person IN (SELECT value FROM json_each(?3)))
                AND (?4 = '[]' OR EXISTS (
                    SELECT 1 FROM json_each(accounts) AS given JOIN json_each(?4) AS asked ON given.value = asked.value
                ))
                AND (?5 = '[]' OR CASE
                    WHEN status IN ('awaiting', 'authorised') AND expires <= ?6 THEN 'expired' ELSE status
                END IN (SELECT value FROM json_each(?5)))
                AND (?7 IS NULL OR created >= ?7) AND (?8 IS NULL OR created <= ?8)
            """,
            TextList(search.consents.map(\.text)),
            TextList(search.thirdParties.map(\.text)),
            TextList(search.persons.map(\.text)),
            TextList(search.accounts.map(\.text)),
            TextList(search.states.map { WireText($0.rawValue) }),
            now,
            search.from,
            search.to
        ) { row throws(SQLiteFailure) in try row.count(0) }
        let consents = try all(
            """
            WITH candidate (id) AS (
                SELECT DISTINCT value FROM json_each(?1)
                UNION ALL SELECT id FROM consent WHERE ?1 = '[]' AND person IN (SELECT value FROM json_each(?3))
                UNION ALL SELECT id FROM consent WHERE ?1 = '[]' AND ?3 = '[]'
            )
            SELECT consent.id, third_party, status, deleted, expires, person, accounts, given, version, status_updated,
                reason, updated, created, origin, lifetime_days, period_from, period_to, permissions, end_user,
                named_accounts, receipt
            FROM candidate JOIN consent USING (id)
            WHERE (?2 = '[]' OR third_party IN (SELECT value FROM json_each(?2)))
                AND (?3 = '[]' OR person IN (SELECT value FROM json_each(?3)))
                AND (?4 = '[]' OR EXISTS (
                    SELECT 1 FROM json_each(accounts) AS given JOIN json_each(?4) AS asked ON given.value = asked.value
                ))
                AND (?5 = '[]' OR CASE
                    WHEN status IN ('awaiting', 'authorised') AND expires <= ?6 THEN 'expired' ELSE status
                END IN (SELECT value FROM json_each(?5)))
                AND (?7 IS NULL OR created >= ?7) AND (?8 IS NULL OR created <= ?8)
            ORDER BY created DESC, consent.id LIMIT ?9 OFFSET ?10
            """,
            TextList(search.consents.map(\.text)),
            TextList(search.thirdParties.map(\.text)),
            TextList(search.persons.map(\.text)),
            TextList(search.accounts.map(\.text)),
            TextList(search.states.map { WireText($0.rawValue) }),
            now,
            search.from,
            search.to,
            min(max(search.limit, 0), ConsentSearch.longest),
            max(search.offset, 0)
        ) { row throws(SQLiteFailure) in try row.consent() }
        return ConsentsFound(consents: consents, total: total ?? 0)
    }
}
