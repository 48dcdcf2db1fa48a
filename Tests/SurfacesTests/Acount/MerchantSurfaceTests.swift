import Consents
import HTTP
import Surfaces
import Testing
import Text

struct MerchantSurfaceTests {
    let surface = MerchantConsents()

    @Test(
        arguments: [
            (.tokenMissing, 401, "UNAUTHENTICATED"), (.tokenInvalid, 401, "UNAUTHENTICATED"),
            (.credentialInvalid, 401, "UNAUTHENTICATED"), (.scopeLacking("ais:balance:read"), 403, "PERMISSION_DENIED"),
            (.notFound, 404, "NOT_FOUND"), (.notYours, 404, "NOT_FOUND"),
            (.consent(.otherThirdParty), 404, "NOT_FOUND"), (.pathUnknown, 404, "NOT_FOUND"),
            (.methodNotAllowed(allow: "GET"), 405, "UNIMPLEMENTED"), (.mediaTypeUnsupported, 415, "INVALID_ARGUMENT"),
            (.bodyTooLarge, 413, "INVALID_ARGUMENT"), (.bodyMalformed, 400, "INVALID_ARGUMENT"),
            (.fieldMissing(path: "permissions"), 400, "INVALID_ARGUMENT"),
            (.fieldUnexpected(path: "x"), 400, "INVALID_ARGUMENT"),
            (.fieldInvalid(path: "permissions"), 400, "INVALID_ARGUMENT"),
            (.dateInvalid(path: "expirationDateTime"), 400, "INVALID_ARGUMENT"),
            (.redirectUnregistered, 400, "INVALID_ARGUMENT"),
            (.consent(.permissionUnsupported(.readBalances)), 400, "INVALID_ARGUMENT"),
            (.consent(.expiryInThePast), 400, "INVALID_ARGUMENT"),
            (.consent(.expiryTooFar(days: 90)), 400, "INVALID_ARGUMENT"),
            (.consent(.impossible(in: .revoked)), 409, "FAILED_PRECONDITION"),
            (.consent(.expired), 409, "FAILED_PRECONDITION"), (.consent(.deleted), 409, "FAILED_PRECONDITION"),
            (.quotaSpent(retryAfterSeconds: 7), 429, "RESOURCE_EXHAUSTED"), (.failed, 500, "INTERNAL"),
            (.unavailable(retryAfterSeconds: 1), 503, "UNAVAILABLE"),
        ] as [(SurfaceRefusal, Int, WireText)]
    )
    func `SD-15 a refusal has the shape of Token io`(refusal: SurfaceRefusal, status: Int, code: WireText) throws {
        let response = surface.answer(refusal, reference: .reference)
        #expect(response.status.code == status)
        let error = try #require(response.document?["error"])
        #expect(response.document?.members?.count == 1)
        #expect(error.members?.map(\.name) == ["errorCode", "message", "requestId"])
        #expect(error["errorCode"]?.text == code)
        #expect(error["requestId"]?.text == UUID.reference.text)
        #expect(response.fields.contains(.wwwAuthenticate) == (status == 401))
    }

    @Test
    func `SD-02 somebody else's and nobody's are one answer`() {
        let bodies = [SurfaceRefusal.notFound, .notYours, .consent(.otherThirdParty)].map {
            surface.answer($0, reference: .reference).body
        }
        #expect(Set(bodies).count == 1)
    }

    @Test(
        arguments: [
            (["93bac548-d2de-4546-b106-880a5018460d"], "93bac548-d2de-4546-b106-880a5018460d"), ([], nil),
            (["<b>"], nil), (["93bac548-d2de-4546-b106-880a5018460d", "93bac548-d2de-4546-b106-880a5018460d"], nil),
            ([""], nil),
        ] as [([WireText], WireText?)]
    )
    func `SD-04 a request is called what it calls itself where that is one UUID`(sent: [WireText], name: WireText?) {
        let request = Request.sample(.get, "/v1/ais/consents/1", sent.map { (.xRequestID, $0) })
        let reference = surface.reference(of: request, orElse: .reference)
        #expect(reference.text == name ?? UUID.reference.text)
        let response = surface.complete(.empty(.ok), to: request, reference: reference)
        #expect(response.fields.all(.xRequestID) == [reference.text])
    }

    @Test
    func `SD-01 consents take a merchant's token, and tokens a partner's credentials`() {
        #expect(surface.routes.allSatisfy { $0.credential == .merchant })
        #expect(MerchantTokens().routes.allSatisfy { $0.credential == .partner })
    }
}
