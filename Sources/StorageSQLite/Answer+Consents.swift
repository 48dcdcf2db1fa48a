import Consents
import OAuth
import Text

extension Connection {
    func consent(_ id: Identifier<Consent>) throws(SQLiteFailure) -> Consent? {
        try first(
            """
            SELECT third_party, status, deleted, expires, person, accounts, given, version, status_updated, updated,
                created, origin, period_from, period_to, permissions, receipt
            FROM consent WHERE id = ?1
            """,
            id
        ) { row throws(SQLiteFailure) in
            Consent(
                id: id,
                thirdParty: try row.identifier(0),
                origin: try row.word(11),
                receipt: try row.blob(15),
                permissions: try row.permissions(14),
                period: TransactionPeriod(from: try row.optionalTimestamp(12), to: try row.optionalTimestamp(13)),
                lifetime: Lifetime(expires: try row.optionalTimestamp(3)),
                created: try row.timestamp(10),
                status: try row.word(1),
                statusUpdated: try row.timestamp(8),
                updated: try row.timestamp(9),
                deleted: try row.optionalTimestamp(2),
                authorisation: try row.authorisation(4),
                version: try row.count(7)
            )
        }
    }

    /// The few columns that the protocol asks for at every use of a token.
    func standing(of intent: Identifier<Intent>, at now: Timestamp) throws(SQLiteFailure) -> Standing? {
        try first(
            "SELECT third_party, status, deleted, expires, person FROM consent WHERE id = ?1",
            intent
        ) { row throws(SQLiteFailure) in
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

    func revisions(of id: Identifier<Consent>) throws(SQLiteFailure) -> [Revision] {
        try all(
            """
            SELECT from_status, to_status, at, actor, actor_name, reason, shown_digest, shown_templates, shown_language
            FROM revision WHERE consent = ?1 ORDER BY version
            """,
            id
        ) { row throws(SQLiteFailure) in
            Revision(
                consent: id,
                from: row.isNull(0) ? nil : try row.word(0),
                to: try row.word(1),
                at: try row.timestamp(2),
                actor: try row.actor(3),
                reason: try row.word(5),
                shown: try row.shownPage(6)
            )
        }
    }
}

extension Row {
    /// A value of an enumeration, by the name that is stored.
    ///
    /// A name that we do not know was not written by us.
    fileprivate func word<Word: RawRepresentable<String>>(
        _ column: Int32,
        of type: Word.Type = Word.self
    ) throws(SQLiteFailure) -> Word {
        guard let word = Word(rawValue: try text(column).string) else {
            throw .corrupt("column \(column) holds a word that is not ours")
        }
        return word
    }

    fileprivate func permissions(_ column: Int32) throws(SQLiteFailure) -> [Permission] {
        var permissions: [Permission] = []
        for spelling in try texts(column) {
            guard let permission = Permission(spelled: spelling) else { throw .corrupt("a permission") }
            permissions.append(permission)
        }
        return permissions
    }

    fileprivate func authorisation(_ column: Int32) throws(SQLiteFailure) -> Authorisation? {
        guard !isNull(column) else { return nil }
        return Authorisation(
            person: try identifier(column),
            accounts: try texts(column + 1).map { Identifier($0) },
            given: try timestamp(column + 2)
        )
    }

    fileprivate func actor(_ column: Int32) throws(SQLiteFailure) -> Actor {
        switch try text(column) {
        case "third-party": .thirdParty(try identifier(column + 1))
        case "person": .person(try identifier(column + 1))
        case "staff": .staff(try text(column + 1))
        case "system": .system
        default: throw .corrupt("an actor")
        }
    }

    fileprivate func shownPage(_ column: Int32) throws(SQLiteFailure) -> ShownPage? {
        guard !isNull(column) else { return nil }
        return ShownPage(
            digest: try blob(column),
            templates: try blob(column + 1),
            language: try text(column + 2)
        )
    }
}
