import Foundation
import Testing
import Text

struct Base64Tests {
    @Test(
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func `the vectors of RFC 4648 hold`(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(WireText(encoded)) == Array(plain.utf8))
    }

    @Test func `bytes of every length are spelled as Foundation spells them, and come back`() {
        var bytes: [UInt8] = []
        for length in 0...130 {
            let text = Base64.encode(bytes)
            #expect(text == Data(bytes).base64EncodedString())
            #expect(Base64.decode(WireText(text)) == bytes)
            bytes.append(UInt8(truncatingIfNeeded: length &* 197 &+ 250))
        }
    }

    @Test(
        arguments: [
            "Zg", "Zg=", "Zm8", "Zm9v=", "Zm9v====", "QUJD====", "====", "==", "=", "A===", "Zg==Zg==", "=Zg=", "Z=g=",
            "QUJ=", "Zh==", "Zm9=", "--__", "Zm9v\n", " Zm9v", "Zm 9", "Zm9\u{E9}", "Zm\0v",
        ]
    )
    func `SW-08 what is not canonical is refused`(text: String) {
        #expect(Base64.decode(WireText(text)) == nil)
    }
}
