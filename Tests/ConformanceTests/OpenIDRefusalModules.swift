import HTTP
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// The `oidcc-` modules of the basic, hybrid and form_post plans in which a request is refused: conformance.md 2.
struct OpenIDRefusalModules {
    typealias Flow = RelyingParty.Flow

    @Test(arguments: Flow.allCases)
    func `oidcc-response-type-missing`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        let response = await Browser(party.plan).open(party.query([("response_type", nil)]))
        try party.error(response, ["unsupported_response_type", "invalid_request"])
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-prompt-none-not-logged-in`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        let response = await Browser(party.plan).open(party.query([("prompt", "none")]))
        try party.error(response, ["login_required"])
    }

    @Test(arguments: Flow.hybrids)
    func `oidcc-ensure-request-without-nonce-fails`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        try party.error(await Browser(party.plan).open(party.query([("nonce", nil)])), ["invalid_request"])
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-ensure-registered-redirect-uri: a page, and no redirect`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        for uri in ["https://c.example/cb/evil", "https://c.example/cb?x=y", "https://evil.example/cb"] as [WireText] {
            #expect(await Browser(party.plan).open(party.query([("redirect_uri", uri)])).isErrorPage)
        }
    }

    /// What the suite sends: a request object that nobody signed.
    private static func unsigned(_ claims: [JSON.Member]) -> WireText {
        let object = JSON.object(
            [
                .init("iss", "tpp-1"), .init("aud", .text(Issuer.sample.text)), .init("client_id", "tpp-1"),
            ] + claims
        )
        return WireText(
            "\(Base64URL.encode(Array(#"{"alg":"none"}"#.utf8))).\(Base64URL.encode(JSONWriter.write(object)))."
        )
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        let object = Self.unsigned([.init("state", "inner"), .init("nonce", "inner")])
        let response = await Browser(party.plan).open(party.query([("request", object)]))
        try party.error(response, ["request_not_supported"])
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-ensure-request-object-with-redirect-uri: a page, and no redirect to any of them`(flow: Flow)
        async throws
    {
        let party = try RelyingParty(flow)
        let object = Self.unsigned([.init("redirect_uri", "https://c.example/cb")])
        let query = party.query([("request", object), ("redirect_uri", "https://c.example/wrong")])
        #expect(await Browser(party.plan).open(query).isErrorPage)
    }

    @Test(arguments: Flow.allCases)
    func `oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported`(flow: Flow) async throws {
        let party = try RelyingParty(flow)
        let query = party.query([("request_uri", "https://c.example/request.jwt")])
        try party.error(await Browser(party.plan).open(query), ["request_uri_not_supported"])
    }

    @Test func `oidcc-idtoken-unsigned: none is not announced, nor can it be registered`() async throws {
        let party = try RelyingParty(.basic)
        let document = try #require(await party.plan.send(.get, "/.well-known/openid-configuration").json)
        for name in ["id_token_signing_alg_values_supported", "request_object_signing_alg_values_supported"]
            as [WireText]
        {
            #expect(try #require(document[name]?.texts).contains("none") == false)
        }
        let problem = #expect(throws: ClientMetadata.Problem.self) {
            try ClientMetadata.read([
                "client_id": "rp", "token_endpoint_auth_method": "none", "redirect_uris": ["https://c.example/cb"],
                "id_token_signed_response_alg": "none",
            ])
        }
        #expect(problem?.member == "id_token_signed_response_alg")
    }

    // MARK: oidcc-config-certification-test-plan

    @Test func `oidcc-discovery-endpoint-verification`() async throws {
        let party = try RelyingParty(.basic)
        let answer = await party.plan.send(.get, "/.well-known/openid-configuration")
        #expect(answer.status == .ok)
        let document = try #require(answer.json)
        #expect(document["issuer"]?.text == Issuer.sample.text)
        for member in document.members ?? []
        where member.name.string.hasSuffix("_endpoint") || member.name == "jwks_uri" {
            #expect(member.value.text?.hasPrefix("https://") == true)
        }
        func list(_ name: WireText) throws -> Set<WireText> { Set(try #require(document[name]?.texts)) }
        #expect(try list("subject_types_supported").isSubset(of: ["public", "pairwise"]))
        #expect(try list("id_token_signing_alg_values_supported").contains("RS256"))
        #expect(try list("response_types_supported").contains("code"))
        #expect(try list("grant_types_supported").contains("authorization_code"))
        #expect(try list("scopes_supported").isSuperset(of: ["openid", "profile", "email", "address", "phone"]))
        #expect(try list("code_challenge_methods_supported") == ["S256"])
        #expect(try list("claims_supported").isSuperset(of: PersonClaim.allCases.map(\.claimName)))
        #expect(try list("claims_supported").isSuperset(of: ["sub", "iss", "auth_time", "acr"]))
        #expect(try list("claim_types_supported") == ["normal"])
        #expect(try list("acr_values_supported") == ["urn:openbanking:psd2:sca"])
        #expect(try list("ui_locales_supported") == ["en"])
        for name in ["claims_parameter_supported", "request_parameter_supported"] as [WireText] {
            #expect(document[name] == true)
        }
        #expect(document["request_uri_parameter_supported"] == false)

        let keys = try #require(await party.plan.send(.get, "/jwks").json?["keys"]?.array)
        let names = try keys.map { try #require($0["kid"]?.text) }
        #expect(Set(names).count == names.count)
    }
}
