import OAuth
import TestSupport
import Testing
import Text

/// What a client registers about logouts.
struct LogoutMetadataTests {
    private func read(_ changes: [WireText: JSON]) throws(ClientMetadata.Problem) -> LogoutRegistration {
        var members: [WireText: JSON] = [
            "client_id": "tpp-1", "token_endpoint_auth_method": "none",
            "redirect_uris": ["https://c.example/cb", "https://c.example:8443/cb"],
        ]
        for (name, value) in changes { members[name] = value }
        return try ClientMetadata.read(.object(members.map { JSON.Member($0.key, $0.value) })).logout
    }

    @Test
    func `a client says where browsers come back to, and where it is told`() throws {
        let registration = try read([
            "post_logout_redirect_uris": [
                "https://c.example/out", "https://other.example/?a=b", "com.example.app:/out",
            ],
            "backchannel_logout_uri": "https://back.example/out?a=b", "backchannel_logout_session_required": true,
            "frontchannel_logout_uri": "https://c.example:8443/out", "frontchannel_logout_session_required": true,
        ])
        #expect(registration.redirectURIs.map(\.text).count == 3)
        #expect(registration.allowsRedirect(to: "https://other.example/?a=b"))
        #expect(registration.backchannelURI == "https://back.example/out?a=b")
        #expect(registration.frontchannelURI == "https://c.example:8443/out")
        #expect(try read([:]) == LogoutRegistration())
    }

    @Test(
        arguments: [
            ("post_logout_redirect_uris", "https://c.example/out"), ("post_logout_redirect_uris", ["/out"]),
            ("post_logout_redirect_uris", ["http://c.example/out"]),
            ("post_logout_redirect_uris", ["https://c.example/#a"]),
            ("post_logout_redirect_uris", ["https://c.example/?state=a"]),
            ("post_logout_redirect_uris", ["javascript:alert(1)"]),
            ("post_logout_redirect_uris", ["https://c.example/a", "https://c.example/a"]),
            ("backchannel_logout_uri", "http://c.example/out"), ("backchannel_logout_uri", "https://c.example/#a"),
            ("backchannel_logout_uri", "com.example.app:/out"), ("backchannel_logout_uri", 7),
            ("backchannel_logout_uri", "https://user@c.example/out"),
            ("backchannel_logout_session_required", true), ("backchannel_logout_session_required", "true"),
            ("frontchannel_logout_uri", "https://c.example/#a"), ("frontchannel_logout_uri", "https://d.example/out"),
            ("frontchannel_logout_uri", "http://c.example/out"),
            ("frontchannel_logout_uri", "https://c.example:8444/out"),
            ("frontchannel_logout_uri", "https://c.example/out?iss=a"),
            ("frontchannel_logout_uri", "https://c.example/out?sid=a"), ("frontchannel_logout_session_required", true),
        ] as [(WireText, JSON)]
    )
    func `what contradicts is refused at its member`(member: WireText, value: JSON) {
        let problem = #expect(throws: ClientMetadata.Problem.self) { try read([member: value]) }
        #expect(problem?.member == member)
    }

    @Test
    func `front-channel URLs say issuer and login`() throws {
        let plain = Client.sample(logout: LogoutRegistration(frontchannelURI: "https://c.example/out"))
        let query = Client.sample(logout: LogoutRegistration(frontchannelURI: "https://c.example/out?a=b"))
        #expect(
            plain.frontchannelURL(ending: "a b", issuer: .sample)
                == "https://c.example/out?iss=https%3A%2F%2Fbank.example&sid=a%20b"
        )
        #expect(
            query.frontchannelURL(ending: "s", issuer: .sample)
                == "https://c.example/out?a=b&iss=https%3A%2F%2Fbank.example&sid=s"
        )
        #expect(Client.sample.frontchannelURL(ending: "s", issuer: .sample) == nil)
    }
}
