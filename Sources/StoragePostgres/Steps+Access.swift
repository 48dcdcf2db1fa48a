import Consents
import Crypto
import Text

extension Steps {
    /// The statements of one change of a session or its tokens.
    mutating func add(_ change: AccessChange) {
        switch change {
        case .open(let session): open(session)
        case .close(let id, let now):
            require(
                Statement(
                    """
                    WITH changed AS (
                        UPDATE access_session SET closed = $2 WHERE id = $1 AND closed IS NULL RETURNING 1
                    ) SELECT 1 / count(*) FROM changed
                    """,
                    id,
                    now
                )
            )
        case .requireOpen(let id, let now):
            require(
                Statement(
                    """
                    WITH held AS (
                        SELECT 1 FROM access_session WHERE id = $1 AND closed IS NULL AND expires > $2 FOR SHARE
                    ) SELECT 1 / count(*) FROM held
                    """,
                    id,
                    now
                )
            )
        case .start(let flow): start(flow)
        case .openTokens(let chain): open(chain)
        case .advanceTokens(let chain): advance(chain)
        }
    }

    private mutating func open(_ session: AccessSession) {
        require(
            Statement(
                """
                WITH changed AS (
                    INSERT INTO access_session (
                        id, short_id, third_party, consent, return_url, created, expires, closed
                    )
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                    ON CONFLICT (id) DO NOTHING RETURNING 1
                ) SELECT 1 / count(*) FROM changed
                """,
                session.id,
                session.shortID,
                session.thirdParty,
                session.consent,
                session.returnURL,
                session.created,
                session.expires,
                session.closed
            )
        )
    }

    /// Adds nothing where the session is not there, as its end would not be.
    private mutating func start(_ flow: AccessFlow) {
        require(
            Statement(
                """
                WITH changed AS (
                    INSERT INTO access_flow (id, session, kind, client_token, created, session_expires, receipt)
                    SELECT $1, id, $3, $4, $5, expires, $6 FROM access_session WHERE id = $2
                    ON CONFLICT DO NOTHING RETURNING 1
                ) SELECT 1 / count(*) FROM changed
                """,
                flow.id,
                flow.session,
                WireText(flow.kind.rawValue),
                flow.clientToken,
                flow.created,
                flow.receipt
            )
        )
    }

    private mutating func open(_ chain: ConsentTokenChain) {
        require(
            Statement(
                """
                WITH changed AS (
                    INSERT INTO consent_token (
                        consent, third_party, expires, generation, live, preceding, rotated, day, unattended, attended,
                        version
                    )
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                    ON CONFLICT (consent) DO NOTHING RETURNING 1
                ) SELECT 1 / count(*) FROM changed
                """,
                chain.consent,
                chain.thirdParty,
                chain.expires,
                chain.generation,
                chain.live,
                chain.preceding,
                chain.rotated,
                chain.quota.day,
                chain.quota.unattended,
                chain.quota.attended,
                chain.version
            )
        )
    }

    /// Whose chain it is never changes, so only the rest is written.
    private mutating func advance(_ chain: ConsentTokenChain) {
        require(
            Statement(
                """
                WITH changed AS (
                    UPDATE consent_token SET
                        generation = $2, live = $3, preceding = $4, rotated = $5, day = $6, unattended = $7,
                        attended = $8, version = $9
                    WHERE consent = $1 AND version = $9 - 1 RETURNING 1
                ) SELECT 1 / count(*) FROM changed
                """,
                chain.consent,
                chain.generation,
                chain.live,
                chain.preceding,
                chain.rotated,
                chain.quota.day,
                chain.quota.unattended,
                chain.quota.attended,
                chain.version
            )
        )
    }
}
