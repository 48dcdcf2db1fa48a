package import OAuth
package import Text

extension PostgresStore {
    package func registeredClients(
        after id: Identifier<Client>,
        limit: Int
    ) async throws(StoreFailure) -> [RegisteredClient] {
        try await all(
            """
            SELECT id, document, policy, access_token, issued, version
            FROM registered_client WHERE id > $1 ORDER BY id LIMIT $2
            """,
            id,
            limit
        ) { row throws(PostgresFailure) in try row.registeredClient() }
    }

    package func registeredClient(_ id: Identifier<Client>) async throws(StoreFailure) -> RegisteredClient? {
        try await first(
            "SELECT id, document, policy, access_token, issued, version FROM registered_client WHERE id = $1",
            id
        ) { row throws(PostgresFailure) in try row.registeredClient() }
    }
}

/// The clients that registered themselves, read beside the nodes that may be running.
package enum PostgresRegistrations {
    /// All of them, in the order of their names.
    package static func clients(at address: PostgresAddress) async throws(PostgresOpeningFailure) -> [RegisteredClient]
    {
        try await Wire.use(address) { wire throws(PostgresOpeningFailure) in
            try wire.attempt { () throws(PostgresFailure) in
                let rows = try wire.run(
                    Statement(
                        """
                        SELECT id, document, policy, access_token, issued, version
                        FROM registered_client ORDER BY id LIMIT $1
                        """,
                        Limits.registeredClients
                    )
                )
                var clients: [RegisteredClient] = []
                for index in 0..<rows.count { clients.append(try rows[index].registeredClient()) }
                return clients
            }
        }
    }
}

extension Row {
    fileprivate func registeredClient() throws(PostgresFailure) -> RegisteredClient {
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
