package import Consents
package import Text

/// A consent as the bank's own systems are shown it: `StoredDetailedConsentResourceData` of the extension API 1.0.4.
package enum StoredConsent {
    /// Writes the consent as it stands now.
    package static func document(_ consent: Consent, at now: Timestamp) -> JSON {
        [
            "id": .text(consent.id.text),
            "receipt": BankSpelling.receipt(of: consent),
            "createdTime": .integer(consent.created.seconds),
            "updatedTime": .integer(consent.updated.seconds),
            "clientId": .text(consent.thirdParty.text),
            "type": .text(BankSpelling.type),
            "status": .text(BankSpelling.status(of: consent, at: now)),
            "frequency": 0,
            "validityTime": .integer(BankSpelling.validity(of: consent)),
            "recurringIndicator": false,
            "attributes": [:],
            "authorizations": [authorisation(of: consent)],
        ]
    }

    private static func authorisation(of consent: Consent) -> JSON {
        var members = [JSON.Member("id", .text(BankSpelling.name(of: "authorisation", consent)))]
        if let person = consent.authorisation?.person { members.append(JSON.Member("userId", .text(person.text))) }
        let resources = (consent.authorisation?.accounts ?? []).map { account -> JSON in
            [
                "id": .text(BankSpelling.name(of: "mapping \(account)", consent)),
                "accountId": .text(account.text),
                "permission": .text(BankSpelling.wholeConsent),
                "status": .text(BankSpelling.mappingStatus(of: consent)),
            ]
        }
        members += [
            JSON.Member("type", .text(BankSpelling.authorisation)),
            JSON.Member("status", .text(BankSpelling.authorisationStatus(of: consent))),
            JSON.Member("resources", .array(resources)),
        ]
        return .object(members)
    }
}
