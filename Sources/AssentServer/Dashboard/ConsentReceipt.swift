internal import Consents
internal import Crypto
internal import OAuth
internal import Surfaces
internal import Text

/// What a person takes home: the whole of a consent and its history, signed by the bank.
///
/// A token of a type of its own, so that nothing which takes tokens takes it (RFC 8725 §3.11).
struct ConsentReceipt {
    let issuer: Issuer
    let id: WireText
    let issued: Timestamp
    let person: Identifier<Consents.Person>
    let card: ConsentCard
    /// Oldest first.
    let history: [Revision]

    static let type: WireText = "consent-receipt+jwt"

    var claims: JSON {
        .object([
            JSON.Member("iss", .text(issuer.text)),
            JSON.Member("sub", .text(person.text)),
            JSON.Member("iat", .integer(issued.seconds)),
            JSON.Member("jti", .text(id)),
            JSON.Member("consent", consent),
        ])
    }

    private var consent: JSON {
        let consent = card.consent
        var members = [
            JSON.Member("id", .text(consent.id.text)),
            JSON.Member("third_party", thirdParty),
            JSON.Member("api", .text(WireText(consent.origin.rawValue))),
            JSON.Member("status", .text(WireText(card.state.rawValue))),
            JSON.Member("registered", time(consent.created)),
            JSON.Member("permissions", .array(consent.permissions.map { .text($0.spelling) })),
            JSON.Member("accounts", .array(card.accounts.map(Self.account))),
        ]
        if let given = consent.authorisation?.given { members.append(JSON.Member("given", time(given))) }
        if let expires = consent.lifetime.expires { members.append(JSON.Member("expires", time(expires))) }
        if card.state == .revoked { members.append(JSON.Member("ended", time(consent.statusUpdated))) }
        if let from = consent.period.from { members.append(JSON.Member("transactions_from", time(from))) }
        if let to = consent.period.to { members.append(JSON.Member("transactions_to", time(to))) }
        members.append(JSON.Member("history", .array(history.map(entry))))
        return .object(members)
    }

    private var thirdParty: JSON {
        ["client_id": .text(card.consent.thirdParty.text), "name": .text(card.thirdParty.text)]
    }

    /// Its last digits and no more: a receipt is shown to others.
    private static func account(_ line: ConsentCard.Line) -> JSON {
        var members = [JSON.Member("id", .text(line.id.text))]
        if let account = line.account {
            if let name = account.nickname { members.append(JSON.Member("name", .text(name))) }
            members.append(JSON.Member("ending", .text(account.ending)))
        }
        return .object(members)
    }

    private func entry(_ revision: Revision) -> JSON {
        let by: WireText =
            switch revision.actor {
            case .person: "person"
            case .thirdParty: "third-party"
            case .staff: "bank"
            case .system: "system"
            }
        var members = [
            JSON.Member("version", .integer(Int64(revision.version))),
            JSON.Member("at", time(revision.at)),
            JSON.Member("what", .text(WireText(revision.reason.rawValue))),
            JSON.Member("by", .text(by)),
            JSON.Member("status", .text(WireText(revision.to.rawValue))),
            JSON.Member("accounts", .array(revision.accounts.map { .text($0.text) })),
            JSON.Member("terms_sha256", .text(WireText(Hex.encode(revision.terms)))),
        ]
        if let shown = revision.shown {
            members.append(JSON.Member("page_sha256", .text(WireText(Hex.encode(shown.digest)))))
            members.append(JSON.Member("templates_sha256", .text(WireText(Hex.encode(shown.templates)))))
            members.append(JSON.Member("language", .text(shown.language)))
        }
        return .object(members)
    }

    private func time(_ moment: Timestamp) -> JSON { .text(WireText(moment.rfc3339)) }
}
