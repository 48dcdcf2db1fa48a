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
}
