import OAuth
import Text

extension DirectoryReader {
    /// The names in `claims`: all standard claims but those that stand beside it already.
    private static let claims = PersonClaim.allCases.filter { $0 != .name && $0 != .email }

    private static let addressMembers: [WireText] = [
        "formatted", "street_address", "locality", "region", "postal_code", "country",
    ]

    /// What the bank knows of a person, under the names of OpenID Connect Core §5.1, in the types that clients get.
    mutating func claims(_ fields: LocatedFields.Object, hasEmail: Bool) -> [PersonClaim: JSON] {
        guard let value = fields["claims"],
            let object = file.object(
                value,
                at: fields.path(of: "claims"),
                required: [],
                optional: Self.claims.map(\.claimName)
            )
        else { return [:] }
        var claims: [PersonClaim: JSON] = [:]
        for claim in Self.claims { claims[claim] = self.value(of: claim, object) }
        if claims[.emailVerified] != nil, !hasEmail { file.report(object, "email_verified", "There is no email.") }
        if claims[.phoneNumberVerified] != nil, claims[.phoneNumber] == nil {
            file.report(object, "phone_number_verified", "There is no phone_number.")
        }
        return claims
    }

    private mutating func value(of claim: PersonClaim, _ object: LocatedFields.Object) -> JSON? {
        let name = claim.claimName
        switch claim {
        case .emailVerified, .phoneNumberVerified: return file.flag(object, name).map { .boolean($0) }
        case .updatedAt: return file.moment(object, name).map { .integer($0.seconds) }
        case .address: return address(object)
        case .profile, .picture, .website:
            return text(object, name, "This must be an https URL.") { URIReference($0)?.scheme == "https" }
        case .birthdate:
            return text(object, name, "This must be a date such as 1990-01-31.") { date in
                date.byteCount == 10 && Timestamp(rfc3339: WireText("\(date)T00:00:00Z")) != nil
            }
        case .phoneNumber:
            return text(object, name, "This must be a number with its country, such as +441632960123.") { number in
                number.hasPrefix("+") && number.utf8.dropFirst().allSatisfy(\.isDigit) && number.byteCount > 5
            }
        case .name, .givenName, .familyName, .middleName, .nickname, .preferredUsername, .email, .gender, .zoneinfo,
            .locale:
            return text(object, name, "") { _ in true }
        }
    }

    private mutating func text(
        _ object: LocatedFields.Object,
        _ name: WireText,
        _ sentence: String,
        where isGood: (WireText) -> Bool
    ) -> JSON? {
        guard let text = file.text(object, name, lengths: 1...256) else { return nil }
        guard isGood(text) else {
            file.report(object, name, sentence)
            return nil
        }
        return .text(text)
    }

    /// OpenID Connect Core §5.1.1.
    private mutating func address(_ object: LocatedFields.Object) -> JSON? {
        guard let value = object["address"],
            let address = file.object(
                value,
                at: object.path(of: "address"),
                required: [],
                optional: Self.addressMembers
            )
        else { return nil }
        let members = Self.addressMembers.compactMap { name in
            file.text(address, name, lengths: 1...256).map { JSON.Member(name, .text($0)) }
        }
        guard address.value.members?.isEmpty == false else {
            file.report(object, "address", "There is nothing in it.")
            return nil
        }
        return .object(members)
    }
}
