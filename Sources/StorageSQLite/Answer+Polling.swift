import Crypto
import OAuth
import Text

extension Connection {
    func polledRequest(_ fingerprint: Fingerprint) throws(SQLiteFailure) -> PolledRequest? {
        try first(
            """
            SELECT fingerprint, kind, client, parameters, certificate, proof_key, user_code, created, expires, interval,
                entries, decided, family, spent, person, message, signed, notice_name, notice_token, notice_tries,
                notice_due
            FROM polled_request WHERE fingerprint = ?1
            """,
            fingerprint
        ) { row throws(SQLiteFailure) in try row.polledRequest() }
    }

    func polledRequest(userCode: Fingerprint) throws(SQLiteFailure) -> PolledRequest? {
        try first(
            """
            SELECT fingerprint, kind, client, parameters, certificate, proof_key, user_code, created, expires, interval,
                entries, decided, family, spent, person, message, signed, notice_name, notice_token, notice_tries,
                notice_due
            FROM polled_request WHERE user_code = ?1
            """,
            userCode
        ) { row throws(SQLiteFailure) in try row.polledRequest() }
    }

    func summonses(of person: Identifier<OAuth.Person>, at now: Timestamp) throws(SQLiteFailure) -> [PolledRequest] {
        try all(
            """
            SELECT fingerprint, kind, client, parameters, certificate, proof_key, user_code, created, expires, interval,
                entries, decided, family, spent, person, message, signed, notice_name, notice_token, notice_tries,
                notice_due
            FROM polled_request
            WHERE person = ?1 AND decided IS NULL AND expires > ?2
            ORDER BY created, fingerprint LIMIT ?3
            """,
            person,
            now,
            Limits.summonses
        ) { row throws(SQLiteFailure) in try row.polledRequest() }
    }

    func duePings(at now: Timestamp, limit: Int) throws(SQLiteFailure) -> [PolledRequest] {
        try all(
            """
            SELECT fingerprint, kind, client, parameters, certificate, proof_key, user_code, created, expires, interval,
                entries, decided, family, spent, person, message, signed, notice_name, notice_token, notice_tries,
                notice_due
            FROM polled_request
            WHERE notice_due <= ?1 AND expires > ?1
            ORDER BY notice_due, fingerprint LIMIT ?2
            """,
            now,
            limit
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
            summons: try summons(),
            created: try timestamp(7),
            expires: try timestamp(8),
            interval: try count(9),
            entries: try count(10),
            decision: decision,
            spent: try optionalTimestamp(13)
        )
    }

    private func summons() throws(SQLiteFailure) -> PolledRequest.Summons? {
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
            isSigned: try count(16) == 1,
            notice: notice
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
