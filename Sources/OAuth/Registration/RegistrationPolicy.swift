package import Text

/// What the bank lets a client become that registers itself; it holds for every change as well.
package struct RegistrationPolicy: Sendable, Hashable {
    /// How strictly it is held.
    package let profile: Profile
    /// What it may ask for at the most.
    package let scope: Scope
    /// Which grants it may use.
    package let grantTypes: [WireText]

    /// A policy.
    package init(
        profile: Profile,
        scope: Scope,
        grantTypes: [WireText] = ["authorization_code", "refresh_token", "client_credentials"]
    ) {
        self.profile = profile
        self.scope = scope
        self.grantTypes = grantTypes
    }

    /// Reads what `json` wrote.
    package init?(_ json: JSON) {
        guard let profile = Profile.allCases.first(where: { WireText($0.rawValue) == json["profile"]?.text }),
            let scope = json["scope"]?.text.flatMap({ Scope($0) }), !scope.isEmpty,
            let grantTypes = json["grant_types"]?.texts, grantTypes.allSatisfy(Grants.names.contains)
        else { return nil }
        self.init(profile: profile, scope: scope, grantTypes: grantTypes)
    }

    /// As it is kept, in the words of registrations.
    package var json: JSON {
        [
            "profile": .text(WireText(profile.rawValue)), "scope": .text(scope.text),
            "grant_types": .array(grantTypes.map { .text($0) }),
        ]
    }
}
