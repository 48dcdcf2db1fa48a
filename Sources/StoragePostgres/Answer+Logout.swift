package import Crypto
package import OAuth
package import Text

extension PostgresStore {
    package func clients(toldOf sid: WireText) async throws(StoreFailure) -> [Identifier<Client>] {
        try await all(
            """
            SELECT DISTINCT client FROM family
            WHERE sid = $1 AND strpos(' ' || scope || ' ', ' openid ') > 0
            ORDER BY client
            """,
            sid
        ) { row throws(PostgresFailure) in try row.identifier(0) }
    }

    package func dueNotices(at now: Timestamp, limit: Int) async throws(StoreFailure) -> [LogoutNotice] {
        try await all(
            """
            SELECT id, client, person, sid, attempts, due, expires FROM logout_notice
            WHERE due <= $1 ORDER BY due, id LIMIT $2
            """,
            now,
            limit
        ) { row throws(PostgresFailure) in
            LogoutNotice(
                id: try row.identifier(0),
                client: try row.identifier(1),
                person: try row.identifier(2),
                sid: try row.text(3),
                attempts: try row.count(4),
                due: try row.timestamp(5),
                expires: try row.timestamp(6)
            )
        }
    }

    package func sessions(
        after fingerprint: Fingerprint?,
        at now: Timestamp,
        limit: Int
    ) async throws(StoreFailure) -> [Session] {
        try await all(
            """
            SELECT fingerprint, sid, person, authenticated, acr, credential, expires FROM session
            WHERE fingerprint > $1 AND expires > $2 ORDER BY fingerprint LIMIT $3
            """,
            fingerprint?.bytes ?? [],
            now,
            limit
        ) { row throws(PostgresFailure) in try row.session() }
    }
}
