package import Crypto
package import OAuth
package import Text

extension PostgresStore {
    package func polledRequest(_ fingerprint: Fingerprint) async throws(StoreFailure) -> PolledRequest? {
        try await first(
            """
            SELECT fingerprint, kind, client, parameters, certificate, proof_key, user_code, created, expires, interval,
                entries, decided, family, spent, person, message, signed, notice_name, notice_token, notice_tries,
                notice_due
            FROM polled_request WHERE fingerprint = $1
            """,
            fingerprint
        ) { row throws(PostgresFailure) in try row.polledRequest() }
    }

    package func polledRequest(userCode: Fingerprint) async throws(StoreFailure) -> PolledRequest? {
        try await first(
            """
            SELECT fingerprint, kind, client, parameters, certificate, proof_key, user_code, created, expires, interval,
                entries, decided, family, spent, person, message, signed, notice_name, notice_token, notice_tries,
                notice_due
            FROM polled_request WHERE user_code = $1
            """,
            userCode
        ) { row throws(PostgresFailure) in try row.polledRequest() }
    }

    package func summonses(of person: Identifier<OAuth.Person>, at now: Timestamp) async throws(StoreFailure)
        -> [PolledRequest]
    {
        try await all(
            """
            SELECT fingerprint, kind, client, parameters, certificate, proof_key, user_code, created, expires, interval,
                entries, decided, family, spent, person, message, signed, notice_name, notice_token, notice_tries,
                notice_due
            FROM polled_request
            WHERE person = $1 AND decided IS NULL AND expires > $2
            ORDER BY created, fingerprint LIMIT $3
            """,
            person,
            now,
            Limits.summonses
        ) { row throws(PostgresFailure) in try row.polledRequest() }
    }

    package func duePings(at now: Timestamp, limit: Int) async throws(StoreFailure) -> [PolledRequest] {
        try await all(
            """
            SELECT fingerprint, kind, client, parameters, certificate, proof_key, user_code, created, expires, interval,
                entries, decided, family, spent, person, message, signed, notice_name, notice_token, notice_tries,
                notice_due
            FROM polled_request
            WHERE notice_due <= $1 AND expires > $1
            ORDER BY notice_due, fingerprint LIMIT $2
            """,
            now,
            limit
        ) { row throws(PostgresFailure) in try row.polledRequest() }
    }
}

extension Row {
    fileprivate func polledRequest() throws(PostgresFailure) -> PolledRequest {
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
            summons: try summons(),
            created: try timestamp(7),
            expires: try timestamp(8),
            interval: try count(9),
            entries: try count(10),
            decision: decision,
            spent: try optionalTimestamp(13)
        )
    }

    private func summons() throws(PostgresFailure) -> PolledRequest.Summons? {
        let named: Identifier<OAuth.Person>? = try optionalIdentifier(14)
        guard let person = named else { return nil }
        var notice: PolledRequest.Notice?
        if let text = try optionalText(17), let token = try optionalText(18) {
            guard let name = UUID(text) else { throw .corrupt("the name of a notice") }
            notice = PolledRequest.Notice(
                name: name,
                token: token,
                tries: try count(19),
                due: try optionalTimestamp(20)
            )
        }
        return PolledRequest.Summons(
            person: person,
            message: try optionalText(15),
            isSigned: try boolean(16),
            notice: notice
        )
    }

    func optionalPolledKind(_ column: Int) throws(PostgresFailure) -> PolledRequest.Kind? {
        guard !isNull(column) else { return nil }
        guard let kind = PolledRequest.Kind(rawValue: try text(column).string) else {
            throw .corrupt("column \(column) holds a word that is not ours")
        }
        return kind
    }
}
