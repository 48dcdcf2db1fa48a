package import Consents
package import Text

/// The history of one consent, as the bank's staff reads it.
package struct ConsentHistory: Sendable {
    package let consent: Identifier<Consent>
    private let status: WireText?
    private let actor: WireText?
    private let from: Timestamp?
    private let to: Timestamp?
    private let limit: Int
    private let offset: Int

    /// Reads what `consent-status-audit` is asked.
    package init(auditing query: WireText?) throws(SurfaceRefusal) {
        let query = try AdminQuery(
            query,
            names: ["consentId", "consentID", "currentStatus", "actionBy", "fromTime", "toTime", "limit", "offset"]
        )
        consent = Identifier(try query.required("consentId", "consentID"))
        status = try query.text("currentStatus")
        if let status {
            guard !BankSpelling.states(for: status).isEmpty else { throw .fieldInvalid(path: "currentStatus") }
        }
        actor = try query.text("actionBy")
        (from, to) = try query.span()
        (limit, offset) = try query.page()
    }

    /// Reads what `consent-amendment-history` is asked.
    package init(amending query: WireText?) throws(SurfaceRefusal) {
        let query = try AdminQuery(query, names: ["consentId", "consentID", "limit", "offset"])
        consent = Identifier(try query.required("consentId", "consentID"))
        (status, actor, from, to) = (nil, nil, nil, nil)
        (limit, offset) = try query.page()
    }

    /// Every change of its status.
    package func audit(_ revisions: [Revision]) -> JSON {
        let fitting = revisions.filter { revision in
            (status == nil || status == Self.word(for: revision.to))
                && (actor == nil || actor == Self.name(of: revision.actor))
                && (from.map { $0 <= revision.at } ?? true) && (to.map { revision.at <= $0 } ?? true)
        }
        return page(fitting) { revision in
            var members = [
                JSON.Member("statusAuditId", .text(Self.name(of: revision))),
                JSON.Member("consentId", .text(revision.consent.text)),
                JSON.Member("currentStatus", .text(Self.word(for: revision.to))),
                JSON.Member("actionTime", .integer(revision.at.seconds)),
                JSON.Member("reason", .text(WireText(revision.reason.rawValue))),
                JSON.Member("actionBy", .text(Self.name(of: revision.actor))),
            ]
            if let from = revision.from {
                members.append(JSON.Member("previousStatus", .text(Self.word(for: from))))
            }
            return .object(members)
        }
    }

    /// Every change of a consent after its registration, and which accounts were open since.
    package func amendments(_ revisions: [Revision]) -> JSON {
        page(revisions.filter { $0.from != nil }) { revision in
            [
                "historyId": .text(Self.name(of: revision)),
                "consentId": .text(revision.consent.text),
                "amendedReason": .text(Self.amendment(by: revision.reason)),
                "amendedTime": .integer(revision.at.seconds),
                "actionBy": .text(Self.name(of: revision.actor)),
                "consentData": [
                    "currentStatus": .text(Self.word(for: revision.to)),
                    "accountIds": .array(revision.accounts.map { .text($0.text) }),
                ],
            ]
        }
    }

    private func page(_ revisions: [Revision], _ document: (Revision) -> JSON) -> JSON {
        let shown = revisions.dropFirst(offset).prefix(limit)
        return [
            "data": .array(shown.map(document)),
            "metadata": [
                "count": .integer(Int64(shown.count)),
                "offset": .integer(Int64(offset)),
                "limit": .integer(Int64(limit)),
                "total": .integer(Int64(revisions.count)),
            ],
        ]
    }

    private static func word(for status: Consent.Status) -> WireText {
        switch status {
        case .awaiting: "AwaitingAuthorisation"
        case .authorised: "Authorised"
        case .rejected, .failed: "Rejected"
        case .revoked: "Revoked"
        }
    }

    private static func amendment(by reason: Revision.Reason) -> WireText {
        switch reason {
        case .revokedByPerson, .revokedByBank, .revokedByThirdParty, .deletedByThirdParty: "ConsentRevocation"
        default: "ConsentAmendmentFlow"
        }
    }

    private static func name(of revision: Revision) -> WireText {
        WireText("\(revision.consent)-\(revision.version)")
    }

    private static func name(of actor: Actor) -> WireText {
        switch actor {
        case .thirdParty(let id): id.text
        case .person(let id): id.text
        case .staff(let name): name
        case .system: "system"
        }
    }
}
