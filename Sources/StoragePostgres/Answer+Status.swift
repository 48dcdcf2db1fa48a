import OAuth
package import Text

extension PostgresStore {
    /// What has ended no longer ago than a token may live: by its own end, with its family, alone, or with its consent.
    ///
    /// Each of the four is found by when it ended, so that what lives costs nothing.
    package func endedPlaces(ofList list: Int, at now: Timestamp) async throws(StoreFailure) -> [Int] {
        let first = list * StatusPlace.listLength
        return try await all(
            """
            SELECT place - $1 AS idx FROM family
            WHERE expires > $3 AND expires <= $4 AND place + 0 >= $1 AND place + 0 < $2
            UNION
            SELECT place - $1 FROM family
            WHERE revoked > $3 AND place + 0 >= $1 AND place + 0 < $2
            UNION
            SELECT place - $1 FROM revoked_access_token
            WHERE place >= $1 AND place < $2 AND expires > $4
            UNION
            SELECT family.place - $1
            FROM consent JOIN family ON family.intent = consent.id AND family.revoked IS NULL
            WHERE consent.updated > $3 AND family.place + 0 >= $1 AND family.place + 0 < $2 AND NOT (
                consent.status = 'authorised' AND consent.deleted IS NULL AND consent.person = family.person
                AND consent.third_party = family.client AND (consent.expires IS NULL OR consent.expires > $4)
            )
            ORDER BY idx
            """,
            first,
            first + StatusPlace.listLength,
            now - Limits.accessTokenSeconds - Limits.clockSkewSeconds,
            now
        ) { row throws(PostgresFailure) in try row.count(0) }
    }
}
