package import Consents
package import Text

/// What a gateway asks about one request for account data.
package struct ValidationQuestion: Sendable {
    package let consent: Identifier<Consent>
    let client: Identifier<ThirdParty>
    let person: Identifier<Person>
    let resource: WireText
    let context: WireText?
    let method: WireText
    let elected: WireText?

    /// Reads the claims of the signed question; which request it is, and for how long, was checked with its signature.
    package init(_ claims: JSON) throws(SurfaceRefusal) {
        consent = Identifier(try Self.text(claims, "consentId"))
        client = Identifier(try Self.text(claims, "clientId"))
        person = Identifier(try Self.text(claims, "userId"))
        elected = try Self.optionalText(claims, "electedResource")
        guard let parameters = claims["resourceParams"] else { throw .fieldMissing(path: "resourceParams") }
        guard parameters.members != nil else { throw .fieldInvalid(path: "resourceParams") }
        resource = try Self.text(parameters, "resource")
        context = try Self.optionalText(parameters, "context")
        method = try Self.text(parameters, "httpMethod")
    }

    /// Whether the request may pass: what the consent opens, and nothing beside it.
    ///
    /// - Parameters:
    ///   - consent: The consent of that name, if there is one.
    ///   - held: The accounts that the person still has and may share; `nil` where they may not act any more.
    package func decide(_ consent: Consent?, held: Set<Identifier<Account>>?, at now: Timestamp) -> ValidationFault? {
        guard let consent else { return .consentUnknown }
        guard consent.thirdParty == client else { return .otherClient }
        switch consent.state(at: now) {
        case .authorised: break
        case .expired: return consent.status == .authorised ? .expired : .wrongState
        case .awaiting, .rejected, .failed, .revoked: return .wrongState
        }
        guard consent.isInForce(at: now), let authorisation = consent.authorisation else { return .wrongState }
        guard authorisation.person == person else { return .otherPerson }
        guard let held else { return .wrongState }
        guard let guarded = GuardedResource(resource, context: context, method: method),
            elected.map({ guarded.isElected($0, context: context) }) ?? true
        else { return .pathUnknown }
        let open = consent.effectivePermissions
        guard guarded.needs.allSatisfy({ !open.isDisjoint(with: $0) }) else { return .permissionLacking }
        if let account = guarded.account {
            guard authorisation.accounts.contains(Identifier(account)), held.contains(Identifier(account)) else {
                return .accountNotOpen
            }
        }
        return nil
    }

    /// What the signed answer is about, so that it cannot be shown for another request.
    package var claims: [JSON.Member] {
        [JSON.Member("resource", .text(resource)), JSON.Member("httpMethod", .text(method))]
    }

    private static func text(_ object: JSON, _ name: WireText) throws(SurfaceRefusal) -> WireText {
        guard let text = try optionalText(object, name) else { throw .fieldMissing(path: name) }
        return text
    }

    private static func optionalText(_ object: JSON, _ name: WireText) throws(SurfaceRefusal) -> WireText? {
        guard let value = object[name] else { return nil }
        guard let text = value.text, (1...Limits.claimBytes).contains(text.byteCount) else {
            throw .fieldInvalid(path: name)
        }
        return text
    }
}

/// Why a request may not pass.
package enum ValidationFault: Sendable, Hashable, CaseIterable {
    case consentUnknown
    case otherClient
    case otherPerson
    case wrongState
    case expired
    case pathUnknown
    case permissionLacking
    case accountNotOpen
}

extension ValidationFault {
    /// Whether the consent is the asking client's, so that something of it may be told.
    package var isAboutOwnConsent: Bool { self != .consentUnknown && self != .otherClient }

    /// The status that the gateway should answer with.
    package var status: Int {
        switch self {
        case .consentUnknown, .otherPerson, .wrongState, .expired: 400
        case .pathUnknown, .accountNotOpen: 401
        case .otherClient, .permissionLacking: 403
        }
    }

    var code: WireText {
        switch status {
        case 401: "Unauthorized"
        case 403: "Forbidden"
        default: "Bad Request"
        }
    }

    var message: WireText {
        switch self {
        case .consentUnknown: "Consent not found"
        case .otherClient: "The consent is another client's"
        case .otherPerson: "The consent is another person's"
        case .wrongState: "Consent is not in the correct state"
        case .expired: "Provided consent is expired"
        case .pathUnknown: "Path requested is invalid"
        case .permissionLacking: "Permission mismatch. Consent does not contain necessary permissions"
        case .accountNotOpen: "The consent does not include this account"
        }
    }
}

/// How `validate` answers.
package enum ValidationAnswer {
    /// - Parameter information: The signed part.
    package static func document(_ fault: ValidationFault?, information: WireText) -> JSON {
        guard let fault else { return ["isValid": true, "consentInformation": .text(information)] }
        return [
            "isValid": false,
            "errorCode": .text(fault.code),
            "errorMessage": .text(fault.message),
            "httpCode": .text(WireText("\(fault.status)")),
            "consentInformation": .text(information),
        ]
    }

    /// What the signed part says of the consent.
    package static func claims(_ consent: Consent, held: Set<Identifier<Account>>, at now: Timestamp) -> [JSON.Member] {
        var members = ConsentDetail.claims(consent, at: now).filter { $0.name != "consentId" }
        let permissions = consent.effectivePermissions.map(\.spelling).sorted()
        members.append(JSON.Member("effectivePermissions", .array(permissions.map { .text($0) })))
        let open = consent.isInForce(at: now) ? consent.authorisation?.accounts.filter(held.contains) ?? [] : []
        members.append(JSON.Member("openAccounts", .array(open.map { .text($0.text) })))
        if let from = consent.period.from {
            members.append(JSON.Member("transactionsFrom", .text(WireText(from.rfc3339))))
        }
        if let to = consent.period.to { members.append(JSON.Member("transactionsTo", .text(WireText(to.rfc3339)))) }
        return members
    }
}
