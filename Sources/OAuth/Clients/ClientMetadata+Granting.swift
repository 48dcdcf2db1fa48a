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
        return Granting(
            detailTypes: Set(types),
            exchangeResources: try exchangeResources(document, grantTypes),
            assertionIssuers: try assertionIssuers(document, grantTypes)
        )
    }

    /// Whose word a client may bring is the bank's to say, one by one.
    private static func assertionIssuers(
        _ document: JSON,
        _ grantTypes: Set<GrantType>
    ) throws(Problem) -> [WireText] {
        let member: WireText = "jwt_bearer_issuers"
        let names = try texts(document, member) ?? []
        guard grantTypes.contains(JWTBearerGrant.type) else {
            guard names.isEmpty else { throw Problem(member, "It is for the grant \(JWTBearerGrant.type.name) only.") }
            return []
        }
        guard try text(document, "token_endpoint_auth_method") != "none" else {
            throw Problem("grant_types", "A client without authentication cannot use jwt-bearer.")
        }
        guard !names.isEmpty else { throw Problem(member, "The grant jwt-bearer needs at least one.") }
        return names
    }

    /// Only what the bank itself runs is shown tokens of others, and it says which door is the next.
    private static func exchangeResources(
        _ document: JSON,
        _ grantTypes: Set<GrantType>
    ) throws(Problem) -> [WireText] {
        let member: WireText = "token_exchange_resources"
        let names = try texts(document, member) ?? []
        guard grantTypes.contains(TokenExchangeGrant.type) else {
            guard names.isEmpty else {
                throw Problem(member, "It is for the grant \(TokenExchangeGrant.type.name) only.")
            }
            return []
        }
        guard try boolean(document, "introspects_all") else {
            throw Problem(
                "introspects_all",
                "Who swaps tokens of others is one of the bank's own, and may ask about all."
            )
        }
        guard try text(document, "token_endpoint_auth_method") != "none" else {
            throw Problem("grant_types", "A client without authentication cannot use token exchange.")
        }
        guard !names.isEmpty else { throw Problem(member, "The grant token-exchange needs at least one.") }
        for name in names where !Resources.isName(name) {
            throw Problem(member, "\(name) is no absolute URI without a fragment.")
        }
        return names
    }
}
