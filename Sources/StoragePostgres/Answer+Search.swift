package import Consents
package import Text

extension PostgresStore {
    /// One page of what fits, and how much there is.
    ///
    /// Names narrow first, so that one person's consents are found by their index among a million.
    package func consents(matching search: ConsentSearch, at now: Timestamp) async throws(StoreFailure) -> ConsentsFound
    {
        let total = try await allSlowly(
            """
            WITH candidate (id) AS (
                SELECT id FROM consent WHERE id = ANY($1)
                UNION ALL SELECT id FROM consent WHERE cardinality($1) = 0 AND person = ANY($3)
                UNION ALL SELECT id FROM consent WHERE cardinality($1) = 0 AND cardinality($3) = 0
            )
            SELECT count(*) FROM candidate JOIN consent USING (id)
            WHERE (cardinality($2) = 0 OR third_party = ANY($2))
                AND (cardinality($3) = 0 OR person = ANY($3))
                AND (cardinality($4) = 0 OR accounts && $4)
                AND (cardinality($5) = 0 OR CASE
                    WHEN status IN ('awaiting', 'authorised') AND expires <= $6 THEN 'expired' ELSE status
                END = ANY($5))
                AND ($7 IS NULL OR created >= $7) AND ($8 IS NULL OR created <= $8)
            """,
            TextArray(search.consents.map(\.text)),
            TextArray(search.thirdParties.map(\.text)),
            TextArray(search.persons.map(\.text)),
            TextArray(search.accounts.map(\.text)),
            TextArray(search.states.map { WireText($0.rawValue) }),
            now,
            search.from,
            search.to
        ) { row throws(PostgresFailure) in try row.count(0) }.first
        let consents = try await allSlowly(
            """
            WITH candidate (id) AS (
                SELECT id FROM consent WHERE id = ANY($1)
                UNION ALL SELECT id FROM consent WHERE cardinality($1) = 0 AND person = ANY($3)
                UNION ALL SELECT id FROM consent WHERE cardinality($1) = 0 AND cardinality($3) = 0
            )
            SELECT consent.id, third_party, status, deleted, expires, person, accounts, given, version, status_updated,
                reason, updated, created, origin, lifetime_days, period_from, period_to, permissions, end_user,
                named_accounts, receipt
            FROM candidate JOIN consent USING (id)
            WHERE (cardinality($2) = 0 OR third_party = ANY($2))
                AND (cardinality($3) = 0 OR person = ANY($3))
                AND (cardinality($4) = 0 OR accounts && $4)
                AND (cardinality($5) = 0 OR CASE
                    WHEN status IN ('awaiting', 'authorised') AND expires <= $6 THEN 'expired' ELSE status
                END = ANY($5))
                AND ($7 IS NULL OR created >= $7) AND ($8 IS NULL OR created <= $8)
            ORDER BY created DESC, consent.id LIMIT $9 OFFSET $10
            """,
            TextArray(search.consents.map(\.text)),
            TextArray(search.thirdParties.map(\.text)),
            TextArray(search.persons.map(\.text)),
            TextArray(search.accounts.map(\.text)),
            TextArray(search.states.map { WireText($0.rawValue) }),
            now,
            search.from,
            search.to,
            min(max(search.limit, 0), ConsentSearch.longest),
            max(search.offset, 0)
        ) { row throws(PostgresFailure) in try row.consent() }
        return ConsentsFound(consents: consents, total: total ?? 0)
    }
}
