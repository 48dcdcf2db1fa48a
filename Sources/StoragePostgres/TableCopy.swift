package import Storage
package import Text

/// Fills an empty database with the rows of another store: all of them in one transaction, or none.
package final class TableCopy: Sendable {
    private let wire: Wire

    /// Connects, makes what is missing of the schema, and keeps every node from the tables.
    ///
    /// It waits for the server, and so does each of its methods: it is for a command, and not for a node.
    package init(into address: PostgresAddress) throws(TableCopyFailure) {
        do throws(PostgresOpeningFailure) {
            wire = try Wire.open(address, forPipeline: false).get()
            _ = try PostgresMigrations.apply(PostgresMigrations.all, on: wire)
        } catch { throw .unusable(error) }
        try attempt { wire throws(PostgresFailure) in
            try wire.runScript("BEGIN")
            try wire.runScript(Self.locks)
        }
        for table in StoredTable.allCases where try count(of: table) > 0 { throw .notEmpty(table) }
    }

    /// Puts a row in, as it stood in the other store.
    package func put(_ row: [StoredValue], into table: StoredTable) throws(TableCopyFailure) {
        try attempt { wire throws(PostgresFailure) in
            _ = try wire.run(Statement(table.insertion, table.kinds, row))
        }
    }

    /// How many rows of a table will be there.
    package func count(of table: StoredTable) throws(TableCopyFailure) -> Int {
        try attempt { wire throws(PostgresFailure) in try wire.run(Statement(table.counting))[0].count(0) }
    }

    /// Keeps all that was put in.
    ///
    /// - Parameters:
    ///   - head: The end of the ledger, whose next entry follows it here.
    ///   - started: When the life of the other store began, before which nothing that was spent is remembered.
    ///   - seen: The latest time that the other store has seen.
    ///   - end: When everything that was handed out ends, where the other store was taken back in time.
    package func finish(
        _ head: LedgerHead,
        started: Timestamp,
        seen: Timestamp,
        endingAt end: Timestamp? = nil
    ) throws(TableCopyFailure) {
        try attempt { wire throws(PostgresFailure) in
            _ = try wire.run(Statement("UPDATE ledger SET sequence = $1, hash = $2", head.sequence, head.hash))
            _ = try wire.run(
                Statement("UPDATE epoch SET started = greatest(started, $1), seen = greatest(seen, $2)", started, seen)
            )
            try wire.runScript(
                """
                SELECT setval(pg_get_serial_sequence('spent_assertion', 'id'), max(id)) FROM spent_assertion
                HAVING max(id) IS NOT NULL
                """
            )
            if let end { try wire.endWhatWasHandedOut(at: end) }
            try wire.commitPatiently()
        }
    }

    private func attempt<Answer>(
        _ body: (Wire) throws(PostgresFailure) -> Answer
    ) throws(TableCopyFailure) -> Answer {
        do throws(PostgresFailure) { return try body(wire) } catch { throw .unusable(.failed(error)) }
    }

    private static let locks: StaticString = """
        LOCK TABLE family, code, refresh_token, revoked_access_token, spent_assertion, session, interaction,
            pushed_request, polled_request, remembered_scope, login_throttle, consent, idempotency, revision,
            access_session, access_flow, consent_token, registered_client, spent_invitation, logout_notice IN
            EXCLUSIVE MODE
        """
}

/// Why nothing was copied.
package enum TableCopyFailure: Error, Sendable, Hashable {
    case unusable(PostgresOpeningFailure)
    /// Somebody has begun to work there.
    case notEmpty(StoredTable)

    /// One line for the terminal.
    package var sentence: String {
        switch self {
        case .unusable(let failure): failure.sentence
        case .notEmpty(let table): "the database is not empty: there are rows in \(table.rawValue)"
        }
    }
}

extension Statement {
    /// A statement of as many parameters as a row has columns.
    fileprivate init(_ sql: StaticString, _ kinds: [StoredKind], _ row: [StoredValue]) {
        var parameters = Parameters()
        for value in row { value.write(to: &parameters) }
        self.sql = sql
        types = kinds.map(\.type)
        self.parameters = parameters
    }
}

extension StoredKind {
    fileprivate var type: UInt32 {
        switch self {
        case .integer: Int64.type
        case .boolean: Bool.type
        case .text: WireText.type
        case .texts: TextArray.type
        case .bytes: [UInt8].type
        }
    }
}

extension StoredValue {
    fileprivate func write(to parameters: inout Parameters) {
        switch self {
        case .null: parameters.appendNull()
        case .integer(let value): value.write(to: &parameters)
        case .boolean(let value): value.write(to: &parameters)
        case .text(let value): value.write(to: &parameters)
        case .texts(let value): TextArray(value).write(to: &parameters)
        case .bytes(let value): value.write(to: &parameters)
        }
    }
}

