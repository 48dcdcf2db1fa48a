package import Storage
package import Text

/// All rows of a database that no server has open: what is copied to another store.
package final class TableFile {
    /// Held, and never looked at.
    private let lock: FileLock
    private let connection: Connection
    /// The latest time that the server was seen at work.
    package let seen: Timestamp
    /// When the life of the database began, before which nothing that was spent is remembered.
    package let started: Timestamp
    /// Whether it was taken back in time, as far as anybody knows, and no server has started with it since.
    package let isRestored: Bool

    /// Opens the file for reading, and keeps every server from it for as long as this lives.
    package init(_ path: DatabasePath) throws(OpeningFailure) {
        lock = try FileLock(for: path)
        connection = try Connection(reading: path)
        // The tables must be those of this release: a server of it brings an older file up to date.
        let opening = Opening(path: path, migrations: Migrations.all, now: Timestamp(0), acceptsClock: false)
        try opening.requireSchema(of: connection)
        let reader = connection
        let (had, epoch) = try opening.attempt { () throws(SQLiteFailure) in
            (try Migrations.names(in: reader).count, try Epoch.read(from: reader))
        }
        guard had == Migrations.all.count else { throw .behind(path: path.string) }
        seen = epoch.seen
        started = epoch.started
        isRestored = epoch.memory(by: Testimony.read(for: path)) != .whole
    }

    /// The rows of a table, in the order of its key.
    package func rows(of table: StoredTable) throws(SQLiteFailure) -> TableRows {
        TableRows(try connection.prepared(table.question), table.kinds)
    }
}

/// Row after row of one table.
package final class TableRows {
    private let statement: Statement
    private let kinds: [StoredKind]

    fileprivate init(_ statement: Statement, _ kinds: [StoredKind]) {
        self.statement = statement
        self.kinds = kinds
    }

    deinit { statement.reset() }

    /// The next row; `nil` behind the last.
    package func next() throws(SQLiteFailure) -> [StoredValue]? {
        guard try statement.step() else { return nil }
        let row = Row(of: statement)
        var values: [StoredValue] = []
        values.reserveCapacity(kinds.count)
        for (index, kind) in kinds.enumerated() {
            let column = Int32(index)
            guard !row.isNull(column) else {
                values.append(.null)
                continue
            }
            switch kind {
            case .integer: values.append(.integer(try row.integer(column)))
            case .boolean: values.append(.boolean(try row.boolean(column)))
            case .text: values.append(.text(try row.text(column)))
            case .texts: values.append(.texts(try row.texts(column)))
            case .bytes: values.append(.bytes(try row.blob(column)))
            }
        }
        return values
    }
}

extension StoredTable {
    fileprivate var question: StaticString {
        switch self {
        case .family:
            """
            SELECT id, client, person, intent, scope, redirect_uri, nonce, authenticated, acr, sid, claims,
                created, expires, revoked, details, resources, place
            FROM family ORDER BY id
            """
        case .code:
            """
            SELECT fingerprint, family, challenge, certificate, proof_key, state, expires, spent, failures,
                family_expires
            FROM code ORDER BY fingerprint
            """
        case .refreshToken:
            """
            SELECT fingerprint, family, certificate, proof_key, expires, spent, family_expires
            FROM refresh_token ORDER BY fingerprint
            """
        case .revokedAccessToken:
            """
            SELECT fingerprint, expires, place
            FROM revoked_access_token ORDER BY fingerprint
            """
        case .spentAssertion:
            """
            SELECT id, client, fingerprint, expires
            FROM spent_assertion ORDER BY id
            """
        case .session:
            """
            SELECT fingerprint, sid, person, authenticated, acr, credential, expires
            FROM session ORDER BY fingerprint
            """
        case .interaction:
            """
            SELECT id, browser, intent, created, expires, session, closed, parameters, reference, signed,
                certificate, polled, person
            FROM interaction ORDER BY id
            """
        case .pushedRequest:
            """
            SELECT fingerprint, client, expires, spent, signed, certificate, parameters
            FROM pushed_request ORDER BY fingerprint
            """
        case .polledRequest:
            """
            SELECT fingerprint, kind, client, user_code, person, message, signed, notice_name, notice_token,
                notice_tries, notice_due, certificate, proof_key, created, expires, interval, entries,
                decided, family, spent, parameters
            FROM polled_request ORDER BY fingerprint
            """
        case .rememberedScope:
            """
            SELECT person, client, redirect_uri, credential, scope, remembered
            FROM remembered_scope ORDER BY person, client, redirect_uri
            """
        case .loginThrottle:
            """
            SELECT subject, failures, last
            FROM login_throttle ORDER BY subject
            """
        case .consent:
            """
            SELECT id, third_party, status, deleted, expires, person, accounts, given, version, status_updated,
                reason, updated, created, origin, lifetime_days, period_from, period_to, permissions,
                end_user, named_accounts, receipt
            FROM consent ORDER BY id
            """
        case .idempotency:
            """
            SELECT third_party, key, request, consent, expires
            FROM idempotency ORDER BY third_party, key
            """
        case .revision:
            """
            SELECT sequence, consent, version, from_status, to_status, accounts, terms, at, actor, actor_name,
                reason, shown_digest, shown_templates, shown_language, hash
            FROM revision ORDER BY sequence
            """
        case .accessSession:
            """
            SELECT id, short_id, third_party, consent, return_url, created, expires, closed
            FROM access_session ORDER BY id
            """
        case .accessFlow:
            """
            SELECT id, session, kind, client_token, created, session_expires, receipt
            FROM access_flow ORDER BY id
            """
        case .consentToken:
            """
            SELECT consent, third_party, expires, generation, live, preceding, rotated, day, unattended,
                attended, version
            FROM consent_token ORDER BY consent
            """
        case .registeredClient:
            """
            SELECT id, document, policy, software, access_token, issued, version
            FROM registered_client ORDER BY id
            """
        case .spentInvitation:
            """
            SELECT fingerprint, expires
            FROM spent_invitation ORDER BY fingerprint
            """
        case .logoutNotice:
            """
            SELECT id, client, person, sid, attempts, due, expires
            FROM logout_notice ORDER BY id
            """
        }
    }
}
