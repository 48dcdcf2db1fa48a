import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// What a client may register for requests without a browser: OpenID CIBA Core 1.0 §4.
struct BackchannelMetadataTests {
    private func read(_ changes: [WireText: JSON?] = [:]) throws(ClientMetadata.Problem) -> Client {
        var members: [WireText: JSON] = [
            "client_id": "c", "token_endpoint_auth_method": "private_key_jwt",
            "jwks": SampleAssertion.keys(SampleAssertion.key).json,
            "grant_types": [.text(BackchannelGrant.type.name)], "backchannel_token_delivery_mode": "poll",
        ]
        for (name, value) in changes { members[name] = value }
        return try ClientMetadata.read(.object(members.map { JSON.Member($0.key, $0.value) }))
    }

    @Test func `CIBA §4: a client polls, or is told where it says`() throws {
        #expect(try read().backchannel?.delivery == .poll)
        let url: WireText = "https://client.example/cb"
        let ping = try read([
            "backchannel_token_delivery_mode": "ping", "backchannel_client_notification_endpoint": .text(url),
            "backchannel_authentication_request_signing_alg": "ES256",
        ])
        #expect(ping.backchannel?.delivery == .ping(url))
        #expect(ping.backchannel?.requestAlgorithm == .es256)
        #expect(try read(["backchannel_user_code_parameter": false]).backchannel != nil)
        #expect(
            try read(["grant_types": ["client_credentials"], "backchannel_token_delivery_mode": nil]).backchannel == nil
        )
    }

    @Test(
        arguments: [
            (["backchannel_token_delivery_mode": nil], "backchannel_token_delivery_mode"),
            (["backchannel_token_delivery_mode": "push"], "backchannel_token_delivery_mode"),
            (["backchannel_token_delivery_mode": "ping"], "backchannel_client_notification_endpoint"),
            (
                ["backchannel_client_notification_endpoint": "https://client.example/cb"],
                "backchannel_client_notification_endpoint"
            ),
            (["backchannel_user_code_parameter": true], "backchannel_user_code_parameter"),
            (
                ["backchannel_authentication_request_signing_alg": "none"],
                "backchannel_authentication_request_signing_alg"
            ),
            (
                ["backchannel_authentication_request_signing_alg": "RS256"],
                "backchannel_authentication_request_signing_alg"
            ),
            (["token_endpoint_auth_method": "none", "jwks": nil], "grant_types"),
            (["grant_types": ["client_credentials"]], "backchannel_token_delivery_mode"),
        ] as [([WireText: JSON?], WireText)]
    )
    func `CIBA §4: what contradicts is refused at the member that does`(changes: [WireText: JSON?], member: WireText) {
        let problem = #expect(throws: ClientMetadata.Problem.self) { try read(changes) }
        #expect(problem?.member == member)
    }

    @Test(
        arguments: [
            "http://client.example/cb", "https://a@client.example/cb", "https://client.example/cb#x", "/cb", "ftp://x/",
            "https://", "",
        ] as [WireText]
    )
    func `CIBA §4: a notice goes to an https URL, and to a plain one on this machine only`(url: WireText) throws {
        func ping(_ url: WireText) throws(ClientMetadata.Problem) -> Client {
            try read([
                "backchannel_token_delivery_mode": "ping", "backchannel_client_notification_endpoint": .text(url),
            ])
        }
        let problem = #expect(throws: ClientMetadata.Problem.self) { try ping(url) }
        #expect(problem?.member == "backchannel_client_notification_endpoint")
        #expect(try ping("http://localhost:8081/cb").backchannel != nil)
    }

    @Test func `FAPI-CIBA §5.2.2: the profiles of FAPI want signed requests, and so the keys for them`() throws {
        for profile in Profile.allCases {
            #expect(profile.needsSignedBackchannel == ![.oauth21, .openIDConnect].contains(profile))
        }
    }
}
