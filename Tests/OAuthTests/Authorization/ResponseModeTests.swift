import JOSE
import OAuth
import TestSupport
import Testing
import Text

struct ResponseModeTests {
    @Test
    func `AZ-28 a mode is read by its name, and jwt alone is the mode of the type`() {
        for type in ResponseType.allCases {
            for name in ResponseMode.names { #expect(ResponseMode(name, for: type) != nil) }
            #expect(ResponseMode("query", for: type) == .query)
            #expect(ResponseMode("fragment", for: type) == .fragment)
            #expect(ResponseMode("form_post", for: type) == .formPost)
            #expect(ResponseMode("form_post.jwt", for: type) == ResponseMode.formPost.signed)
            #expect(ResponseMode("jwt", for: type) == type.defaultMode.signed)
        }
        #expect(ResponseMode("jwt", for: .code)?.carrier == .query)
        #expect(ResponseMode("jwt", for: .codeIDToken)?.carrier == .fragment)
        #expect(ResponseMode.query.signed.isSigned && !ResponseMode.query.isSigned)
    }

    @Test(
        arguments: [
            "", "web_message", "QUERY", "query ", "none", "form-post", "JWT", "jwt.query", "query.JWT", ".jwt",
        ] as [WireText]
    )
    func `AZ-25 no other mode is read`(text: WireText) {
        #expect(ResponseMode(text, for: .code) == nil)
    }

    @Test
    func `AZ-25 an ID token never stands in a query, signed or not`() {
        #expect(!ResponseMode.query.fits(.codeIDToken) && !ResponseMode.query.signed.fits(.codeIDToken))
        #expect(ResponseMode.query.fits(.code) && ResponseMode.query.signed.fits(.code))
        for mode in [ResponseMode.fragment, .formPost] {
            for type in ResponseType.allCases { #expect(mode.fits(type) && mode.signed.fits(type)) }
        }
        for type in ResponseType.allCases { #expect(type.defaultMode.fits(type)) }
    }

    @Test
    func `AZ-25 a signed answer is for who has registered for it`() throws {
        let plain = Client.sample
        let signed = Client.sample(frontChannel: FrontChannel(answerAlgorithm: .es256))
        #expect(!ResponseMode.query.signed.isAllowed(to: plain) && ResponseMode.query.isAllowed(to: plain))
        #expect(ResponseMode.query.signed.isAllowed(to: signed))
        let form = FormFields.sampleAuthorization.setting("response_mode", "jwt")
        #expect(throws: Refusal.responseModeUnsupported) { try AuthorizationRequest.read(form, by: plain) }
        #expect(try RedirectionTarget(AuthorizationFields(form), client: plain).mode == .query)
        #expect(try AuthorizationRequest.read(form, by: signed).target.mode == ResponseMode.query.signed)
        // An error is signed too, even where the response type is what is wrong.
        let wrong = AuthorizationFields(form.setting("response_type", "token"))
        #expect(try RedirectionTarget(wrong, client: signed).mode.isSigned)
    }
}
