import Crypto
import OAuth
import Text

extension Connection {
    func polledRequest(_ fingerprint: Fingerprint) throws(SQLiteFailure) -> PolledRequest? {
        try first(
            """
            SELECT fingerprint, kind, client, parameters, certificate, proof_key, user_code, created, expires, interval,
                entries, decided, family, spent
            FROM polled_request WHERE fingerprint = ?1
            """,
            fingerprint
        ) { row throws(SQLiteFailure) in try row.polledRequest() }
    }

    func polledRequest(userCode: Fingerprint) throws(SQLiteFailure) -> PolledRequest? {
        try first(
            """
            SELECT fingerprint, kind, client, parameters, certificate, proof_key, user_code, created, expires, interval,
                entries, decided, family, spent
            FROM polled_request WHERE user_code = ?1
            """,
            userCode
        ) { row throws(SQLiteFailure) in try row.polledRequest() }
    }
}

extension Row {
    fileprivate func polledRequest() throws(SQLiteFailure) -> PolledRequest {
        guard let kind = try optionalPolledKind(1) else { throw .corrupt("a kind of polled request") }
        var decision: PolledRequest.Decision?
        if try optionalTimestamp(11) != nil {
            let family: Identifier<TokenFamily>? = try optionalIdentifier(12)
            decision = family.map { .granted($0) } ?? .denied
        }
        return PolledRequest(
            fingerprint: try fingerprint(0),
            kind: kind,
            client: try identifier(2),
            parameters: try text(3),
            binding: PolledRequest.Binding(
                certificate: try optionalFingerprint(4),
                proofKey: try optionalFingerprint(5)
            ),
            userCode: try optionalFingerprint(6),
            created: try timestamp(7),
            expires: try timestamp(8),
            interval: try count(9),
            entries: try count(10),
            decision: decision,
            spent: try optionalTimestamp(13)
        )
    }

    func optionalPolledKind(_ column: Int32) throws(SQLiteFailure) -> PolledRequest.Kind? {
        guard !isNull(column) else { return nil }
        guard let kind = PolledRequest.Kind(rawValue: try text(column).string) else {
            throw .corrupt("column \(column) holds a word that is not ours")
        }
        return kind
    }
}
