import Consents
import HTTP
package import Text

/// Account access consents, as the UK Read/Write API 3.1.1 spells them.
package struct AccountAccessConsents: UKOpenBankingSurface {
    package let name: WireText = "account-access-consents"

    package init() {}

    package var routes: [SurfaceRoute] {
        let thirdParty = SurfaceCredential.thirdParty(scope: "accounts")
        return [
            SurfaceRoute(.post, Self.path, with: thirdParty, .create(Self.draft, Self.document)),
            SurfaceRoute(.get, WireText("\(Self.path)/:id"), with: thirdParty, .fetch(Self.document)),
            SurfaceRoute(.delete, WireText("\(Self.path)/:id"), with: thirdParty, .delete),
        ]
    }

    private static let path = WireText("\(Spelling.prefix)/account-access-consents")

    /// Reads OBReadConsent1, which has no members beside those that are named here.
    @Sendable static func draft(_ body: [UInt8]) throws(SurfaceRefusal) -> ConsentDraft {
        let root = try ClosedObject(body: body, names: ["Data", "Risk"])
        let data = try root.object("Data", names: ["Permissions"] + DateField.allCases.map(\.name))
        _ = try root.object("Risk", names: [])
        return ConsentDraft(
            permissions: try permissions(data),
            expires: try date(.expiration, data),
            period: TransactionPeriod(from: try date(.transactionFrom, data), to: try date(.transactionTo, data))
        )
    }

    /// Writes OBReadConsentResponse1.
    @Sendable static func document(_ consent: Consent, _ base: WireText, _ now: Timestamp) -> JSON {
        var data = [
            JSON.Member("ConsentId", .text(consent.id.text)),
            JSON.Member("CreationDateTime", .text(WireText(consent.created.rfc3339))),
            JSON.Member("Status", .text(Spelling.word(for: consent.status))),
            JSON.Member("StatusUpdateDateTime", .text(WireText(consent.statusUpdated.rfc3339))),
            JSON.Member("Permissions", .array(consent.permissions.map { .text($0.spelling) })),
        ]
        let sent = (try? JSONReader.read(consent.receipt))?["Data"]
        for field in DateField.allCases {
            guard let moment = field.moment(in: consent) else { continue }
            data.append(JSON.Member(field.name, .text(spelled(moment, sent: sent?[field.name]?.text))))
        }
        return [
            "Data": .object(data),
            "Risk": [:],
            "Links": ["Self": .text(WireText("\(base)\(path)/\(consent.id)"))],
            "Meta": ["TotalPages": 1],
        ]
    }

    private static func permissions(_ data: ClosedObject) throws(SurfaceRefusal) -> [Permission] {
        let path = data.path(of: "Permissions")
        guard let value = data["Permissions"] else { throw .fieldMissing(path: path) }
        guard let names = value.texts, names.count <= Limits.permissionCodes else { throw .fieldInvalid(path: path) }
        var permissions: [Permission] = []
        for name in names {
            guard let permission = Permission(spelled: name) else { throw .fieldInvalid(path: path) }
            permissions.append(permission)
        }
        return permissions
    }

    private static func date(_ field: DateField, _ data: ClosedObject) throws(SurfaceRefusal) -> Timestamp? {
        guard let value = data[field.name] else { return nil }
        guard let moment = value.text.flatMap(ISODateTime.read) else {
            throw .dateInvalid(path: data.path(of: field.name))
        }
        return moment
    }

    /// A date as it was sent, where that is a date that an answer may show.
    ///
    /// Read/Write API Profile 3.1.2, "Date Formats": more is accepted than may be sent back, where a zone must stand.
    private static func spelled(_ moment: Timestamp, sent: WireText?) -> WireText {
        guard let sent, Timestamp(rfc3339: sent) == moment else { return WireText(moment.rfc3339) }
        return sent
    }
}

/// The dates of a consent, in the order of the data dictionary.
private enum DateField: CaseIterable {
    case expiration
    case transactionFrom
    case transactionTo

    var name: WireText {
        switch self {
        case .expiration: "ExpirationDateTime"
        case .transactionFrom: "TransactionFromDateTime"
        case .transactionTo: "TransactionToDateTime"
        }
    }

    func moment(in consent: Consent) -> Timestamp? {
        switch self {
        case .expiration: consent.lifetime.expires
        case .transactionFrom: consent.period.from
        case .transactionTo: consent.period.to
        }
    }
}
