import Crypto
import OAuth
import Text

extension Connection {
    /// Makes one change of a login that ends; `false` where its condition does not hold.
    func apply(_ change: LogoutChange) throws(SQLiteFailure) -> Bool {
        switch change {
        case .endSession(let fingerprint, let sid, let known):
            try run(
                """
                DELETE FROM session WHERE fingerprint = ?1 AND sid = ?2 AND NOT EXISTS (
                    SELECT 1 FROM family
                    WHERE family.sid = ?2 AND instr(' ' || scope || ' ', ' openid ') > 0
                        AND client NOT IN (SELECT value FROM json_each(?3))
                )
                """,
                fingerprint,
                sid,
                TextList(known.map(\.text))
            ) == 1
        case .endGrants(let sid, let now):
            try run(
                """
                UPDATE family SET revoked = ?2
                WHERE sid = ?1 AND intent IS NULL AND revoked IS NULL
                    AND instr(' ' || scope || ' ', ' offline_access ') = 0
                """,
                sid,
                now
            ) >= 0
        case .keepNotice(let notice):
            try run(
                """
                INSERT INTO logout_notice (id, client, person, sid, attempts, due, expires)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                ON CONFLICT DO NOTHING
                """,
                notice.id,
                notice.client,
                notice.person,
                notice.sid,
                notice.attempts,
                notice.due,
                notice.expires
            ) == 1
        case .attemptNotice(let notice, let next):
            try run(
                "UPDATE logout_notice SET attempts = ?2 + 1, due = ?3 WHERE id = ?1 AND attempts = ?2",
                notice.id,
                notice.attempts,
                next
            ) == 1
        case .dropNotice(let id):
            try run("DELETE FROM logout_notice WHERE id = ?1", id) == 1
        }
    }
}
