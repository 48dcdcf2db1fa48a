import Crypto
import OAuth
import Text

extension Steps {
    /// The statements of one change of a request that is polled.
    mutating func add(_ change: PolledRequestChange) {
        switch change {
        case .keep(let request, let now): keep(request, at: now)
        case .enter(let fingerprint, let now):
            require(
                Statement(
                    """
                    WITH changed AS (
                        UPDATE polled_request SET entries = entries + 1
                        WHERE fingerprint = $1 AND decided IS NULL AND expires > $2 AND user_code IS NOT NULL
                            AND entries < $3
                        RETURNING 1
                    ) SELECT 1 / count(*) FROM changed
                    """,
                    fingerprint,
                    now,
                    Limits.userCodeEntries
                )
            )
        case .grant(let fingerprint, let family, let now):
            require(
                Statement(
                    """
                    WITH changed AS (
                        UPDATE polled_request SET
                            decided = $3, family = $2, notice_due = CASE WHEN notice_token IS NOT NULL THEN $3 END
                        WHERE fingerprint = $1 AND decided IS NULL AND expires > $3
                        RETURNING 1
                    ) SELECT 1 / count(*) FROM changed
                    """,
                    fingerprint,
                    family,
                    now
                )
            )
        case .deny(let fingerprint, let now):
            require(
                Statement(
                    """
                    WITH changed AS (
                        UPDATE polled_request SET
                            decided = $2, notice_due = CASE WHEN notice_token IS NOT NULL THEN $2 END
                        WHERE fingerprint = $1 AND decided IS NULL
                        RETURNING 1
                    ) SELECT 1 / count(*) FROM changed
                    """,
                    fingerprint,
                    now
                )
            )
        case .spend(let fingerprint, let now):
            require(
                Statement(
                    """
                    WITH changed AS (
                        UPDATE polled_request SET spent = $2
                        WHERE fingerprint = $1 AND family IS NOT NULL AND spent IS NULL
                        RETURNING 1
                    ) SELECT 1 / count(*) FROM changed
                    """,
                    fingerprint,
                    now
                )
            )
        case .slowDown(let fingerprint):
            // Whose interval has its bound already is not written again: a client that never waits costs no disk.
            always(
                Statement(
                    """
                    UPDATE polled_request SET interval = least(interval + $2, $3)
                    WHERE fingerprint = $1 AND interval < $3
                    """,
                    fingerprint,
                    PolledRequest.slowerSeconds,
                    PolledRequest.longestInterval
                )
            )
        case .settleNotice(let fingerprint):
            always(
                Statement(
                    """
                    UPDATE polled_request SET notice_name = NULL, notice_token = NULL, notice_due = NULL
                    WHERE fingerprint = $1
                    """,
                    fingerprint
                )
            )
        case .attemptNotice(let fingerprint, let tries, let next):
            require(
                Statement(
                    """
                    WITH changed AS (
                        UPDATE polled_request SET notice_due = $3, notice_tries = $2 + 1
                        WHERE fingerprint = $1 AND notice_tries = $2 AND notice_due IS NOT NULL RETURNING 1
                    ) SELECT 1 / count(*) FROM changed
                    """,
                    fingerprint,
                    tries,
                    next
                )
            )
        }
    }

    private mutating func keep(_ request: PolledRequest, at now: Timestamp) {
        // Two locks, always in this order.
        lock(counting: WireText("polled \(request.client)"))
        if let person = request.summons?.person { lock(counting: WireText("summoned \(person)")) }
        require(
            Statement(
                """
                WITH changed AS (
                    INSERT INTO polled_request (
                        fingerprint, kind, client, user_code, certificate, proof_key, created, expires, interval, entries,
                        parameters, person, message, signed, notice_name, notice_token, notice_tries
                    )
                    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $14, $15, $16, $17, $18, 0
                    WHERE (
                        SELECT count(*) FROM polled_request WHERE client = $3 AND decided IS NULL AND expires > $12
                    ) < $13 AND (
                        SELECT count(*) FROM polled_request WHERE person = $14 AND decided IS NULL AND expires > $12
                    ) < $19 AND (
                        SELECT count(*) FROM polled_request
                        WHERE person = $14 AND client = $3 AND decided IS NULL AND expires > $12
                    ) < $20
                    ON CONFLICT DO NOTHING RETURNING 1
                ) SELECT 1 / count(*) FROM changed
                """,
                request.fingerprint,
                WireText(request.kind.rawValue),
                request.client,
                request.userCode,
                request.binding.certificate,
                request.binding.proofKey,
                request.created,
                request.expires,
                request.interval,
                request.entries,
                request.parameters,
                now,
                Limits.polledRequests,
                request.summons?.person,
                request.summons?.message,
                request.summons?.isSigned == true,
                request.summons?.notice?.name.text,
                request.summons?.notice?.token,
                Limits.summonses,
                Limits.summonsesOfClient
            )
        )
    }
}
