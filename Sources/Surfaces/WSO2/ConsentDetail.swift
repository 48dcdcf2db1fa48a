package import Consents
package import Text

/// A consent as searches show it: `ConsentDetail` of the internal API.
package enum ConsentDetail {
    package static func document(_ consent: Consent, at now: Timestamp) -> JSON {
        .object(members(of: consent, at: now, names: .search))
    }

    /// The same in the spelling of the signed answer of `validate`, which has names of its own for some.
    package static func claims(_ consent: Consent, at now: Timestamp) -> [JSON.Member] {
        members(of: consent, at: now, names: .signed)
    }

    /// One system, two spellings.
    private struct Names {
        let consent: WireText
        let authorisation: WireText
        let user: WireText
        let account: WireText
        let type: WireText

        static let search = Names(
            consent: "consentID",
            authorisation: "authorizationID",
            user: "userID",
            account: "accountId",
            type: "consentType"
        )
        static let signed = Names(
            consent: "consentId",
            authorisation: "authorizationId",
            user: "userId",
            account: "account_id",
            type: "consent_type"
        )
    }

    private static func members(of consent: Consent, at now: Timestamp, names: Names) -> [JSON.Member] {
        [
            JSON.Member("consentId", .text(consent.id.text)),
            JSON.Member("clientId", .text(consent.thirdParty.text)),
            JSON.Member(names.type, .text(BankSpelling.type)),
            JSON.Member("currentStatus", .text(BankSpelling.status(of: consent, at: now))),
            JSON.Member("createdTimestamp", .integer(consent.created.seconds)),
            JSON.Member("updatedTimestamp", .integer(consent.updated.seconds)),
            JSON.Member("validityPeriod", .integer(BankSpelling.validity(of: consent))),
            JSON.Member("consentFrequency", 0),
            JSON.Member("recurringIndicator", false),
            JSON.Member("consentAttributes", [:]),
            JSON.Member("receipt", BankSpelling.receipt(of: consent)),
            JSON.Member("authorizationResources", [authorisation(of: consent, names)]),
            JSON.Member(
                "consentMappingResources",
                .array((consent.authorisation?.accounts ?? []).map { mapping($0, of: consent, names) })
            ),
        ]
    }

    private static func authorisation(of consent: Consent, _ names: Names) -> JSON {
        var members = [
            JSON.Member(names.authorisation, .text(BankSpelling.name(of: "authorisation", consent))),
            JSON.Member(names.consent, .text(consent.id.text)),
            JSON.Member("authorizationType", .text(BankSpelling.authorisation)),
            JSON.Member("authorizationStatus", .text(BankSpelling.authorisationStatus(of: consent))),
            JSON.Member("updatedTime", .integer((consent.authorisation?.given ?? consent.created).seconds)),
        ]
        if let person = consent.authorisation?.person { members.append(JSON.Member(names.user, .text(person.text))) }
        return .object(members)
    }

    private static func mapping(_ account: Identifier<Account>, of consent: Consent, _ names: Names) -> JSON {
        .object([
            JSON.Member("mappingId", .text(BankSpelling.name(of: "mapping \(account)", consent))),
            JSON.Member(names.authorisation, .text(BankSpelling.name(of: "authorisation", consent))),
            JSON.Member(names.account, .text(account.text)),
            JSON.Member("permission", .text(BankSpelling.wholeConsent)),
            JSON.Member("mappingStatus", .text(BankSpelling.mappingStatus(of: consent))),
        ])
    }
}
