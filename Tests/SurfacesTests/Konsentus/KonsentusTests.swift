import Consents
import HTTP
import Surfaces
import TestSupport
import Testing
import Text

/// What the bank's own back end is told, and what it may send.
struct KonsentusTests {
    let surface = Konsentus().served(from: "https://bank.example")

    @Test(
        arguments: [
            (.credentialInvalid, 401, "authentication_failed"), (.tokenMissing, 401, "ccg_token_invalid"),
            (.tokenInvalid, 401, "ccg_token_invalid"), (.tokenKindWrong, 401, "ccg_token_invalid"),
            (.permissionLacking, 403, "forbidden"), (.scopeLacking("accounts"), 403, "psp_forbidden"),
            (.notYours, 403, "psp_forbidden"), (.consent(.otherThirdParty), 403, "psp_forbidden"),
            (.headerInvalid("version"), 400, "header_invalid"), (.bodyMalformed, 400, "body_malformed"),
            (.fieldMissing(path: "auth_code"), 400, "parameter_missing"),
            (.fieldUnexpected(path: "x"), 400, "parameter_invalid"),
            (.fieldInvalid(path: "scope"), 400, "parameter_invalid"), (.accountNotOpen, 400, "parameter_invalid"),
            (.codeInvalid, 400, "auth_code_invalid"), (.redirectUnregistered, 400, "redirect_uri_invalid"),
            (.notFound, 400, "consent_unknown"), (.consent(.deleted), 400, "consent_unknown"),
            (.consent(.impossible(in: .revoked)), 400, "consent_state"), (.consent(.expired), 400, "consent_state"),
            (.consent(.otherPerson), 400, "consent_state"), (.pathUnknown, 404, "path_unknown"),
            (.methodNotAllowed(allow: "POST"), 405, "method_not_allowed"),
            // 415 is not among the contract's statuses.
            (.mediaTypeUnsupported, 406, "content_type_unacceptable"), (.bodyTooLarge, 413, "body_too_large"),
            (.quotaSpent(retryAfterSeconds: 7), 429, "too_many_requests"), (.failed, 500, "server_error"),
            (.unavailable(retryAfterSeconds: 1), 503, "unavailable"),
        ] as [(SurfaceRefusal, Int, WireText)]
    )
    func `SD-15 a refusal has the four texts of the contract, and a link to a page of ours`(
        refusal: SurfaceRefusal,
        status: Int,
        code: WireText
    ) throws {
        let response = surface.answer(refusal, reference: .reference)
        #expect(response.status.code == status)
        let document = try #require(response.document)
        #expect(document.members?.map(\.name) == ["errors"])
        let error = try #require(document["errors"]?.array?.first)
        #expect(error.members?.map(\.name) == ["id", "code", "title", "link"])
        #expect(error["id"]?.text == UUID.reference.text)
        #expect(error["code"]?.text == code)
        #expect(error["title"]?.text?.isEmpty == false)
        #expect(error["link"]?.text == WireText("https://bank.example/help/errors/\(code)"))
        #expect(response.fields.contains(.wwwAuthenticate) == (status == 401))
    }

    @Test
    func `a refusal says when to come back and what is allowed`() {
        let tooMany = surface.answer(.quotaSpent(retryAfterSeconds: 7), reference: .reference)
        #expect(tooMany.fields.first(.retryAfter) == "7")
        let method = surface.answer(.methodNotAllowed(allow: "POST"), reference: .reference)
        #expect(method.fields.first(.allow) == "POST")
    }

    @Test
    func `the request of the contract's page is read, once its comma is gone`() throws {
        let body = #"{"auth_code": "333a5720w2jhklq14t", "redirect_uri": "https://www.google.com"}"#
        let redemption = try CodeRedemption(Array(body.utf8))
        #expect(redemption.code == "333a5720w2jhklq14t")
        #expect(redemption.redirectURI == "https://www.google.com")
        #expect(redemption.verifier == nil)
        let broken = body.replacing("}", with: ",}")
        #expect(throws: SurfaceRefusal.bodyMalformed) { try CodeRedemption(Array(broken.utf8)) }
    }

    @Test(
        arguments: [
            (#"{"redirect_uri":"u"}"#, .fieldMissing(path: "auth_code")),
            (#"{"auth_code":"c"}"#, .fieldMissing(path: "redirect_uri")),
            (#"{"auth_code":"","redirect_uri":"u"}"#, .fieldInvalid(path: "auth_code")),
            (#"{"auth_code":["c"],"redirect_uri":"u"}"#, .fieldInvalid(path: "auth_code")),
            (#"{"auth_code":"c","redirect_uri":"u","client_id":"x"}"#, .fieldUnexpected(path: "client_id")),
            (#"{"auth_code":"c","auth_code":"d","redirect_uri":"u"}"#, .bodyMalformed), ("[]", .bodyMalformed),
        ] as [(String, SurfaceRefusal)]
    )
    func `a body with one thing wrong is no redemption`(body: String, refusal: SurfaceRefusal) {
        #expect(throws: refusal) { try CodeRedemption(Array(body.utf8)) }
    }

    @Test(arguments: ["account", "accounts"])
    func `a code is ordered for accounts, in the words of both generations`(scope: String) throws {
        let order = try CodeOrder(Array(Self.order(scope: scope).utf8))
        #expect(order.consent == "urn-examplebank-intent-12345")
        #expect(order.account == "account-1")
        #expect(order.state == "s")
    }

    @Test(arguments: ["payment", "payments", "openid accounts", "Accounts", "fundsconfirmations"])
    func `money moves are refused`(scope: String) {
        #expect(throws: SurfaceRefusal.fieldInvalid(path: "scope")) {
            try CodeOrder(Array(Self.order(scope: scope).utf8))
        }
    }

    private static func order(scope: String) -> String {
        """
        {"consent_id": "urn-examplebank-intent-12345", "psu_account_id": "account-1",
         "redirect_uri": "https://c.example/cb", "scope": "\(scope)", "state": "s"}
        """
    }

    @Test(
        arguments: [
            ("application/json", "1", nil), ("application/json; charset=utf-8", "1", nil),
            ("text/json", "1", .mediaTypeUnsupported), (nil, "1", .mediaTypeUnsupported),
            ("application/json", nil, .headerInvalid("version")), ("application/json", "2", .headerInvalid("version")),
            ("application/json", "1 ", .headerInvalid("version")),
        ] as [(WireText?, WireText?, SurfaceRefusal?)]
    )
    func `a request says what it is and which version it speaks`(
        type: WireText?,
        version: WireText?,
        refusal: SurfaceRefusal?
    ) {
        var lines: [(FieldName, WireText)] = []
        if let type { lines.append((.contentType, type)) }
        if let version, version != "1 " { lines.append(("version", version)) }
        if version == "1 " { lines += [("version", "1"), ("version", "1")] }
        let request = Request.sample(.post, "/v1/obie/tokens", lines)
        var met: SurfaceRefusal?
        do { try surface.admit(request, for: .konsentus(.redeem)) } catch { met = error }
        #expect(met == refusal)
    }

    @Test
    func `a consent whose accounts were named elsewhere is none of the bank's to give`() {
        #expect(surface.canSpell(.sample()))
        #expect(!surface.canSpell(.sample(namedAccounts: ["GB29NWBK60161331926819"])))
    }
}
