import OAuth
import TestSupport
import Testing
import Text

struct GrantsTests {
    func grant(_ name: WireText?, _ client: Client = .sample) throws -> any Grant {
        try Grants.grant(for: TokenFields(FormFields.sampleRedemption.setting("grant_type", name)), by: client)
    }

    @Test
    func `a grant is found by its name`() throws {
        #expect(try grant("authorization_code") is AuthorizationCodeGrant)
        #expect(try grant("refresh_token") is RefreshTokenGrant)
        #expect(try grant("client_credentials") is ClientCredentialsGrant)
        #expect(try grant(DeviceCodeGrant.type.name, .sample(grantTypes: [DeviceCodeGrant.type])) is DeviceCodeGrant)
        #expect(
            Grants.names == [
                "authorization_code", "refresh_token", "client_credentials", TokenExchangeGrant.type.name,
                DeviceCodeGrant.type.name, BackchannelGrant.type.name, JWTBearerGrant.type.name,
            ]
        )
    }

    @Test(
        arguments: [
            "password", "implicit", "urn:ietf:params:oauth:grant-type:jwt_bearer",
            "urn:ietf:params:oauth:grant-type:saml2-bearer",
            "urn:ietf:params:oauth:grant-type:token_exchange", "urn:ietf:params:oauth:grant-type:device-code",
            "AUTHORIZATION_CODE", "Authorization_Code", "authorization_code ", " authorization_code",
            "authorization-code",
            "authorization_code\u{0}", "authorization_cod\u{435}", "x",
        ] as [WireText]
    )
    func `TK-31 a grant that is not written is refused`(name: WireText) {
        #expect(throws: Refusal.grantTypeUnsupported) { try grant(name) }
        // For a client without any grants as well: what the server has is known from discovery.
        #expect(throws: Refusal.grantTypeUnsupported) { try grant(name, .sample(grantTypes: [])) }
        #expect(Refusal.grantTypeUnsupported.code == "unsupported_grant_type")
    }

    @Test
    func `TK-31 a request without a grant is refused`() {
        #expect(throws: Refusal.parameterMissing(.grantType)) { try grant(nil) }
        #expect(throws: Refusal.parameterMissing(.grantType)) { try grant("") }
    }

    @Test
    func `TK-49 a client uses the grants that it is registered for, and no other`() throws {
        for name in Grants.names {
            let others = Set(Grants.names.filter { $0 != name }.map { GrantType($0) })
            #expect(throws: Refusal.grantTypeNotAllowed) { try grant(name, .sample(grantTypes: others)) }
            _ = try grant(name, .sample(grantTypes: [GrantType(name)]))
        }
        #expect(Refusal.grantTypeNotAllowed.code == "unauthorized_client")
    }
}
