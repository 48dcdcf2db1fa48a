import OAuth
package import Text

extension PostgresStore {
    /// Notes the time, and removes at most `limit` rows that nothing depends on any more; says how many there were.
    ///
    /// What falls with a family goes before it, so that a process that dies in between leaves nothing without one. Rows
    /// that another node removes at this moment are left to it.
    package func sweep(at now: Timestamp, limit: Int) async throws(StoreFailure) -> Int {
        try await note(now)
        guard limit > 0 else { return 0 }
        let over = now - Limits.sweepMarginSeconds
        var room = limit
        room -= try await run(
            """
            DELETE FROM refresh_token WHERE fingerprint = ANY(ARRAY(
                SELECT fingerprint FROM refresh_token WHERE family_expires <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
            ))
            """,
            over,
            room
        )
        room -= try await run(
            """
            DELETE FROM code WHERE fingerprint = ANY(ARRAY(
                SELECT fingerprint FROM code WHERE family_expires <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
            ))
            """,
            over,
            room
        )
        room -= try await run(
            """
            DELETE FROM family WHERE id = ANY(ARRAY(
                SELECT id FROM family WHERE expires <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
            ))
            """,
            over,
            room
        )
        // One that was not closed still waits for its consent to hear of it.
        room -= try await run(
            """
            DELETE FROM interaction WHERE id = ANY(ARRAY(
                SELECT id FROM interaction WHERE closed IS NOT NULL AND expires <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
            ))
            """,
            over,
            room
        )
        // Without its row a reference is as good as over, so it need not stay for a clock that is set back.
        room -= try await run(
            """
            DELETE FROM pushed_request WHERE fingerprint = ANY(ARRAY(
                SELECT fingerprint FROM pushed_request WHERE expires <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
            ))
            """,
            now - Limits.pushedRequestSeconds,
            room
        )
        // The same holds for a request that is polled.
        room -= try await run(
            """
            DELETE FROM polled_request WHERE fingerprint = ANY(ARRAY(
                SELECT fingerprint FROM polled_request WHERE expires <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
            ))
            """,
            now - Limits.polledRequestSeconds,
            room
        )
        room -= try await run(
            """
            DELETE FROM access_flow WHERE id = ANY(ARRAY(
                SELECT id FROM access_flow WHERE session_expires <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
            ))
            """,
            over,
            room
        )
        room -= try await run(
            """
            DELETE FROM access_session WHERE id = ANY(ARRAY(
                SELECT id FROM access_session WHERE expires <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
            ))
            """,
            over,
            room
        )
        // A consent that was allowed once more lives longer than its chain was told.
        room -= try await run(
            """
            DELETE FROM consent_token WHERE consent = ANY(ARRAY(
                SELECT consent FROM consent_token JOIN consent ON consent.id = consent_token.consent
                WHERE consent_token.expires <= $1 AND consent.expires <= $1
                LIMIT $2 FOR UPDATE OF consent_token SKIP LOCKED
            ))
            """,
            over,
            room
        )
        room -= try await run(
            """
            DELETE FROM session WHERE fingerprint = ANY(ARRAY(
                SELECT fingerprint FROM session WHERE expires <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
            ))
            """,
            over,
            room
        )
        // Whoever could not be told within a day is told no more.
        room -= try await run(
            """
            DELETE FROM logout_notice WHERE id = ANY(ARRAY(
                SELECT id FROM logout_notice WHERE expires <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
            ))
            """,
            now,
            room
        )
        room -= try await run(
            """
            DELETE FROM revoked_access_token WHERE fingerprint = ANY(ARRAY(
                SELECT fingerprint FROM revoked_access_token WHERE expires <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
            ))
            """,
            over,
            room
        )
        room -= try await run(
            """
            DELETE FROM spent_assertion WHERE id = ANY(ARRAY(
                SELECT id FROM spent_assertion WHERE expires <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
            ))
            """,
            over,
            room
        )
        room -= try await run(
            """
            DELETE FROM spent_invitation WHERE fingerprint = ANY(ARRAY(
                SELECT fingerprint FROM spent_invitation WHERE expires <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
            ))
            """,
            over,
            room
        )
        room -= try await run(
            """
            DELETE FROM login_throttle WHERE subject = ANY(ARRAY(
                SELECT subject FROM login_throttle WHERE last <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
            ))
            """,
            now - LoginThrottle.memorySeconds,
            room
        )
        // Browsers cost a stranger nothing, so that those that guess at codes are forgotten when they are too many.
        room -= try await run(
            """
            DELETE FROM login_throttle WHERE subject = ANY(ARRAY(
                SELECT subject FROM login_throttle WHERE subject >= 'codes-browser:' AND subject < 'codes-browser;'
                ORDER BY last DESC, subject LIMIT $1 OFFSET $2
            ))
            """,
            room,
            Limits.guessingBrowsers
        )
        room -= try await run(
            """
            DELETE FROM idempotency WHERE (third_party, key) IN (
                SELECT third_party, key FROM idempotency WHERE expires <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
            )
            """,
            over,
            room
        )
        return limit - room
    }
}
