package import Consents
package import Crypto
package import OAuth
package import Storage
package import Text

extension PostgresStore {
    package func consent(_ id: Identifier<Consent>) async throws(StoreFailure) -> Consent? {
        try await first(
            """
            SELECT id, third_party, status, deleted, expires, person, accounts, given, version, status_updated, reason,
                updated, created, origin, lifetime_days, period_from, period_to, permissions, end_user, named_accounts,
                receipt
            FROM consent WHERE id = $1
            """,
            id
        ) { row throws(PostgresFailure) in try row.consent() }
    }

    /// The few columns that the protocol asks for at every use of a token.
    package func standing(of intent: Identifier<Intent>, at now: Timestamp) async throws(StoreFailure) -> Standing? {
        try await first(
            "SELECT third_party, status, deleted, expires, person FROM consent WHERE id = $1",
            intent
        ) { row throws(PostgresFailure) in
            let lifetime = Lifetime(expires: try row.optionalTimestamp(3))
            let status: Consent.Status = try row.word(1)
            return Standing(
                client: try row.identifier(0),
                person: try row.optionalIdentifier(4),
                isInForce: status == .authorised && row.isNull(2) && !lifetime.hasEnded(at: now),
                expires: lifetime.expires
            )
        }
    }

    package func revisions(of id: Identifier<Consent>) async throws(StoreFailure) -> [Revision] {
        try await all(
            """
            SELECT consent, version, from_status, to_status, accounts, terms, at, actor, actor_name, reason,
                shown_digest, shown_templates, shown_language
            FROM revision WHERE consent = $1 ORDER BY version
            """,
            id
        ) { row throws(PostgresFailure) in try row.revision() }
    }

    package func ledger(after sequence: Int, limit: Int) async throws(StoreFailure) -> [LedgerEntry] {
        try await allSlowly(
            """
            SELECT consent, version, from_status, to_status, accounts, terms, at, actor, actor_name, reason,
                shown_digest, shown_templates, shown_language, sequence, hash
            FROM revision WHERE sequence > $1 ORDER BY sequence LIMIT $2
            """,
            sequence,
            limit
        ) { row throws(PostgresFailure) in
            LedgerEntry(
                try row.revision(),
                head: LedgerHead(sequence: try row.count(13), hash: try row.blob(14))
            )
        }
    }
}

extension PostgresStore {
    package func idempotencyRecord(
        of thirdParty: Identifier<ThirdParty>,
        key: Fingerprint
    ) async throws(StoreFailure) -> IdempotencyRecord? {
        try await first(
            "SELECT request, consent, expires FROM idempotency WHERE third_party = $1 AND key = $2",
            thirdParty,
            key
        ) { row throws(PostgresFailure) in
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

extension Row {
    /// A whole consent, whose columns stand in the order of the questions above.
    func consent() throws(PostgresFailure) -> Consent {
        Consent(
            id: try identifier(0),
            thirdParty: try identifier(1),
            origin: try word(13),
            receipt: try blob(20),
            permissions: try permissions(17),
            period: TransactionPeriod(from: try optionalTimestamp(15), to: try optionalTimestamp(16)),
            endUser: try optionalText(18),
            namedAccounts: try texts(19),
            lifetime: Lifetime(expires: try optionalTimestamp(4), days: isNull(14) ? nil : try count(14)),
            created: try timestamp(12),
            status: try word(2),
            reason: try word(10),
            statusUpdated: try timestamp(9),
            updated: try timestamp(11),
            deleted: try optionalTimestamp(3),
            authorisation: try authorisation(5),
            version: try count(8)
        )
    }

    func revision() throws(PostgresFailure) -> Revision {
        Revision(
            consent: try identifier(0),
            version: try count(1),
            from: isNull(2) ? nil : try word(2),
            to: try word(3),
            accounts: try texts(4).map { Identifier($0) },
            terms: try blob(5),
            at: try timestamp(6),
            actor: try actor(7),
            reason: try word(9),
            shown: try shownPage(10)
        )
    }

    fileprivate func permissions(_ column: Int) throws(PostgresFailure) -> [Permission] {
        var permissions: [Permission] = []
        for spelling in try texts(column) {
            guard let permission = Permission(spelled: spelling) else { throw .corrupt("a permission") }
            permissions.append(permission)
        }
        return permissions
    }

    fileprivate func authorisation(_ column: Int) throws(PostgresFailure) -> Authorisation? {
        guard !isNull(column) else { return nil }
        return Authorisation(
            person: try identifier(column),
            accounts: try texts(column + 1).map { Identifier($0) },
            given: try timestamp(column + 2)
        )
    }

    fileprivate func actor(_ column: Int) throws(PostgresFailure) -> Actor {
        switch try text(column) {
        case "third-party": .thirdParty(try identifier(column + 1))
        case "person": .person(try identifier(column + 1))
        case "staff": .staff(try text(column + 1))
        case "system": .system
        default: throw .corrupt("an actor")
        }
    }

    fileprivate func shownPage(_ column: Int) throws(PostgresFailure) -> ShownPage? {
        guard !isNull(column) else { return nil }
        return ShownPage(
            digest: try blob(column),
            templates: try blob(column + 1),
            language: try text(column + 2)
        )
    }
}
