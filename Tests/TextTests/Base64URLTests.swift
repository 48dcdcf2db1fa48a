import Testing
import Text

struct Base64URLTests {
    @Test(
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func `the vectors of RFC 4648 hold, without padding`(plain: String, encoded: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == encoded)
        #expect(Base64URL.decode(WireText(encoded)) == Array(plain.utf8))
    }

    @Test func `the alphabet is the one for URLs`() {
        #expect(Base64URL.encode([0xFB, 0xEF, 0xFF]) == "--__")
        #expect(Base64URL.decode("--__") == [0xFB, 0xEF, 0xFF])
    }

    @Test func `bytes of every length come back`() {
        var bytes: [UInt8] = []
        for length in 0...130 {
            let text = Base64URL.encode(bytes)
            #expect(text.utf8.count == (length * 4 + 2) / 3)
            #expect(Base64URL.decode(WireText(text)) == bytes)
            bytes.append(UInt8(truncatingIfNeeded: length &* 151 &+ 77))
        }
    }

    @Test func `appending keeps what was there`() {
        var text = Array("head.".utf8)
        Base64URL.append([1, 2, 3, 4].span, to: &text)
        #expect(String(decoding: text, as: UTF8.self) == "head.AQIDBA")
    }

    @Test(
        arguments: [
            // Padding.
            "Zg==", "Zm8=", "Zm9v====", "Zg=", "=", "====", "Zg==Zg",
            // The other alphabet.
            "++//", "-_+/",
            // White space, anywhere.
            " Zm9v", "Zm9v ", "Zm\n9v", "Zm9v\n", "Zm9v\r\n", "Zm\t9v",
            // One letter left over.
            "Z", "Zm9vY", "AAAAAAAAA",
            // Not ASCII, and controls.
            "Zm9\u{E9}", "\u{FF3A}g", "Zm9\0", "Zm9\u{7F}",
            // Other characters near the alphabet.
            "Zm9.", "Zm9~", "Zm9@", "Zm9[", "Zm9`", "Zm9{", "Zm9,", "Zm9:",
        ]
    )
    func `JO-18 SW-08 what is not canonical is refused`(text: String) {
        #expect(Base64URL.decode(WireText(text)) == nil)
    }

    @Test func `JO-18 SW-08 of all last letters only those without spare bits are read`() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        for (value, letter) in alphabet.enumerated() {
            #expect((Base64URL.decode([UInt8(ascii: "A"), letter].span) != nil) == (value % 16 == 0))
            #expect((Base64URL.decode([UInt8(ascii: "A"), UInt8(ascii: "A"), letter].span) != nil) == (value % 4 == 0))
        }
    }

    @Test func `JO-18 every byte in every place of a group is a letter or refused`() {
        let letters = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        for byte in UInt8.min...UInt8.max {
            for place in 0..<4 {
                var group = Array("AAAA".utf8)
                group[place] = byte
                #expect((Base64URL.decode(group.span) != nil) == letters.contains(byte))
            }
        }
    }

    @Test func `SW-08 what is read is what would be written`() {
        // All texts of two letters and many of three: whatever decodes must encode to itself.
        let bytes = (0x20...0x7F).map { UInt8($0) }
        for first in bytes {
            for second in bytes {
                for text in [[first, second], [first, second, second], [first, second, first, second]] {
                    guard let decoded = Base64URL.decode(text.span) else { continue }
                    #expect(Array(Base64URL.encode(decoded).utf8) == text)
                }
            }
        }
    }
}
