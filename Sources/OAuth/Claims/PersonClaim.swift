package import Text

/// What may be said of a person: the standard claims of OpenID Connect Core §5.1, in its order.
///
/// This is the one list: requests are read by it, directories are held to it, pages name it, and discovery announces it.
package enum PersonClaim: String, Sendable, Hashable, CaseIterable {
    case name
    case givenName = "given_name"
    case familyName = "family_name"
    case middleName = "middle_name"
    case nickname
    case preferredUsername = "preferred_username"
    case profile
    case picture
    case website
    case email
    case emailVerified = "email_verified"
    case gender
    case birthdate
    case zoneinfo
    case locale
    case phoneNumber = "phone_number"
    case phoneNumberVerified = "phone_number_verified"
    case address
    case updatedAt = "updated_at"

    /// The name on the wire.
    package var claimName: WireText { WireText(rawValue) }

    /// The claim of this very name, compared byte by byte.
    package init?(named name: WireText) {
        guard let claim = Self.byName[name] else { return nil }
        self = claim
    }

    /// The scope that asks for it: OpenID Connect Core §5.4.
    package var scope: WireText {
        switch self {
        case .name, .givenName, .familyName, .middleName, .nickname, .preferredUsername, .profile, .picture, .website,
            .gender, .birthdate, .zoneinfo, .locale, .updatedAt:
            Scope.profile
        case .email, .emailVerified: Scope.email
        case .phoneNumber, .phoneNumberVerified: Scope.phone
        case .address: Scope.address
        }
    }

    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.claimName, $0) })
}
