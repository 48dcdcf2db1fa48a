import Text

extension ClientMetadata {
    /// What a client may be granted beside scopes, as it has registered.
    static func granting(_ document: JSON, _ grantTypes: Set<GrantType>) throws(Problem) -> Granting {
        let member: WireText = "authorization_details_types"
        let types = try texts(document, member) ?? []
        for type in types where !AuthorizationDetail.types.contains(type) {
            throw Problem(member, "\(type) is not one of \(names(AuthorizationDetail.types)).")
        }
        // A consent is given by a person, and a code is how the client hears of it.
        guard types.isEmpty || grantTypes.contains(AuthorizationCodeGrant.type) else {
            throw Problem(member, "It needs the grant authorization_code.")
        }
        return Granting(detailTypes: Set(types))
    }
}