extension StoredTable {
    /// Puts a row in, as it stood in another store.
    var insertion: StaticString {
        switch self {
        case .family:
            """
            INSERT INTO family (id, client, person, intent, scope, redirect_uri, nonce, authenticated, acr, sid,
                claims, created, expires, revoked, details, resources, place)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
            """
        case .code:
            """
            INSERT INTO code (fingerprint, family, challenge, certificate, proof_key, state, expires, spent,
                failures, family_expires)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """
        case .refreshToken:
            """
            INSERT INTO refresh_token (fingerprint, family, certificate, proof_key, expires, spent, family_expires)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """
        case .revokedAccessToken:
            """
            INSERT INTO revoked_access_token (fingerprint, expires, place)
            VALUES ($1, $2, $3)
            """
        case .spentAssertion:
            """
            INSERT INTO spent_assertion (id, client, fingerprint, expires) OVERRIDING SYSTEM VALUE
            VALUES ($1, $2, $3, $4)
            """
        case .session:
            """
            INSERT INTO session (fingerprint, sid, person, authenticated, acr, credential, expires)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """
        case .interaction:
            """
            INSERT INTO interaction (id, browser, intent, created, expires, session, closed, parameters, reference,
                signed, certificate, polled, person)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """
        case .pushedRequest:
            """
            INSERT INTO pushed_request (fingerprint, client, expires, spent, signed, certificate, parameters)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """
        case .polledRequest:
            """
            INSERT INTO polled_request (fingerprint, kind, client, user_code, person, message, signed, notice_name,
                notice_token, notice_tries, notice_due, certificate, proof_key, created, expires,
                interval, entries, decided, family, spent, parameters)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
            """
        case .rememberedScope:
            """
            INSERT INTO remembered_scope (person, client, redirect_uri, credential, scope, remembered)
            VALUES ($1, $2, $3, $4, $5, $6)
            """
        case .loginThrottle:
            """
            INSERT INTO login_throttle (subject, failures, last)
            VALUES ($1, $2, $3)
            """
        case .consent:
            """
            INSERT INTO consent (id, third_party, status, deleted, expires, person, accounts, given, version,
                status_updated, reason, updated, created, origin, lifetime_days, period_from,
                period_to, permissions, end_user, named_accounts, receipt)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
            """
        case .idempotency:
            """
            INSERT INTO idempotency (third_party, key, request, consent, expires)
            VALUES ($1, $2, $3, $4, $5)
            """
        case .revision:
            """
            INSERT INTO revision (sequence, consent, version, from_status, to_status, accounts, terms, at, actor,
                actor_name, reason, shown_digest, shown_templates, shown_language, hash)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            """
        case .accessSession:
            """
            INSERT INTO access_session (id, short_id, third_party, consent, return_url, created, expires, closed)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """
        case .accessFlow:
            """
            INSERT INTO access_flow (id, session, kind, client_token, created, session_expires, receipt)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """
        case .consentToken:
            """
            INSERT INTO consent_token (consent, third_party, expires, generation, live, preceding, rotated, day,
                unattended, attended, version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """
        case .registeredClient:
            """
            INSERT INTO registered_client (id, document, policy, software, access_token, issued, version)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """
        case .spentInvitation:
            """
            INSERT INTO spent_invitation (fingerprint, expires)
            VALUES ($1, $2)
            """
        case .logoutNotice:
            """
            INSERT INTO logout_notice (id, client, person, sid, attempts, due, expires)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """
        }
    }

    /// Counts its rows.
    var counting: StaticString {
        switch self {
        case .family: "SELECT count(*) FROM family"
        case .code: "SELECT count(*) FROM code"
        case .refreshToken: "SELECT count(*) FROM refresh_token"
        case .revokedAccessToken: "SELECT count(*) FROM revoked_access_token"
        case .spentAssertion: "SELECT count(*) FROM spent_assertion"
        case .session: "SELECT count(*) FROM session"
        case .interaction: "SELECT count(*) FROM interaction"
        case .pushedRequest: "SELECT count(*) FROM pushed_request"
        case .polledRequest: "SELECT count(*) FROM polled_request"
        case .rememberedScope: "SELECT count(*) FROM remembered_scope"
        case .loginThrottle: "SELECT count(*) FROM login_throttle"
        case .consent: "SELECT count(*) FROM consent"
        case .idempotency: "SELECT count(*) FROM idempotency"
        case .revision: "SELECT count(*) FROM revision"
        case .accessSession: "SELECT count(*) FROM access_session"
        case .accessFlow: "SELECT count(*) FROM access_flow"
        case .consentToken: "SELECT count(*) FROM consent_token"
        case .registeredClient: "SELECT count(*) FROM registered_client"
        case .spentInvitation: "SELECT count(*) FROM spent_invitation"
        case .logoutNotice: "SELECT count(*) FROM logout_notice"
        }
    }
}
