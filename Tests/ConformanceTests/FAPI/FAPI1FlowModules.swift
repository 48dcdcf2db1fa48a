import Crypto
import HTTP
import JOSE
import OAuth
import TestSupport
import Testing
import Text

/// Modules of `fapi1-advanced-final` in which the flow comes to its end: conformance.md 3.3.
struct FAPI1FlowModules {
    @Test(arguments: Variant.fapi1)
    func `fapi1-advanced-final: TK-50 two clients go the whole way, and what one holds is nothing to the other`(
        variant: Variant
    ) async throws {
        let run = try Run(variant)
        let answer = try await run.answer()
        #expect(answer["state"] == "af0ifjsldkj")
        #expect((answer.uri.fragment != nil) == (variant.responseType == .codeIDToken))
        let code = try #require(answer["code"])
        if variant.responseType == .codeIDToken {
            let front = try await run.claims(ofIDToken: answer["id_token"])
            #expect(front["s_hash"]?.text == Run.half(of: "af0ifjsldkj"))
            #expect(front["c_hash"]?.text == Run.half(of: code))
            #expect(front["nonce"]?.text == "n-0S6_WzA2Mj")
        }
        let tokens = try await run.redeem(code)
        #expect(tokens.status == .ok)
        #expect(tokens.json?["token_type"] == "Bearer")
        let token = try #require(tokens.json?["access_token"]?.text)
        let back = try await run.claims(ofIDToken: tokens.json?["id_token"]?.text)
        #expect(back["at_hash"]?.text == Run.half(of: token))
        #expect(back["nonce"]?.text == "n-0S6_WzA2Mj")

        #expect(await run.use(token, headers: Self.headers).status == .ok)
        #expect(await run.use(token, Run.Shown(certificate: .of(run.second))).status == .unauthorized)
        #expect(await run.use(token, Run.Shown(certificate: .none)).status == .unauthorized)
        // RFC 6750 §2.3 is not for open banking.
        let inQuery = FormFields([.init("access_token", token)])
        let refused = await run.plan.send(.get, run.resource, query: inQuery, certificate: run.first.certificate)
        #expect((400..<500).contains(refused.status.code))

        let nonce = WireText(String(repeating: "n", count: 43))
        let other = try await run.answer(["nonce": .text(nonce)], by: run.second)
        #expect(other.uri.query?.hasPrefix("dummy1=lorem&dummy2=ipsum") == true)
        let others = try await run.redeem(try #require(other["code"]), by: run.second)
        let claims = try await run.claims(ofIDToken: others.json?["id_token"]?.text, for: run.second)
        #expect(claims["nonce"]?.text == nonce)
        let second = try #require(others.json?["access_token"]?.text)
        #expect(await run.use(second, by: run.second).status == .ok)
    }

    /// Headers that the suite sends to a resource in turn, all of them good.
    private static let headers: [(FieldName, FieldValue)] = [
        ("x-fapi-interaction-id", "c770aef3-6784-41f7-8e0e-ff5f97bddb3a"),
        ("x-fapi-auth-date", "Mon, 02 Mar 2026 11:00:00 GMT"),
        ("x-fapi-customer-ip-address", "2001:db8::1893:25c8:1946"),
        ("accept", "application/json;q=0.9, application/*;q=0.8, */*;q=0.1"), ("accept-charset", "UTF-8"),
    ]

    @Test(arguments: Variant.fapi1)
    func `fapi1-advanced-final: a resource repeats the name of the interaction`(variant: Variant) async throws {
        let run = try Run(variant)
        let answer = await run.use(try await run.accessToken(), headers: Self.headers)
        #expect(answer.fields.first(.xFAPIInteractionID) == "c770aef3-6784-41f7-8e0e-ff5f97bddb3a")
        #expect(answer.fields.first(.contentType)?.hasPrefix("application/json") == true)
        #expect(answer.json?.members != nil)
    }

    @Test(arguments: Variant.fapi1)
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

    @Test(arguments: Variant.fapi1)
    func `ensure-request-object-with-multiple-aud-succeeds`(variant: Variant) async throws {
        let audiences: JSON = ["https://other.example", .text(Issuer.sample.text)]
        _ = try await Run(variant).answer(["aud": audiences])
    }

    @Test(arguments: Variant.fapi1)
    func `ensure-authorization-request-without-state-success`(variant: Variant) async throws {
        let run = try Run(variant)
        let answer = try await run.answer(["state": nil])
        #expect(answer["state"] == nil)
        guard variant.responseType == .codeIDToken else { return }
        #expect(try await run.claims(ofIDToken: answer["id_token"])["s_hash"] == nil)
    }

    @Test(arguments: Variant.fapi1.byValue)
    func `ensure-valid-pkce-succeeds: who sends a challenge is held to it`(variant: Variant) async throws {
        let run = try Run(variant)
        let challenge: [WireText: JSON?] = [
            "code_challenge": .text(Challenge.sampleText), "code_challenge_method": "S256",
        ]
        let code = try #require(try await run.answer(challenge)["code"])
        try await run.redeem(code).isRefused(["invalid_grant"])
        let tokens = try await run.redeem(code, changing: ["code_verifier": CodeRecord.sampleVerifier])
        #expect(tokens.status == .ok)
    }

    @Test(arguments: Variant.fapi1)
    func `ensure-other-scope-order-succeeds`(variant: Variant) async throws {
        let scope: JSON = variant.isUK ? "accounts openid" : "profile openid"
        _ = try await Run(variant).answer(["scope": scope])
    }

    @Test(arguments: Variant.fapi1, ["bearer", "BEARER", "bEARER"] as [WireText])
    func `access-token-type-header-case-sensitivity`(variant: Variant, scheme: WireText) async throws {
        let run = try Run(variant)
        #expect(await run.use(try await run.accessToken(), scheme: scheme).status == .ok)
    }

    @Test(arguments: Variant.fapi1, [64, 384])
    func `ensure-request-object-with-64-char-nonce-success, ensure-request-object-with-long-nonce`(
        variant: Variant,
        length: Int
    ) async throws {
        let run = try Run(variant)
        let nonce = WireText(String(repeating: "n", count: length))
        let answer = try await run.answer(["nonce": .text(nonce)])
        if let token = answer["id_token"] {
            #expect(try await run.claims(ofIDToken: token)["nonce"]?.text == nonce)
        }
        let tokens = try await run.redeem(try #require(answer["code"]))
        #expect(try await run.claims(ofIDToken: tokens.json?["id_token"]?.text)["nonce"]?.text == nonce)
    }

    @Test(arguments: Variant.fapi1)
    func `ensure-request-object-with-long-state`(variant: Variant) async throws {
        let state = WireText(String(repeating: "s", count: 1_000))
        #expect(try await Run(variant).answer(["state": .text(state)])["state"] == state)
    }

    @Test(arguments: Variant.fapi1)
    func `ensure-different-nonce-inside-and-outside-request-object: RO-06 the one that was signed comes back`(
        variant: Variant
    ) async throws {
        let run = try Run(variant)
        let answer = try await run.answer(beside: [.init("nonce", "outside")])
        let tokens = try await run.redeem(try #require(answer["code"]))
        let claims = try await run.claims(ofIDToken: tokens.json?["id_token"]?.text)
        #expect(claims["nonce"]?.text == "n-0S6_WzA2Mj")
    }

    @Test(arguments: Variant.fapi1)
    func `state-only-outside-request-object-not-used: RO-06`(variant: Variant) async throws {
        let run = try Run(variant)
        let answer = try await run.answer(["state": nil], beside: [.init("state", "outside")])
        #expect(answer["state"] == nil)
        guard variant.responseType == .codeIDToken else { return }
        #expect(try await run.claims(ofIDToken: answer["id_token"])["s_hash"] == nil)
    }

    @Test(arguments: Variant.fapi1)
    func `ensure-response-mode-query: no code is ever in the query, but in a JWT`(variant: Variant) async throws {
        let outcome = try await Run(variant).ask(["response_mode": "query"])
        outcome.isRefused(push: ["invalid_request", "invalid_request_object"], redirect: ["invalid_request"])
        guard let answer = outcome.answer, !variant.answersAreSigned else { return }
        #expect(answer.uri.query == nil)
    }

    @Test(arguments: Variant.fapi1)
    func `refresh-token: TK-44 a refresh takes the client, its certificate, and its own token`(variant: Variant)
        async throws
    {
        let run = try Run(variant)
        let asked: [WireText: JSON?] =
            variant.isUK ? [:] : ["scope": "openid offline_access", "prompt": "consent"]
        let tokens = try await run.redeem(try #require(try await run.answer(asked)["code"]))
        let first = try await run.claims(ofIDToken: tokens.json?["id_token"]?.text)
        let token = try #require(tokens.json?["refresh_token"]?.text)
        let form = FormFields([.init("grant_type", "refresh_token"), .init("refresh_token", token)])

        try await run.post("/token", form, by: run.second).isRefused(["invalid_grant"])
        let errors: Set<WireText> = ["invalid_client", "invalid_grant", "invalid_request"]
        try await run.post("/token", form, Run.Shown(certificate: .none)).isRefused(errors)
        if variant.authentication == .privateKeyJWT {
            try await run.post("/token", form, Run.Shown(assertion: .none)).isRefused(errors)
        }
        let renewed = try await run.post("/token", form)
        #expect(renewed.status == .ok)
        #expect(renewed.fields.first(.cacheControl) == "no-store")
        if let text = renewed.json?["id_token"]?.text {
            let claims = try await run.claims(ofIDToken: text)
            #expect(claims["sub"] == first["sub"] && claims["auth_time"] == first["auth_time"])
            #expect(claims["nonce"] == nil || claims["nonce"] == first["nonce"])
        }
        let access = try #require(renewed.json?["access_token"]?.text)
        #expect(access != tokens.json?["access_token"]?.text)
        #expect(await run.use(access).status == .ok)
    }
}
