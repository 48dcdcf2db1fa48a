package import Text

/// What the bank lets a client become that registers itself; it holds for every change as well.
package struct RegistrationPolicy: Sendable, Hashable {
    /// How strictly it is held.
    package let profile: Profile
    /// What it may ask for at the most.
    package let scope: Scope
    /// Which grants it may use.
    package let grantTypes: [WireText]
    /// The `software_id` under which a directory vouches for the client, if one does.
    package let software: WireText?

    /// A policy.
    package init(
        profile: Profile,
        scope: Scope,
        grantTypes: [WireText] = ["authorization_code", "refresh_token", "client_credentials"],
        software: WireText? = nil
    ) {
        self.profile = profile
        self.scope = scope
        self.grantTypes = grantTypes
        self.software = software
    }

    /// Reads what `json` wrote.
    package init?(_ json: JSON) {
        guard let profile = Profile.allCases.first(where: { WireText($0.rawValue) == json["profile"]?.text }),
            let scope = json["scope"]?.text.flatMap({ Scope($0) }), !scope.isEmpty,
            let grantTypes = json["grant_types"]?.texts, grantTypes.allSatisfy(Grants.names.contains)
        else { return nil }
        self.init(profile: profile, scope: scope, grantTypes: grantTypes, software: json["software"]?.text)
    }

    /// As it is kept, in the words of registrations.
    package var json: JSON {
        let own: JSON = [
            "profile": .text(WireText(profile.rawValue)), "scope": .text(scope.text),
            "grant_types": .array(grantTypes.map { .text($0) }),
        ]
        return software.map { own.setting("software", .text($0)) } ?? own
    }
}
