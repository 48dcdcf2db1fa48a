import Consents
import Crypto
import Text

extension Connection {
    /// A key whose day is over is free again.
    func take(_ record: IdempotencyRecord, at now: Timestamp) throws(SQLiteFailure) -> Bool {
        try run(
            """
            INSERT INTO idempotency (third_party, key, request, consent, expires) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET request = excluded.request, consent = excluded.consent, expires = excluded.expires
            WHERE expires <= ?6
            """,
            record.thirdParty,
            record.key,
            record.request,
            record.consent,
            record.expires,
            now
        ) == 1
    }

    func idempotencyRecord(
        of thirdParty: Identifier<ThirdParty>,
        key: Fingerprint
    ) throws(SQLiteFailure) -> IdempotencyRecord? {
        try first(
            "SELECT request, consent, expires FROM idempotency WHERE third_party = ?1 AND key = ?2",
            thirdParty,
            key
        ) { row throws(SQLiteFailure) in
            guard let request = Fingerprint(bytes: try row.blob(0)) else { throw .corrupt("a fingerprint") }
            return IdempotencyRecord(
                thirdParty: thirdParty,
                key: key,
                request: request,
                consent: try row.identifier(1),
                expires: try row.timestamp(2)
            )
        }
    }
}
