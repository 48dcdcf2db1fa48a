import Consents
import Crypto
import Text

extension Connection {
    /// Makes one change of a session or its tokens; `false` where its condition does not hold.
    func apply(_ change: AccessChange) throws(SQLiteFailure) -> Bool {
        switch change {
        case .open(let session): try open(session)
        case .close(let id, let now):
            try run("UPDATE access_session SET closed = ?2 WHERE id = ?1 AND closed IS NULL", id, now) == 1
        case .requireOpen(let id, let now):
            try first(
                "SELECT 1 FROM access_session WHERE id = ?1 AND closed IS NULL AND expires > ?2",
                id,
                now,
                read: { _ in true }
            ) ?? false
        case .start(let flow): try start(flow)
        case .openTokens(let chain): try open(chain)
        case .advanceTokens(let chain): try advance(chain)
        }
    }

    private func open(_ session: AccessSession) throws(SQLiteFailure) -> Bool {
        try run(
            """
            INSERT INTO access_session (id, short_id, third_party, consent, return_url, created, expires, closed)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT DO NOTHING
            """,
            session.id,
            session.shortID,
            session.thirdParty,
            session.consent,
            session.returnURL,
            session.created,
            session.expires,
            session.closed
        ) == 1
    }

    /// Adds nothing where the session is not there, as its end would not be.
    private func start(_ flow: AccessFlow) throws(SQLiteFailure) -> Bool {
        try run(
            """
            INSERT INTO access_flow (id, session, kind, client_token, created, session_expires, receipt)
            SELECT ?1, id, ?3, ?4, ?5, expires, ?6 FROM access_session WHERE id = ?2
            ON CONFLICT DO NOTHING
            """,
            flow.id,
            flow.session,
            WireText(flow.kind.rawValue),
            flow.clientToken,
            flow.created,
            flow.receipt
        ) == 1
    }

    private func open(_ chain: ConsentTokenChain) throws(SQLiteFailure) -> Bool {
        try run(
            """
            INSERT INTO consent_token (
                consent, third_party, expires, generation, live, preceding, rotated, day, unattended, attended, version
            )
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            ON CONFLICT DO NOTHING
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
        ) == 1
    }

    /// Whose chain it is never changes, so only the rest is written.
    private func advance(_ chain: ConsentTokenChain) throws(SQLiteFailure) -> Bool {
        try run(
            """
            UPDATE consent_token SET
                generation = ?2, live = ?3, preceding = ?4, rotated = ?5, day = ?6, unattended = ?7, attended = ?8,
                version = ?9
            WHERE consent = ?1 AND version = ?9 - 1
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
        ) == 1
    }
}
