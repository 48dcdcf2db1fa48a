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
        ) { row throws(SQLiteFailure) in try row.registeredClient() }
    }

    func registeredClient(_ id: Identifier<Client>) throws(SQLiteFailure) -> RegisteredClient? {
        try first(
            "SELECT id, document, policy, access_token, issued, version FROM registered_client WHERE id = ?1",
            id
        ) { row throws(SQLiteFailure) in try row.registeredClient() }
    }
}

extension Row {
    fileprivate func registeredClient() throws(SQLiteFailure) -> RegisteredClient {
        guard let json = try? JSONReader.read(try text(2).bytes), let policy = RegistrationPolicy(json) else {
            throw .corrupt("column 2 holds no policy of ours")
        }
        return RegisteredClient(
            id: try identifier(0),
            document: try text(1),
            policy: policy,
            accessToken: try fingerprint(3),
            issued: try timestamp(4),
            version: try count(5)
        )
    }
}
