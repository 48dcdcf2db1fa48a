import Crypto
import OAuth
import Text

extension Steps {
    /// The statements of one change of a login that ends.
    mutating func add(_ change: LogoutChange) {
        switch change {
        case .endSession(let fingerprint, let sid, let known):
            // First whoever requires it at this moment is done, so that the next statement sees what was opened on it.
            always(Statement("SELECT 1 FROM session WHERE fingerprint = $1 FOR UPDATE", fingerprint))
            require(
                Statement(
                    """
                    WITH changed AS (
                        DELETE FROM session WHERE fingerprint = $1 AND sid = $2 AND NOT EXISTS (
                            SELECT 1 FROM family
                            WHERE family.sid = $2 AND strpos(' ' || scope || ' ', ' openid ') > 0
                                AND client <> ALL($3)
                        ) RETURNING 1
                    ) SELECT 1 / count(*) FROM changed
                    """,
                    fingerprint,
                    sid,
                    TextArray(known.map(\.text))
                )
            )
        case .endGrants(let sid, let now):
            always(
                Statement(
                    """
                    UPDATE family SET revoked = $2
                    WHERE sid = $1 AND intent IS NULL AND revoked IS NULL
                        AND strpos(' ' || scope || ' ', ' offline_access ') = 0
                    """,
                    sid,
                    now
                )
            )
        case .keepNotice(let notice):
            require(
                Statement(
                    """
                    WITH changed AS (
                        INSERT INTO logout_notice (id, client, person, sid, attempts, due, expires)
                        VALUES ($1, $2, $3, $4, $5, $6, $7)
                        ON CONFLICT DO NOTHING RETURNING 1
                    ) SELECT 1 / count(*) FROM changed
                    """,
                    notice.id,
                    notice.client,
                    notice.person,
                    notice.sid,
                    notice.attempts,
                    notice.due,
                    notice.expires
                )
            )
        case .attemptNotice(let notice, let next):
            require(
                Statement(
                    """
                    WITH changed AS (
                        UPDATE logout_notice SET attempts = $2 + 1, due = $3 WHERE id = $1 AND attempts = $2 RETURNING 1
                    ) SELECT 1 / count(*) FROM changed
                    """,
                    notice.id,
                    notice.attempts,
                    next
                )
            )
        case .dropNotice(let id):
            require(
                Statement(
                    """
                    WITH changed AS (DELETE FROM logout_notice WHERE id = $1 RETURNING 1)
                    SELECT 1 / count(*) FROM changed
                    """,
                    id
                )
            )
        }
    }
}
