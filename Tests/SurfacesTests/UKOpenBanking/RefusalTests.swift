import Consents
import HTTP
import Surfaces
import Testing
import Text

/// Read/Write API 3.1.1, "HTTP Status Codes" and OBErrorResponse1.
struct RefusalTests {
    let surface = AccountAccessConsents()

    @Test(
        arguments: [
            (.tokenMissing, .unauthorized), (.tokenInvalid, .unauthorized), (.tokenKindWrong, .unauthorized),
            (.scopeLacking("accounts"), .forbidden), (.pathUnknown, .notFound),
            (.methodNotAllowed(allow: "GET"), .methodNotAllowed), (.notAcceptable, .notAcceptable),
            (.mediaTypeUnsupported, .unsupportedMediaType), (.bodyTooLarge, .contentTooLarge),
            (.quotaSpent(retryAfterSeconds: 7), .tooManyRequests),
        ] as [(SurfaceRefusal, Status)]
    )
    func `SD-15 what 3.1.1 answers without a body has none`(refusal: SurfaceRefusal, status: Status) {
        let response = surface.answer(refusal, reference: .reference)
        #expect(response.status == status)
        #expect(response.body.isEmpty)
        #expect(!response.fields.contains(.contentType))
    }

    @Test(
        arguments: [
            (.bodyMalformed, 400, "Resource.InvalidFormat", nil),
            (.fieldMissing(path: "Data"), 400, "Field.Missing", "Data"),
            (.fieldUnexpected(path: "Data.X"), 400, "Field.Unexpected", "Data.X"),
            (.fieldInvalid(path: "Data.Permissions"), 400, "Field.Invalid", "Data.Permissions"),
            (.dateInvalid(path: "Data.ExpirationDateTime"), 400, "Field.InvalidDate", "Data.ExpirationDateTime"),
            (.headerInvalid("x-fapi-auth-date"), 400, "Header.Invalid", "x-fapi-auth-date"),
            (.notFound, 400, "Resource.NotFound", "ConsentId"),
            (.notYours, 403, "Resource.ConsentMismatch", nil),
            (.permissionLacking, 403, "Resource.ConsentMismatch", nil),
            (.accountNotOpen, 403, "Resource.ConsentMismatch", nil),
            (.consent(.permissionsEmpty), 400, "Field.Invalid", "Data.Permissions"),
            (.consent(.permissionUnsupported(.readParty)), 400, "Field.Invalid", "Data.Permissions"),
            (.consent(.accountsPermissionMissing), 400, "Field.Invalid", "Data.Permissions"),
            (.consent(.transactionDirectionMissing), 400, "Field.Invalid", "Data.Permissions"),
            (.consent(.transactionDepthMissing), 400, "Field.Invalid", "Data.Permissions"),
            (.consent(.expiryInThePast), 400, "Field.InvalidDate", "Data.ExpirationDateTime"),
            (.consent(.expiryTooFar(days: 90)), 400, "Field.InvalidDate", "Data.ExpirationDateTime"),
            (.consent(.periodReversed), 400, "Field.InvalidDate", "Data.TransactionToDateTime"),
            (.consent(.impossible(in: .rejected)), 400, "Resource.InvalidConsentStatus", "ConsentId"),
            (.consent(.deleted), 400, "Resource.NotFound", "ConsentId"),
            (.consent(.otherThirdParty), 403, "Resource.ConsentMismatch", nil),
            (.unavailable(retryAfterSeconds: 1), 503, "UnexpectedError", nil),
            (.failed, 500, "UnexpectedError", nil),
        ] as [(SurfaceRefusal, Int, String, String?)]
    )
    func `SD-15 every other refusal has the error document of the contract`(
        refusal: SurfaceRefusal,
        status: Int,
        code: String,
        path: String?
    ) throws {
        let response = surface.answer(refusal, reference: .reference)
        #expect(response.status.code == status)
        #expect(response.fields.first(.contentType) == "application/json; charset=utf-8")
        let document = try #require(response.document)
        #expect(document["Code"]?.text?.hasPrefix(WireText("\(status) ")) == true)
        #expect(document["Id"]?.text == UUID.reference.text)
        #expect(document["Errors"]?.array?.count == 1)
        let error = try #require(document["Errors"]?.array?.first)
        #expect(error["ErrorCode"]?.text == WireText("UK.OBIE.\(code)"))
        #expect(error["Path"]?.text == path.map { WireText($0) })
        guard PublishedSchema.isThere else { return }
        #expect(PublishedSchema.seed.problems(of: document, as: "OBErrorResponse1") == [])
    }

    @Test(
        arguments: [
            (.tokenMissing, #"Bearer realm="assent""#), (.tokenInvalid, #"Bearer error="invalid_token""#),
            (.tokenKindWrong, #"Bearer error="invalid_token""#),
            (.scopeLacking("accounts"), #"Bearer error="insufficient_scope", scope="accounts""#),
            (.notYours, nil),
        ] as [(SurfaceRefusal, String?)]
    )
    func `a refused token is told by the header of RFC 6750`(refusal: SurfaceRefusal, challenge: String?) {
        let response = surface.answer(refusal, reference: .reference)
        #expect(response.fields.first(.wwwAuthenticate) == challenge.map { WireText($0) })
    }

    @Test
    func `a refusal says when to come back and what is allowed`() {
        let tooMany = surface.answer(.quotaSpent(retryAfterSeconds: 7), reference: .reference)
        #expect(tooMany.fields.first(.retryAfter) == "7")
        let unavailable = surface.answer(.unavailable(retryAfterSeconds: 3), reference: .reference)
        #expect(unavailable.fields.first(.retryAfter) == "3")
        let method = surface.answer(.methodNotAllowed(allow: "GET, DELETE"), reference: .reference)
        #expect(method.fields.first(.allow) == "GET, DELETE")
    }
}
