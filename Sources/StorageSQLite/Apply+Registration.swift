import Crypto
import OAuth
import Text

extension Connection {
    /// Makes one change of a client that registers itself; `false` where its condition does not hold.
    func apply(_ change: RegistrationChange) throws(SQLiteFailure) -> Bool {
        switch change {
        case .register(let client): try register(client)
        case .replace(let client):
            try run(
                """
                UPDATE registered_client SET document = ?2, policy = ?3, access_token = ?4, version = ?5
                WHERE id = ?1 AND version = ?5 - 1
                """,
                client.id,
                client.document,
                client.policyText,
                client.accessToken,
                client.version
            ) == 1
        case .remove(let id, let token):
            try run("DELETE FROM registered_client WHERE id = ?1 AND access_token = ?2", id, token) == 1
        case .spendInvitation(let fingerprint, let expires):
            try run(
                "INSERT INTO spent_invitation (fingerprint, expires) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                fingerprint,
                expires
            ) == 1
        }
    }

    private func register(_ client: RegisteredClient) throws(SQLiteFailure) -> Bool {
        try run(
            """
            INSERT INTO registered_client (id, document, policy, access_token, issued, version, software)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?8
            WHERE (SELECT count(*) FROM registered_client) < ?7
                AND (SELECT count(*) FROM registered_client WHERE software = ?8) < ?9
            ON CONFLICT DO NOTHING
            """,
            client.id,
            client.document,
            client.policyText,
            client.accessToken,
            client.issued,
            client.version,
            Limits.registeredClients,
            client.policy.software,
            Limits.registrationsOfSoftware
        ) == 1
    }
}

extension RegisteredClient {
    fileprivate var policyText: WireText { WireText(JSONWriter.write(policy.json)) ?? "" }
}
