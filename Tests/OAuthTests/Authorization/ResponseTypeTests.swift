import OAuth
import TestSupport
import Testing
import Text

struct ResponseTypeTests {
    @Test
    func `a type is read with its values in any order`() {
        #expect(ResponseType("code") == .code)
        #expect(ResponseType("code id_token") == .codeIDToken)
        #expect(ResponseType("id_token code") == .codeIDToken)
        for type in ResponseType.allCases { #expect(ResponseType(WireText(type.rawValue)) == type) }
    }

    @Test(
        arguments: [
            "", "token", "id_token", "id_token token", "code token", "token code", "code id_token token", "none code",
            "code code",
            "CODE", "Code", "code ", " code", "code  id_token", "code\tid_token", "code,id_token", "code+id_token",
            "code id_token id_token", "cod\u{FF45}", "code\u{0}",
        ] as [WireText]
    )
    func `AZ-24 no other type is read`(text: WireText) {
        #expect(ResponseType(text) == nil)
    }

    @Test
    func `a mode is read by its name`() {
        for mode in ResponseMode.allCases { #expect(ResponseMode(WireText(mode.rawValue)) == mode) }
    }

    @Test(
        arguments: [
            "", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt", "web_message", "QUERY", "query ", "none",
            "form-post",
        ] as [WireText]
    )
    func `AZ-25 no other mode is read`(text: WireText) {
        #expect(ResponseMode(text) == nil)
    }

    @Test
    func `AZ-25 an ID token never stands in a query`() {
        #expect(!ResponseMode.query.fits(.codeIDToken))
        #expect(ResponseMode.query.fits(.code))
        for mode in [ResponseMode.fragment, .formPost] {
            for type in ResponseType.allCases { #expect(mode.fits(type)) }
        }
        for type in ResponseType.allCases { #expect(type.defaultMode.fits(type)) }
    }
}
