import OAuth
import TestSupport
import Testing
import Text

struct TokenAnswerTests {
    @Test
    func `TK-32 an answer says what RFC 6749 wants it to say`() {
        let answer = TokenAnswer(
            accessToken: "a.b.c",
            expiresIn: 600,
            scope: ["openid", "accounts"],
            refreshToken: "r",
            idToken: "d.e.f"
        )
        #expect(
            WireText(answer.document) == """
                {"access_token":"a.b.c","token_type":"Bearer","expires_in":600,"refresh_token":"r",\
                "id_token":"d.e.f","scope":"openid accounts"}
                """
        )
    }

    @Test
    func `what is not issued is not named`() {
        let answer = TokenAnswer(accessToken: "a", expiresIn: 1, scope: [], refreshToken: nil, idToken: nil)
        #expect(WireText(answer.document) == #"{"access_token":"a","token_type":"Bearer","expires_in":1}"#)
    }

    @Test(arguments: NaughtyStrings.all)
    func `whatever stands in it, an answer is one JSON document`(text: WireText) throws {
        let answer = TokenAnswer(accessToken: text, expiresIn: 1, scope: ["openid"], refreshToken: text, idToken: text)
        let document = try JSONReader.read(answer.document)
        #expect(document["access_token"]?.text == text)
        #expect(document["refresh_token"]?.text == text)
        #expect(document["id_token"]?.text == text)
    }
}
