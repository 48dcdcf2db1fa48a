import OAuth
import Text

extension Connection {
    /// Removes at most `limit` rows that nothing depends on any more; says how many there were.
    ///
    /// What falls with a family goes before it, so that a process that dies in between leaves nothing without one.
    func sweep(at now: Timestamp, limit: Int) throws(SQLiteFailure) -> Int {
        let over = now - Limits.sweepMarginSeconds
        var room = limit
        room -= try run(
            """
            DELETE FROM refresh_token WHERE fingerprint IN
                (SELECT fingerprint FROM refresh_token WHERE family_expires <= ?1 LIMIT ?2)
            """,
            over,
            room
        )
        room -= try run(
            """
            DELETE FROM code WHERE fingerprint IN (SELECT fingerprint FROM code WHERE family_expires <= ?1 LIMIT ?2)
            """,
            over,
            room
        )
        room -= try run(
            "DELETE FROM family WHERE id IN (SELECT id FROM family WHERE expires <= ?1 LIMIT ?2)",
            over,
            room
        )
        // One that was not closed still waits for its consent to hear of it.
        room -= try run(
            """
            DELETE FROM interaction WHERE id IN
                (SELECT id FROM interaction WHERE closed IS NOT NULL AND expires <= ?1 LIMIT ?2)
            """,
            over,
            room
        )
        // Without its row a reference is as good as over, so it need not stay for a clock that is set back.
        room -= try run(
            """
            DELETE FROM pushed_request WHERE fingerprint IN
                (SELECT fingerprint FROM pushed_request WHERE expires <= ?1 LIMIT ?2)
            """,
            now - Limits.pushedRequestSeconds,
            room
        )
        // The same holds for a request that is polled.
        room -= try run(
            """
            DELETE FROM polled_request WHERE fingerprint IN
                (SELECT fingerprint FROM polled_request WHERE expires <= ?1 LIMIT ?2)
            """,
            now - Limits.polledRequestSeconds,
            room
        )
        room -= try run(
            """
            DELETE FROM access_flow WHERE id IN (SELECT id FROM access_flow WHERE session_expires <= ?1 LIMIT ?2)
            """,
            over,
            room
        )
        room -= try run(
            "DELETE FROM access_session WHERE id IN (SELECT id FROM access_session WHERE expires <= ?1 LIMIT ?2)",
            over,
            room
        )
        // A consent that was allowed once more lives longer than its chain was told.
        room -= try run(
            """
            DELETE FROM consent_token WHERE consent IN (
                SELECT consent FROM consent_token JOIN consent ON consent.id = consent_token.consent
                WHERE consent_token.expires <= ?1 AND consent.expires <= ?1 LIMIT ?2
            )
            """,
            over,
            room
        )
        room -= try run(
            """
            DELETE FROM session WHERE fingerprint IN (SELECT fingerprint FROM session WHERE expires <= ?1 LIMIT ?2)
            """,
            over,
            room
        )
        // Whoever could not be told within a day is told no more.
        room -= try run(
            "DELETE FROM logout_notice WHERE id IN (SELECT id FROM logout_notice WHERE expires <= ?1 LIMIT ?2)",
            now,
            room
        )
        room -= try run(
            """
            DELETE FROM revoked_access_token WHERE fingerprint IN
                (SELECT fingerprint FROM revoked_access_token WHERE expires <= ?1 LIMIT ?2)
            """,
            over,
            room
        )
        room -= try run(
            """
            DELETE FROM spent_assertion WHERE id IN
                (SELECT id FROM spent_assertion WHERE expires <= ?1 LIMIT ?2)
            """,
            over,
            room
        )
        room -= try run(
            """
            DELETE FROM spent_invitation WHERE fingerprint IN
                (SELECT fingerprint FROM spent_invitation WHERE expires <= ?1 LIMIT ?2)
            """,
            over,
            room
        )
        room -= try run(
            """
            DELETE FROM login_throttle WHERE subject IN
                (SELECT subject FROM login_throttle WHERE last <= ?1 LIMIT ?2)
            """,
            now - LoginThrottle.memorySeconds,
            room
        )
        // Browsers cost a stranger nothing, so that those that guess at codes are forgotten when they are too many.
        room -= try run(
            """
            DELETE FROM login_throttle WHERE subject IN (
                SELECT subject FROM login_throttle WHERE subject >= 'codes-browser:' AND subject < 'codes-browser;'
                ORDER BY last DESC, subject LIMIT ?1 OFFSET ?2
            )
            """,
            room,
            Limits.guessingBrowsers
        )
        room -= try run(
            """
            DELETE FROM idempotency WHERE (third_party, key) IN
                (SELECT third_party, key FROM idempotency WHERE expires <= ?1 LIMIT ?2)
            """,
            over,
            room
        )
        return limit - room
    }
}
