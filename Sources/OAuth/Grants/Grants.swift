package import Text

/// The list of grants: one line each.
package enum Grants {
    /// Every grant that is written.
    package static let all: [any Grant.Type] = [
        AuthorizationCodeGrant.self,
        RefreshTokenGrant.self,
        ClientCredentialsGrant.self,
        TokenExchangeGrant.self,
        DeviceCodeGrant.self,
        BackchannelGrant.self,
        JWTBearerGrant.self,
    ]

    /// Their names, as discovery lists them.
    package static let names: [WireText] = all.map { $0.type.name }

    /// The grant that a request names, if this client is registered for it.
    package static func grant(for fields: TokenFields, by client: Client) throws(Refusal) -> any Grant {
        let type = GrantType(try fields.require(.grantType))
        guard let grant = all.first(where: { $0.type == type }) else { throw .grantTypeUnsupported }
        guard client.grantTypes.contains(type) else { throw .grantTypeNotAllowed }
        return grant.init()
    }
}
