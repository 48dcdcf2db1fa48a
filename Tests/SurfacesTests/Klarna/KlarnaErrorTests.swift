import Consents
import HTTP
import Surfaces
import Testing
import Text

/// How refusals are spelled: seed-contracts 3.8.
struct KlarnaErrorTests {
    let surface = KlarnaXS2A()

    @Test(
        arguments: [
            (.tokenMissing, 401, "TECHNICAL.UNAUTHORIZED", nil), (.tokenInvalid, 401, "TECHNICAL.UNAUTHORIZED", nil),
            (.tokenKindWrong, 401, "TECHNICAL.UNAUTHORIZED", nil),
            (.scopeLacking("accounts"), 401, "TECHNICAL.UNAUTHORIZED", nil),
            (.credentialInvalid, 401, "TECHNICAL.UNAUTHORIZED", nil),
            (.pathUnknown, 404, "TECHNICAL.NOT_FOUND", nil),
            (.methodNotAllowed(allow: "POST"), 405, "TECHNICAL.METHOD_NOT_ALLOWED", nil),
            (.mediaTypeUnsupported, 415, "TECHNICAL.UNSUPPORTED_MEDIA_TYPE", nil),
            (.notAcceptable, 406, "TECHNICAL.NOT_ACCEPTABLE", nil),
            (.bodyTooLarge, 413, "TECHNICAL.BODY_TOO_LARGE", nil),
            (.headerInvalid("accept"), 400, "TECHNICAL.INVALID_REQUEST", "accept"),
            (.bodyMalformed, 400, "TECHNICAL.INVALID_REQUEST", nil),
            (.fieldMissing(path: "psu"), 400, "TECHNICAL.INVALID_REQUEST", "psu"),
            (.fieldUnexpected(path: "consent_scope.transfer"), 400, "NOT_SUPPORTED", "consent_scope.transfer"),
            (.fieldInvalid(path: "offset"), 400, "TECHNICAL.INVALID_REQUEST", "offset"),
            (.dateInvalid(path: "from_date"), 400, "TECHNICAL.INVALID_REQUEST", "from_date"),
            (.redirectUnregistered, 400, "TECHNICAL.INVALID_REQUEST", "redirect_return_url"),
            (.codeInvalid, 400, "TECHNICAL.INVALID_REQUEST", nil),
            (.notFound, 404, "TECHNICAL.NOT_FOUND", nil), (.notYours, 404, "TECHNICAL.NOT_FOUND", nil),
            (.sessionUnknown, 404, "TECHNICAL.NOT_FOUND", nil),
            (.consent(.otherThirdParty), 404, "TECHNICAL.NOT_FOUND", nil),
            (.sessionEnded, 400, "USER.SESSION.TIMEOUT", nil),
            (.notRetrievable, 400, "CONSENT.NOT_RETRIEVABLE", nil),
            (.consentTokenInvalid, 400, "CONSENT.TOKEN_INVALID", nil),
            (.consentTokenUsed, 400, "CONSENT.TOKEN_USED", nil),
            (.quotaSpent(retryAfterSeconds: 9), 429, "CONSENT.QUOTA_EXCEEDED", nil),
            (.permissionLacking, 400, "CONSENT.RESOURCE_NOT_GRANTED", nil),
            (.accountNotOpen, 400, "CONSENT.RESOURCE_NOT_GRANTED", nil),
            (.consent(.expired), 400, "CONSENT.EXPIRED", nil),
            (.consent(.deleted), 400, "CONSENT.REVOKED", nil),
            (.consent(.impossible(in: .revoked)), 400, "CONSENT.REVOKED", nil),
            (.consent(.impossible(in: .rejected)), 400, "CONSENT.NOT_AVAILABLE", nil),
            (.consent(.otherPerson), 400, "CONSENT.NOT_AVAILABLE", nil),
            (.consent(.noAccount), 400, "CONSENT.NOT_AVAILABLE", nil),
            (.consent(.accountUnknown), 400, "CONSENT.NOT_AVAILABLE", nil),
            (.consent(.accountRepeated), 400, "CONSENT.NOT_AVAILABLE", nil),
            (.consent(.permissionUnsupported(.readBalances)), 400, "NOT_SUPPORTED", "consent_scope"),
            (.consent(.permissionsEmpty), 400, "TECHNICAL.INVALID_REQUEST", "consent_scope"),
            (.consent(.accountsPermissionMissing), 400, "TECHNICAL.INVALID_REQUEST", "consent_scope"),
            (.consent(.transactionDirectionMissing), 400, "TECHNICAL.INVALID_REQUEST", "consent_scope"),
            (.consent(.transactionDepthMissing), 400, "TECHNICAL.INVALID_REQUEST", "consent_scope"),
            (.consent(.expiryInThePast), 400, "TECHNICAL.INVALID_REQUEST", "consent_scope.lifetime"),
            (.consent(.expiryTooFar(days: 90)), 400, "TECHNICAL.INVALID_REQUEST", "consent_scope.lifetime"),
            (.consent(.periodReversed), 400, "TECHNICAL.INVALID_REQUEST", "consent_scope.transactions.to_date"),
            (.unavailable(retryAfterSeconds: 1), 503, "MAINTENANCE", nil), (.failed, 500, "TECHNICAL", nil),
        ] as [(SurfaceRefusal, Int, WireText, WireText?)]
    )
    func `SD-15 every refusal has its dotted code, and the field where one is at fault`(
        refusal: SurfaceRefusal,
        status: Int,
        code: WireText,
        location: WireText?
    ) throws {
        let response = surface.answer(refusal, reference: .reference)
        #expect(response.status.code == status)
        #expect(response.fields.first(.contentType) == "application/json;charset=utf-8")
        let error = try #require(response.document?["error"])
        #expect(error["code"]?.text == code)
        #expect(error["message"]?.text?.isEmpty == false)
        #expect(error["errors"]?.array?.first?["location"]?.text == location)
        #expect(response.document?["consent_token"] == nil)
        #expect(response.fields.contains(.wwwAuthenticate) == (status == 401))
        #expect(response.fields.contains(.retryAfter) == (status == 429 || status == 503))
        #expect(response.fields.contains(.allow) == (status == 405))
        // What is not there and what is another's are the same, letter for letter.
        if status == 404, refusal != .pathUnknown {
            #expect(response.body == surface.answer(.sessionUnknown, reference: .reference).body)
        }
    }

    @Test func `SD-40 the successor stands beside the error and not below data`() throws {
        let document = try #require(surface.answer(.permissionLacking, successor: "next").document)
        #expect(document["consent_token"]?.text == "next")
        #expect(document["error"]?["code"]?.text == "CONSENT.RESOURCE_NOT_GRANTED")
        #expect(document["data"] == nil)
    }

    @Test(
        arguments: [
            (.refused, "USER.ABORTED"), (.timedOut, "USER.SESSION.TIMEOUT"), (.failed, "TECHNICAL"), (.waiting, nil),
            (.finished, nil),
        ] as [(AccessFlow.State, WireText?)]
    )
    func `a flow says why it came to nothing`(state: AccessFlow.State, code: WireText?) {
        #expect(KlarnaError(state)?.code == code)
    }
}
