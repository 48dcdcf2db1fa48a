import Consents
import Crypto
import Text

extension Connection {
    func accessSession(_ id: Identifier<AccessSession>) throws(SQLiteFailure) -> AccessSession? {
        try first(
            """
            SELECT short_id, third_party, consent, return_url, created, expires, closed
            FROM access_session WHERE id = ?1
            """,
            id
        ) { row throws(SQLiteFailure) in
            AccessSession(
                id: id,
                shortID: try row.text(0),
                thirdParty: try row.identifier(1),
                consent: try row.identifier(2),
                returnURL: try row.text(3),
                created: try row.timestamp(4),
                expires: try row.timestamp(5),
                closed: try row.optionalTimestamp(6)
            )
        }
    }

    func accessFlow(_ id: Identifier<AccessFlow>) throws(SQLiteFailure) -> AccessFlow? {
        try first(
            "SELECT id, session, kind, client_token, created, receipt FROM access_flow WHERE id = ?1",
            id
        ) { row throws(SQLiteFailure) in try row.accessFlow() }
    }

    func accessFlow(clientToken: Fingerprint) throws(SQLiteFailure) -> AccessFlow? {
        try first(
            "SELECT id, session, kind, client_token, created, receipt FROM access_flow WHERE client_token = ?1",
            clientToken
        ) { row throws(SQLiteFailure) in try row.accessFlow() }
    }

    func hasAccessFlow(in session: Identifier<AccessSession>) throws(SQLiteFailure) -> Bool {
        try first("SELECT 1 FROM access_flow WHERE session = ?1 LIMIT 1", session, read: { _ in true }) ?? false
    }

    func tokenChain(of consent: Identifier<Consent>) throws(SQLiteFailure) -> ConsentTokenChain? {
        try first(
            """
            SELECT third_party, expires, generation, live, preceding, rotated, day, unattended, attended, version
            FROM consent_token WHERE consent = ?1
            """,
            consent
        ) { row throws(SQLiteFailure) in
            ConsentTokenChain(
                consent: consent,
                thirdParty: try row.identifier(0),
                expires: try row.timestamp(1),
                generation: try row.count(2),
                live: try row.fingerprint(3),
                preceding: try row.optionalFingerprint(4),
                rotated: try row.timestamp(5),
                quota: UseQuota(
                    day: try row.integer(6),
                    unattended: try row.count(7),
                    attended: try row.count(8)
                ),
                version: try row.count(9)
            )
        }
    }
}

extension Row {
    fileprivate func accessFlow() throws(SQLiteFailure) -> AccessFlow {
        guard let kind = AccessKind(rawValue: try text(2).string) else {
            throw .corrupt("column 2 holds a word that is not ours")
        }
        return AccessFlow(
            id: try identifier(0),
            session: try identifier(1),
            kind: kind,
            clientToken: try fingerprint(3),
            receipt: try blob(5),
            created: try timestamp(4)
        )
    }
}
