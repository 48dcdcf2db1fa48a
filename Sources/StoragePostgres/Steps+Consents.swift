import Consents
import Storage
import Text

extension Steps {
    /// The statements of one change of a consent, and of its history.
    mutating func add(_ change: ConsentChange) {
        switch change {
        case .create(let consent, let revision):
            create(consent)
            write(revision)
        case .replace(let consent, let revision):
            replace(consent)
            write(revision)
        }
    }

    private mutating func create(_ consent: Consent) {
        require(
            Statement(
                """
                WITH changed AS (
                    INSERT INTO consent (
                        id, third_party, status, deleted, expires, person, accounts, given, version, status_updated,
                        reason, updated, created, origin, lifetime_days, period_from, period_to, permissions, end_user,
                        named_accounts, receipt
                    )
                    VALUES (
                        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21
                    )
                    ON CONFLICT (id) DO NOTHING RETURNING 1
                ) SELECT 1 / count(*) FROM changed
                """,
                consent.id,
                consent.thirdParty,
                WireText(consent.status.rawValue),
                consent.deleted,
                consent.lifetime.expires,
                consent.authorisation?.person,
                (consent.authorisation?.accounts).map { TextArray($0.map(\.text)) },
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
                TextArray(consent.permissions.map(\.spelling)),
                consent.endUser,
                TextArray(consent.namedAccounts),
                consent.receipt
            )
        )
    }

    /// Whose it is, where it came from and when never changes; its terms do where a person amends them.
    private mutating func replace(_ consent: Consent) {
        require(
            Statement(
                """
                WITH changed AS (
                    UPDATE consent SET
                        status = $2, deleted = $3, person = $4, accounts = $5, given = $6, version = $7,
                        status_updated = $8, updated = $9, reason = $10, expires = $11, lifetime_days = $12,
                        permissions = $13, receipt = $14
                    WHERE id = $1 AND version = $7 - 1 RETURNING 1
                ) SELECT 1 / count(*) FROM changed
                """,
                consent.id,
                WireText(consent.status.rawValue),
                consent.deleted,
                consent.authorisation?.person,
                (consent.authorisation?.accounts).map { TextArray($0.map(\.text)) },
                consent.authorisation?.given,
                consent.version,
                consent.statusUpdated,
                consent.updated,
                WireText(consent.reason.rawValue),
                consent.lifetime.expires,
                consent.lifetime.days,
                TextArray(consent.permissions.map(\.spelling)),
                consent.receipt
            )
        )
    }

    /// Adds an entry at the end of the ledger, chained to the one before it.
    ///
    /// The end is one row, and whoever writes it holds it until the commit, so that entries have one order however many
    /// nodes there are. PostgreSQL numbers and hashes: the entry is known here but for its number.
    private mutating func write(_ revision: Revision) {
        require(
            Statement(
                """
                WITH head AS (
                    UPDATE ledger SET
                        sequence = sequence + 1,
                        hash = sha256(hash || convert_to('{"sequence":' || (sequence + 1), 'UTF8') || $1)
                    RETURNING sequence, hash
                ), changed AS (
                    INSERT INTO revision (
                        sequence, consent, version, from_status, to_status, accounts, terms, at, actor, actor_name,
                        reason, shown_digest, shown_templates, shown_language, hash
                    )
                    SELECT sequence, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, hash FROM head
                    RETURNING 1
                ) SELECT 1 / count(*) FROM changed
                """,
                LedgerEntry.lineBehindNumber(of: revision),
                revision.consent,
                revision.version,
                (revision.from?.rawValue).map { WireText($0) },
                WireText(revision.to.rawValue),
                TextArray(revision.accounts.map(\.text)),
                revision.terms,
                revision.at,
                revision.actor.kind,
                revision.actor.name,
                WireText(revision.reason.rawValue),
                revision.shown?.digest,
                revision.shown?.templates,
                revision.shown?.language
            )
        )
    }

    /// A key whose day is over is free again.
    mutating func take(_ record: IdempotencyRecord, at now: Timestamp) {
        require(
            Statement(
                """
                WITH changed AS (
                    INSERT INTO idempotency (third_party, key, request, consent, expires) VALUES ($1, $2, $3, $4, $5)
                    ON CONFLICT (third_party, key) DO UPDATE SET
                        request = excluded.request, consent = excluded.consent, expires = excluded.expires
                    WHERE idempotency.expires <= $6 RETURNING 1
                ) SELECT 1 / count(*) FROM changed
                """,
                record.thirdParty,
                record.key,
                record.request,
                record.consent,
                record.expires,
                now
            )
        )
    }
}
