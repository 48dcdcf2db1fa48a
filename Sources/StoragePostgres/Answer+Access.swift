package import Consents
package import Crypto
package import Text

extension PostgresStore {
    package func accessSession(_ id: Identifier<AccessSession>) async throws(StoreFailure) -> AccessSession? {
        try await first(
            """
            SELECT short_id, third_party, consent, return_url, created, expires, closed
            FROM access_session WHERE id = $1
            """,
            id
        ) { row throws(PostgresFailure) in
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

    package func accessFlow(_ id: Identifier<AccessFlow>) async throws(StoreFailure) -> AccessFlow? {
        try await first(
            "SELECT id, session, kind, client_token, created, receipt FROM access_flow WHERE id = $1",
            id
        ) { row throws(PostgresFailure) in try row.accessFlow() }
    }

    package func accessFlow(clientToken: Fingerprint) async throws(StoreFailure) -> AccessFlow? {
        try await first(
            "SELECT id, session, kind, client_token, created, receipt FROM access_flow WHERE client_token = $1",
            clientToken
        ) { row throws(PostgresFailure) in try row.accessFlow() }
    }

    package func hasAccessFlow(in session: Identifier<AccessSession>) async throws(StoreFailure) -> Bool {
        try await first("SELECT 1 FROM access_flow WHERE session = $1 LIMIT 1", session, read: { _ in true }) ?? false
    }

    package func tokenChain(of consent: Identifier<Consent>) async throws(StoreFailure) -> ConsentTokenChain? {
        try await first(
            """
            SELECT third_party, expires, generation, live, preceding, rotated, day, unattended, attended, version
            FROM consent_token WHERE consent = $1
            """,
            consent
        ) { row throws(PostgresFailure) in
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
    fileprivate func accessFlow() throws(PostgresFailure) -> AccessFlow {
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
