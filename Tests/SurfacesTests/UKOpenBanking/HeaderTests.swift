import HTTP
import Surfaces
import Testing
import Text

struct HeaderTests {
    let surface = AccountAccessConsents()
    private let sent: WireText = "93bac548-d2de-4546-b106-880a5018460d"

    @Test(arguments: ["93bac548-d2de-4546-b106-880a5018460d", "93BAC548-D2DE-4546-B106-880A5018460D"])
    func `SD-04 an interaction id that is one is played back letter for letter`(id: String) {
        let request = Request.sample(.get, [(.xFAPIInteractionID, WireText(id))])
        let response = surface.complete(.empty(.noContent), to: request, reference: .reference)
        #expect(response.fields.all(.xFAPIInteractionID) == [WireText(id)])
    }

    @Test(
        arguments: [
            [], [""], ["x"], ["93bac548-d2de-4546-b106-880a5018460"], ["93bac548-d2de-4546-b106-880a5018460d0"],
            ["<script>alert(1)</script>"], ["93bac548d2de4546b106880a5018460d"],
            ["{93bac548-d2de-4546-b106-880a5018460d}"], ["93bac548-d2de-4546-b106-880a5018460d, x"],
            ["93bac548-d2de-4546-b106-880a5018460d", "93bac548-d2de-4546-b106-880a5018460d"],
            [String(repeating: "a", count: 10_240)],
        ]
    )
    func `SD-04 anything else is replaced by a new one`(values: [String]) {
        let request = Request.sample(.get, values.map { (.xFAPIInteractionID, WireText($0)) })
        let response = surface.complete(.empty(.noContent), to: request, reference: .reference)
        #expect(response.fields.all(.xFAPIInteractionID) == [UUID.reference.text])
    }

    @Test(
        arguments: [
            .fieldMissing(path: "Data"), .tokenMissing, .notYours, .pathUnknown, .methodNotAllowed(allow: "GET"),
            .bodyTooLarge, .mediaTypeUnsupported, .failed,
        ] as [SurfaceRefusal]
    )
    func `SD-04 every refusal plays the interaction id back`(refusal: SurfaceRefusal) {
        let request = Request.sample(.get, [(.xFAPIInteractionID, sent)])
        let answer = surface.answer(refusal, reference: .reference)
        let response = surface.complete(answer, to: request, reference: .reference)
        #expect(response.fields.all(.xFAPIInteractionID) == [sent])
        #expect(response.status == answer.status)
        #expect(response.body == answer.body)
    }

    @Test
    func `no answer is kept by a cache`() {
        let response = surface.complete(.empty(.noContent), to: .sample(), reference: .reference)
        #expect(response.fields.all(.cacheControl) == ["no-store"])
    }

    @Test(
        arguments: [
            ("application/json", nil), ("application/json; charset=utf-8", nil), ("Application/JSON;q=1", nil),
            (nil, .mediaTypeUnsupported), ("", .mediaTypeUnsupported), ("text/json", .mediaTypeUnsupported),
            ("application/jose+jwe", .mediaTypeUnsupported), ("application/json, text/html", .mediaTypeUnsupported),
            ("application/x-www-form-urlencoded", .mediaTypeUnsupported), ("application/*", .mediaTypeUnsupported),
            ("application/json5", .mediaTypeUnsupported),
        ] as [(WireText?, SurfaceRefusal?)]
    )
    func `a body that is not said to be JSON is refused`(type: WireText?, refusal: SurfaceRefusal?) {
        let request = Request.sample(.post, type.map { [(.contentType, $0)] } ?? [])
        #expect(admission(request, of: .post) == refusal)
    }

    @Test
    func `what is said about a body that is not there does not matter`() {
        let lines: [(FieldName, WireText)] = [(.contentType, "text/plain"), (.accept, "*/*")]
        #expect(admission(.sample(.get, lines), of: .get) == nil)
        #expect(admission(.sample(.delete, lines), of: .delete) == nil)
    }

    @Test(
        arguments: [
            (nil, nil), ("*/*", nil), ("application/json", nil), ("application/json; charset=utf-8", nil),
            ("text/html, application/*;q=0.1", nil), ("text/html", .notAcceptable),
            ("application/jose+jwe", .notAcceptable), ("application/json;q=0", .notAcceptable),
            ("*/*, application/json;q=0", .notAcceptable),
        ] as [(WireText?, SurfaceRefusal?)]
    )
    func `an answer that could not be read is not made`(accepted: WireText?, refusal: SurfaceRefusal?) {
        let accept: [(FieldName, WireText)] = accepted.map { [(.accept, $0)] } ?? []
        #expect(admission(.sample(.get, accept), of: .get) == refusal)
        #expect(admission(.sample(.post, accept + [(.contentType, "application/json")]), of: .post) == refusal)
        // There is no answer to read.
        #expect(admission(.sample(.delete, accept), of: .delete) == nil)
    }

    @Test(arguments: ["x-fapi-customer-last-logged-time", "x-fapi-auth-date"] as [FieldName])
    func `the date of the customer's login has the form of the description`(name: FieldName) {
        for value: WireText in ["Sun, 10 Sep 2017 19:43:31 UTC", "Tue, 11 Sep 2012 19:43:31 GMT"] {
            #expect(admission(.sample(.get, [(name, value)]), of: .get) == nil)
        }
        let malformed: [WireText] = [
            "", "Sun, 10 Sep 2017 19:43:31", "Sun, 10 Sep 2017 19:43:31 CET", "Sun 10 Sep 2017 19:43:31 GMT",
            "Sun, 1 Sep 2017 19:43:31 GMT", "Sunday, 10 Sep 2017 19:43:31 GMT", "2017-09-10T19:43:31Z",
            "Sun,  10 Sep 2017 19:43:31 GMT", "Sun, 10 sep 2017 19:43:31 GMT", "Sun, 10 Sep 2017 19:43 GMT",
        ]
        for value in malformed {
            #expect(admission(.sample(.get, [(name, value)]), of: .get) == .headerInvalid(name))
        }
        let twice: [(FieldName, WireText)] = [(name, "Sun, 10 Sep 2017 19:43:31 UTC"), (name, "x")]
        #expect(admission(.sample(.get, twice), of: .get) == .headerInvalid(name))
    }

    @Test
    func `SD-14 what a third party says about its customer is neither needed nor believed`() {
        let lines: [(FieldName, WireText)] = [
            ("x-fapi-financial-id", "anything"), ("x-fapi-customer-ip-address", "999.1.1.1"),
            ("x-customer-user-agent", "<b>"), (.xIdempotencyKey, "k"), (.xJWSSignature, "j"),
        ]
        #expect(admission(.sample(.get, lines), of: .get) == nil)
    }

    /// Whether the act of a method refuses a request for its header.
    private func admission(_ request: Request, of method: Method) -> SurfaceRefusal? {
        guard let route = surface.routes.first(where: { $0.method == method }) else { return .pathUnknown }
        do { try surface.admit(request, for: route.act) } catch { return error }
        return nil
    }
}

extension Request {
    fileprivate static func sample(_ method: Method, _ lines: [(FieldName, WireText)]) -> Request {
        .sample(method, "/open-banking/v3.1/aisp/account-access-consents", query: nil, lines)
    }
}
