import OAuth
import Text

extension Connection {
    func registeredClients(
        after id: Identifier<Client>,
        limit: Int
    ) throws(SQLiteFailure) -> [RegisteredClient] {
        try all(
            """
            SELECT id, document, policy, access_token, issued, version
            FROM registered_client WHERE id > ?1 ORDER BY id LIMIT ?2
            """,
            id,
            limit
        ) { row throws(SQLiteFailure) in
            guard let json = try? JSONReader.read(try row.text(2).bytes), let policy = RegistrationPolicy(json) else {
                throw .corrupt("column 2 holds no policy of ours")
            }
            return RegisteredClient(
                id: try row.identifier(0),
                document: try row.text(1),
                policy: policy,
                accessToken: try row.fingerprint(3),
                issued: try row.timestamp(4),
                version: try row.count(5)
            )
        }
    }
}
