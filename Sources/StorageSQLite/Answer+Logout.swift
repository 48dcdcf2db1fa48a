import Crypto
import OAuth
import Text

extension Connection {
    func clients(toldOf sid: WireText) throws(SQLiteFailure) -> [Identifier<Client>] {
        try all(
            """
            SELECT DISTINCT client FROM family
            WHERE sid = ?1 AND instr(' ' || scope || ' ', ' openid ') > 0
            ORDER BY client
            """,
            sid
        ) { row throws(SQLiteFailure) in try row.identifier(0) }
    }

    func dueNotices(at now: Timestamp, limit: Int) throws(SQLiteFailure) -> [LogoutNotice] {
        try all(
            """
            SELECT id, client, person, sid, attempts, due, expires FROM logout_notice
            WHERE due <= ?1 ORDER BY due, id LIMIT ?2
            """,
            now,
            limit
        ) { row throws(SQLiteFailure) in
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

    func sessions(
        after fingerprint: Fingerprint?,
        at now: Timestamp,
        limit: Int
    ) throws(SQLiteFailure) -> [Session] {
        try all(
            """
            SELECT fingerprint, sid, person, authenticated, acr, credential, expires FROM session
            WHERE fingerprint > ?1 AND expires > ?2 ORDER BY fingerprint LIMIT ?3
            """,
            fingerprint?.bytes ?? [],
            now,
            limit
        ) { row throws(SQLiteFailure) in try row.session() }
    }
}
