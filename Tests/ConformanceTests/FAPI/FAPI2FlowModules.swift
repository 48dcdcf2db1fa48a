import Crypto
import HTTP
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// Modules of `fapi2-security-profile-final` and `fapi2-message-signing-final` in which the flow comes to its end, or
/// stops before it began: conformance.md 4.4.
struct FAPI2FlowModules {
    private static let all = Variant.fapi2 + Variant.messageSigning

    @Test(arguments: all)
    func `happy-flow: PA-03 TK-50 TK-52 two clients go the whole way, and what one holds is nothing to the other`(
        variant: Variant
    ) async throws {
        let run = try Run(variant)
        let answer = try await run.answer()
        #expect(answer["state"] == "af0ifjsldkj")
        #expect(answer["iss"] == Issuer.sample.text)
        #expect(answer.uri.fragment == nil && answer["id_token"] == nil)
        let tokens = try await run.redeem(try #require(answer["code"]))
        #expect(tokens.status == .ok)
        #expect(tokens.json?["token_type"] == (variant.constraint == .certificate ? "Bearer" : "DPoP"))
        let token = try #require(tokens.json?["access_token"]?.text)
        _ = try await run.claims(ofIDToken: tokens.json?["id_token"]?.text)
        #expect(await run.use(token, headers: Self.headers).status == .ok)
        let inQuery = FormFields([.init("access_token", token)])
        let refused = await run.plan.send(.get, run.resource, query: inQuery, certificate: run.first.certificate)
        #expect((400..<500).contains(refused.status.code))

        let nonce = WireText(String(repeating: "n", count: 43))
        var changes: [WireText: JSON?] = ["nonce": .text(nonce)]
        if variant.constraint == .proofOfPossession {
            changes["dpop_jkt"] = .text(run.second.prover.key.publicKey.thumbprint)
        }
        let other = try await run.answer(changes, by: run.second)
        #expect(other.uri.query?.hasPrefix("dummy1=lorem&dummy2=ipsum") == true)
        let others = try await run.redeem(try #require(other["code"]), by: run.second)
        let claims = try await run.claims(ofIDToken: others.json?["id_token"]?.text, for: run.second)
        #expect(claims["nonce"]?.text == nonce)
        let second = try #require(others.json?["access_token"]?.text)
        #expect(await run.use(second, by: run.second).status == .ok)
        // What it is bound to, and not who holds it, opens it.
        #expect(await run.use(second, by: run.first).status == .unauthorized)
    }

    /// Headers that the suite sends to a resource in turn, all of them good.
    private static let headers: [(FieldName, FieldValue)] = [
        ("x-fapi-interaction-id", "c770aef3-6784-41f7-8e0e-ff5f97bddb3a"),
        ("x-fapi-customer-ip-address", "2001:db8::1893:25c8:1946"),
        ("accept", "application/json;q=0.9, application/*;q=0.8, */*;q=0.1"), ("accept-charset", "UTF-8"),
    ]

    @Test(arguments: all)
    func `user-rejects-authentication: a no is told with nothing beside it`(variant: Variant) async throws {
        let run = try Run(variant)
        let state = WireText(String(repeating: "s", count: 128))
        let outcome = try await run.ask(["state": .text(state)], by: run.second, answering: .deny)
        let answer = try #require(outcome.answer)
        #expect(answer["error"] == "access_denied")
        #expect(answer["state"] == state)
        #expect(answer.uri.query?.hasPrefix("dummy1=lorem&dummy2=ipsum") == true)
        let names = Set(answer.parameters.members?.map(\.name) ?? [])
        #expect(
            names.subtracting(["error", "error_description", "error_uri", "state", "iss", "aud", "exp"])
                .isSubset(of: ["dummy1", "dummy2"])
        )
    }

    @Test(arguments: all)
    func `ensure-authorization-request-without-state-success`(variant: Variant) async throws {
        #expect(try await Run(variant).answer(["state": nil])["state"] == nil)
    }

    @Test(arguments: all)
    func `ensure-authorization-request-without-nonce-success`(variant: Variant) async throws {
        let run = try Run(variant)
        let tokens = try await run.redeem(try #require(try await run.answer(["nonce": nil])["code"]))
        #expect(try await run.claims(ofIDToken: tokens.json?["id_token"]?.text)["nonce"] == nil)
    }

    @Test(arguments: all, [64, 384])
    func `ensure-authorization-request-with-64-char-nonce-success, ensure-authorization-request-with-long-nonce`(
        variant: Variant,
        length: Int
    ) async throws {
        let run = try Run(variant)
        let nonce = WireText(String(repeating: "n", count: length))
        let tokens = try await run.redeem(try #require(try await run.answer(["nonce": .text(nonce)])["code"]))
        #expect(try await run.claims(ofIDToken: tokens.json?["id_token"]?.text)["nonce"]?.text == nonce)
    }

    @Test(arguments: all)
    func `ensure-authorization-request-with-long-state`(variant: Variant) async throws {
        let state = WireText(String(repeating: "s", count: 1_000))
        #expect(try await Run(variant).answer(["state": .text(state)])["state"] == state)
    }

    @Test(arguments: all)
    func `ensure-other-scope-order-succeeds`(variant: Variant) async throws {
        let scope: JSON = variant.isUK ? "accounts openid" : "profile openid"
        _ = try await Run(variant).answer(["scope": scope])
    }

    @Test(arguments: all)
    func `test-claims-parameter-identity-claims: every claim that is announced can be asked for, and others do no harm`(
        variant: Variant
    ) async throws {
        let run = try Run(variant)
        let document = await run.plan.send(.get, "/.well-known/openid-configuration").json
        #expect(document?["claims_parameter_supported"] == true)
        // Those of the protocol say what they say, whatever is asked of them.
        let own: Set<WireText> = [
            "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "openbanking_intent_id", "sid", "amr",
            "azp",
        ]
        let names = try #require(document?["claims_supported"]?.texts).filter { !own.contains($0) }
        let forms: [JSON] = [.null, ["essential": true], ["value": "nobody has this"], ["values": ["nor", "this"]]]
        var asked = names.enumerated().map { JSON.Member($1, forms[$0 % 2]) }
        asked.append(JSON.Member("unknown-1", forms[2]))
        asked.append(JSON.Member("unknown-2", forms[3]))
        var idToken = asked
        if variant.isUK {
            let consent = try await run.consent()
            idToken += Run.claims(consent)["id_token"]?.members ?? []
        }
        let claims: JSON = ["id_token": .object(idToken), "userinfo": .object(asked)]
        let scope: JSON = variant.isUK ? "openid accounts profile email" : "openid profile email"
        let tokens = try await run.redeem(
            try #require(try await run.answer(["claims": claims, "scope": scope])["code"])
        )
        let told = try await run.claims(ofIDToken: tokens.json?["id_token"]?.text)
        #expect(told["name"]?.text == "Anna Lindqvist")
        #expect(told["unknown-1"] == nil && told["unknown-2"] == nil)
        guard !variant.isUK else { return }
        let info = await run.use(try #require(tokens.json?["access_token"]?.text)).json
        #expect(info?["sub"] == told["sub"])
        #expect(info?["name"]?.text == "Anna Lindqvist")
        #expect(info?["unknown-1"] == nil)
    }

    @Test(arguments: all)
    func `access-token-type-header-case-sensitivity`(variant: Variant) async throws {
        let run = try Run(variant)
        let token = try await run.accessToken()
        let schemes: [WireText] =
            variant.constraint == .certificate ? ["bearer", "BEARER", "bEARER"] : ["dpop", "DPOP", "dPoP"]
        for scheme in schemes { #expect(await run.use(token, scheme: scheme).status == .ok) }
    }

    @Test(arguments: all, ["nonce", "state"] as [WireText])
    func
        `ensure-different-nonce-inside-and-outside-request-object, ensure-different-state-inside-and-outside-request-object: PA-06`(
            variant: Variant,
            name: WireText
        ) async throws
    {
        let run = try Run(variant)
        let answer = try await run.answer(beside: [.init(name, "outside")])
        #expect(answer["state"] == "af0ifjsldkj")
        let tokens = try await run.redeem(try #require(answer["code"]))
        let claims = try await run.claims(ofIDToken: tokens.json?["id_token"]?.text)
        #expect(claims["nonce"]?.text == "n-0S6_WzA2Mj")
    }

    @Test(arguments: all)
    func `state-only-outside-request-object-not-used: PA-06`(variant: Variant) async throws {
        let answer = try await Run(variant).answer(["state": nil], beside: [.init("state", "outside")])
        #expect(answer["state"] == nil)
    }

    // MARK: Requests that are refused

    @Test(arguments: all)
    func `ensure-request-object-without-redirect-uri-fails, ensure-redirect-uri-in-authorization-request`(
        variant: Variant
    ) async throws {
        try await Run(variant).ask(["redirect_uri": nil])
            .isRefused(push: ["invalid_request", "invalid_request_object"])
    }

    @Test(arguments: all)
    func `ensure-registered-redirect-uri, plain-fapi-tolerate-unregistered-redirect-uri: PA-02`(variant: Variant)
        async throws
    {
        try await Run(variant).ask(["redirect_uri": "https://evil.example/cb"])
            .isRefused(push: ["invalid_request", "invalid_request_object"])
    }

    @Test(arguments: all)
    func `ensure-unsigned-authorization-request-without-using-par-fails: PA-07`(variant: Variant) async throws {
        let run = try Run(variant)
        let members = try await run.parameters()
        let plain = FormFields(members.compactMap { name, value in value.text.map { .init(name, $0) } })
        try await run.open(plain).isRefused(redirect: ["invalid_request"])
    }

    @Test(arguments: all, ["code id_token", "token"])
    func `ensure-response-type-code-idtoken-fails, ensure-response-type-token-fails`(variant: Variant, type: String)
        async throws
    {
        let words: Set<WireText> = ["unsupported_response_type", "invalid_request", "unauthorized_client"]
        try await Run(variant).ask(["response_type": .text(WireText(type))]).isRefused(push: words, redirect: words)
    }

    // MARK: UK Open Banking

    @Test(arguments: all.ofUK)
    func `ensure-server-handles-non-matching-intent-id: SD-11 a consent of another client shows no page`(
        variant: Variant
    ) async throws {
        let run = try Run(variant)
        let consent = try await run.consent(of: run.first)
        for consent in [consent, "consent-of-nobody"] {
            let words: Set<WireText> = [
                "invalid_request", "invalid_request_object", "invalid_request_uri", "access_denied",
            ]
            try await run.ask(by: run.second, about: consent).isRefused(redirect: words)
        }
        #expect(try await run.answer(about: consent)["code"] != nil)
    }

    @Test(arguments: all.ofUK)
    func `test-essential-acr-sca-claim: AZ-61 the level that is asked for, or none`(variant: Variant) async throws {
        let run = try Run(variant)
        let consent = try await run.consent()
        let weaker = Run.claims(consent, acr: ["urn:openbanking:psd2:ca"])
        try await run.ask(["claims": weaker], about: consent).isRefused(redirect: ["access_denied"])
        let strong = Run.claims(consent, acr: ["urn:openbanking:psd2:sca"])
        let code = try #require(try await run.answer(["claims": strong], about: consent)["code"])
        let claims = try await run.claims(ofIDToken: try await run.redeem(code).json?["id_token"]?.text)
        #expect(claims["acr"]?.text == "urn:openbanking:psd2:sca")
        #expect(claims["openbanking_intent_id"]?.text == consent)
    }
}
