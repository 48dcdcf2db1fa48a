import Consents
import Storage
import Text

extension Connection {
    /// Makes one change of a consent and writes its history; `false` where its condition does not hold.
    func apply(_ change: ConsentChange) throws(SQLiteFailure) -> Bool {
        switch change {
        case .create(let consent, let revision):
            guard try create(consent) else { return false }
            return try write(revision)
        case .replace(let consent, let revision):
            guard try replace(consent) else { return false }
            return try write(revision)
        }
    }

    private func create(_ consent: Consent) throws(SQLiteFailure) -> Bool {
        try run(
            """
            INSERT INTO consent (
                id, third_party, status, deleted, expires, person, accounts, given, version, status_updated, reason,
                updated, created, origin, lifetime_days, period_from, period_to, permissions, end_user, named_accounts,
                receipt
            )
            VALUES (
                ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21
            )
            ON CONFLICT DO NOTHING
            """,
            consent.id,
            consent.thirdParty,
            WireText(consent.status.rawValue),
            consent.deleted,
            consent.lifetime.expires,
            consent.authorisation?.person,
            (consent.authorisation?.accounts).map { TextList($0.map(\.text)) },
            consent.authorisation?.given,
            consent.version,
            consent.statusUpdated,
            WireText(consent.reason.rawValue),
            consent.updated,
            consent.created,
            WireText(consent.origin.rawValue),
            consent.lifetime.days,
            consent.period.from,
            consent.period.to,
            TextList(consent.permissions.map(\.spelling)),
            consent.endUser,
            TextList(consent.namedAccounts),
            consent.receipt
        ) == 1
    }

    /// Whose it is, where it came from and when never changes; its terms do where a person amends them.
    private func replace(_ consent: Consent) throws(SQLiteFailure) -> Bool {
        try run(
            """
            UPDATE consent SET
                status = ?2, deleted = ?3, person = ?4, accounts = ?5, given = ?6, version = ?7, status_updated = ?8,
                updated = ?9, reason = ?10, expires = ?11, lifetime_days = ?12, permissions = ?13, receipt = ?14
            WHERE id = ?1 AND version = ?7 - 1
            """,
            consent.id,
            WireText(consent.status.rawValue),
            consent.deleted,
            consent.authorisation?.person,
            (consent.authorisation?.accounts).map { TextList($0.map(\.text)) },
            consent.authorisation?.given,
            consent.version,
            consent.statusUpdated,
            consent.updated,
            WireText(consent.reason.rawValue),
            consent.lifetime.expires,
            consent.lifetime.days,
            TextList(consent.permissions.map(\.spelling)),
            consent.receipt
        ) == 1
    }

    /// Adds an entry at the end of the ledger, chained to the one before it.
    private func write(_ revision: Revision) throws(SQLiteFailure) -> Bool {
        let last = try first(
            "SELECT sequence, hash FROM revision ORDER BY sequence DESC LIMIT 1"
        ) { row throws(SQLiteFailure) in LedgerHead(sequence: try row.count(0), hash: try row.blob(1)) }
        let entry = LedgerEntry(revision, after: last ?? .beginning)
        return try run(
            """
            INSERT INTO revision (
                sequence, consent, version, from_status, to_status, accounts, terms, at, actor, actor_name, reason,
                shown_digest, shown_templates, shown_language, hash
            )
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
            """,
            entry.head.sequence,
            revision.consent,
            revision.version,
            (revision.from?.rawValue).map { WireText($0) },
            WireText(revision.to.rawValue),
            TextList(revision.accounts.map(\.text)),
            revision.terms,
            revision.at,
            revision.actor.kind,
            revision.actor.name,
            WireText(revision.reason.rawValue),
            revision.shown?.digest,
            revision.shown?.templates,
            revision.shown?.language,
            entry.head.hash
        ) == 1
    }
}
