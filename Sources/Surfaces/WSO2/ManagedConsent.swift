package import Consents
package import HTTP
package import Text

/// A consent as `manage` shows it: the data dictionary of the UK API, without links.
package enum ManagedConsent {
    /// For the third party, through the gateway.
    package static func document(_ consent: Consent, at now: Timestamp) -> JSON {
        let published = AccountAccessConsents.document(consent, "", now)
        let data = (published["Data"]?.members ?? []).map { member in
            // A word more than the UK API has, and one that it hides: the bank sees what became of a consent.
            member.name == "Status"
                ? JSON.Member("Status", .text(BankSpelling.status(of: consent, at: now))) : member
        }
        return ["Data": .object(data), "Risk": [:]]
    }

    /// For the bank itself: the record as it is kept.
    package static func record(_ consent: Consent, at now: Timestamp) -> JSON {
        [
            "consentID": .text(consent.id.text),
            "clientID": .text(consent.thirdParty.text),
            "consentType": .text(BankSpelling.type),
            "status": .text(BankSpelling.status(of: consent, at: now)),
            // Word for word: what was registered may be asked for in a court.
            "receipt": .text(WireText(consent.receipt) ?? ""),
            "createdTime": .integer(consent.created.seconds),
            "updatedTime": .integer(consent.updated.seconds),
            "validityPeriod": .integer(BankSpelling.validity(of: consent)),
            "consentFrequency": 0,
            "recurringIndicator": false,
            "consentAttributes": [:],
            "authorizationResources": [authorisation(of: consent)],
        ]
    }

    private static func authorisation(of consent: Consent) -> JSON {
        let resources = (consent.authorisation?.accounts ?? []).map { account -> JSON in
            [
                "accountID": .text(account.text),
                "permission": .text(BankSpelling.wholeConsent),
                "mappingStatus": .text(BankSpelling.mappingStatus(of: consent)),
            ]
        }
        var members = [
            JSON.Member("authorizationID", .text(BankSpelling.name(of: "authorisation", consent))),
            JSON.Member("authorizationType", .text(BankSpelling.authorisation)),
            JSON.Member("authorizationStatus", .text(BankSpelling.authorisationStatus(of: consent))),
            JSON.Member("resources", .array(resources)),
        ]
        if let person = consent.authorisation?.person {
            members.insert(JSON.Member("userID", .text(person.text)), at: 1)
        }
        return .object(members)
    }
}

/// What a gateway says of a request in its headers, which are believed of it alone.
package struct GatewayHeaders: Sendable {
    /// The third party that the gateway speaks for.
    package let client: WireText
    /// Whether the bank asks for itself.
    package let isInternal: Bool

    package init(_ request: Request) throws(SurfaceRefusal) {
        guard let client = try Self.value(Self.clientID, request), client.isVisibleASCII, client.byteCount <= 128 else {
            throw .headerInvalid(Self.clientID)
        }
        self.client = client
        switch try Self.value(Self.internalRequest, request) {
        case nil, "false": isInternal = false
        case "true": isInternal = true
        default: throw .headerInvalid(Self.internalRequest)
        }
    }

    package static let clientID: FieldName = "x-wso2-client-id"
    private static let internalRequest: FieldName = "x-wso2-internal-request"

    private static func value(_ name: FieldName, _ request: Request) throws(SurfaceRefusal) -> WireText? {
        do { return try request.fields.single(name) } catch { throw .headerInvalid(name) }
    }
}
