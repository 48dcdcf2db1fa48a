import Consents
import Text

extension Connection {
    /// Makes one change of a consent and writes its history; `false` where its condition does not hold.
    func apply(_ change: ConsentChange) throws(SQLiteFailure) -> Bool {
        switch change {
        case .create(let consent, let revision):
            guard try create(consent) else { return false }
            return try write(revision, version: consent.version)
        case .replace(let consent, let revision):
            guard try replace(consent) else { return false }
            return try write(revision, version: consent.version)
        }
    }

    private func create(_ consent: Consent) throws(SQLiteFailure) -> Bool {
        try run(
            """
            INSERT INTO consent (
                id, third_party, status, deleted, expires, person, accounts, given, version, status_updated, updated,
                created, origin, period_from, period_to, permissions, receipt
            )
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
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
            consent.updated,
            consent.created,
            WireText(consent.origin.rawValue),
            consent.period.from,
            consent.period.to,
            TextList(consent.permissions.map(\.spelling)),
            consent.receipt
        ) == 1
    }

    /// What a consent was registered with never changes, so only the rest is written.
    private func replace(_ consent: Consent) throws(SQLiteFailure) -> Bool {
        try run(
            """
            UPDATE consent SET
                status = ?2, deleted = ?3, person = ?4, accounts = ?5, given = ?6, version = ?7, status_updated = ?8,
                updated = ?9
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
            consent.updated
        ) == 1
    }

    private func write(_ revision: Revision, version: Int) throws(SQLiteFailure) -> Bool {
        try run(
            """
            INSERT INTO revision (
                consent, version, from_status, to_status, at, actor, actor_name, reason, shown_digest, shown_templates,
                shown_language
            )
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            """,
            revision.consent,
            version,
            (revision.from?.rawValue).map { WireText($0) },
            WireText(revision.to.rawValue),
            revision.at,
            revision.actor.kind,
            revision.actor.name,
            WireText(revision.reason.rawValue),
            revision.shown?.digest,
            revision.shown?.templates,
            revision.shown?.language
        ) == 1
    }
}

extension Actor {
    fileprivate var kind: WireText {
        switch self {
        case .thirdParty: "third-party"
        case .person: "person"
        case .staff: "staff"
        case .system: "system"
        }
    }

    fileprivate var name: WireText? {
        switch self {
        case .thirdParty(let id): id.text
        case .person(let id): id.text
        case .staff(let name): name
        case .system: nil
        }
    }
}
