import Crypto
import OAuth
import Text

extension Steps {
    /// The statements of one change of a client that registers itself.
    mutating func add(_ change: RegistrationChange) {
        switch change {
        case .register(let client): register(client)
        case .replace(let client):
            require(
                Statement(
                    """
                    WITH changed AS (
                        UPDATE registered_client SET document = $2, policy = $3, access_token = $4, version = $5
                        WHERE id = $1 AND version = $5 - 1 RETURNING 1
                    ) SELECT 1 / count(*) FROM changed
                    """,
                    client.id,
                    client.document,
                    client.policyText,
                    client.accessToken,
                    client.version
                )
            )
        case .remove(let id, let token):
            require(
                Statement(
                    """
                    WITH changed AS (DELETE FROM registered_client WHERE id = $1 AND access_token = $2 RETURNING 1)
                    SELECT 1 / count(*) FROM changed
                    """,
                    id,
                    token
                )
            )
        case .spendInvitation(let fingerprint, let expires):
            require(
                Statement(
                    """
                    WITH changed AS (
                        INSERT INTO spent_invitation (fingerprint, expires) VALUES ($1, $2)
                        ON CONFLICT (fingerprint) DO NOTHING RETURNING 1
                    ) SELECT 1 / count(*) FROM changed
                    """,
                    fingerprint,
                    expires
                )
            )
        }
    }

    private mutating func register(_ client: RegisteredClient) {
        lock(counting: "registered")
        require(
            Statement(
                """
                WITH changed AS (
                    INSERT INTO registered_client (id, document, policy, access_token, issued, version, software)
                    SELECT $1, $2, $3, $4, $5, $6, $8
                    WHERE (SELECT count(*) FROM registered_client) < $7
                        AND (SELECT count(*) FROM registered_client WHERE software = $8) < $9
                    ON CONFLICT (id) DO NOTHING RETURNING 1
                ) SELECT 1 / count(*) FROM changed
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
            )
        )
    }
}

extension RegisteredClient {
    fileprivate var policyText: WireText { WireText(JSONWriter.write(policy.json)) ?? "" }
}
