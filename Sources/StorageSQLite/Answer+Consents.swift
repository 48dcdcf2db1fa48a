import Consents
import OAuth
import Storage
import Text

extension Connection {
    func consent(_ id: Identifier<Consent>) throws(SQLiteFailure) -> Consent? {
        try first(
            """
            SELECT id, third_party, status, deleted, expires, person, accounts, given, version, status_updated, reason,
                updated, created, origin, lifetime_days, period_from, period_to, permissions, end_user, named_accounts,
                receipt
            FROM consent WHERE id = ?1
            """,
            id
        ) { row throws(SQLiteFailure) in try row.consent() }
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
            SELECT consent, version, from_status, to_status, accounts, terms, at, actor, actor_name, reason,
                shown_digest, shown_templates, shown_language
            FROM revision WHERE consent = ?1 ORDER BY version
            """,
            id
        ) { row throws(SQLiteFailure) in try row.revision() }
    }

    func ledger(after sequence: Int, limit: Int) throws(SQLiteFailure) -> [LedgerEntry] {
        try all(
            """
            SELECT consent, version, from_status, to_status, accounts, terms, at, actor, actor_name, reason,
                shown_digest, shown_templates, shown_language, sequence, hash
            FROM revision WHERE sequence > ?1 ORDER BY sequence LIMIT ?2
            """,
            sequence,
            limit
        ) { row throws(SQLiteFailure) in
            LedgerEntry(
                try row.revision(),
                head: LedgerHead(sequence: try row.count(13), hash: try row.blob(14))
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

    /// A whole consent, whose columns stand in the order of the questions above.
    func consent() throws(SQLiteFailure) -> Consent {
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

    fileprivate func revision() throws(SQLiteFailure) -> Revision {
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
