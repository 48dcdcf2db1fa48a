import Testing
import Text

struct PercentEncodingTests {
    @Test func `everything but the unreserved characters is escaped`() {
        #expect(PercentEncoding.encode("AZaz09-._~") == "AZaz09-._~")
        #expect(PercentEncoding.encode(" +&=%/?#\"<>") == "%20%2B%26%3D%25%2F%3F%23%22%3C%3E")
        #expect(PercentEncoding.encode("\u{E9}\u{1F600}") == "%C3%A9%F0%9F%98%80")
        #expect(PercentEncoding.encode("a\r\n\0b\u{7F}") == "a%0D%0A%00b%7F")
        #expect(PercentEncoding.encode("") == "")
    }

    @Test func `every ASCII character comes back, in both variants`() {
        for byte in UInt8.min...0x7F {
            let text = WireText("x\(Character(Unicode.Scalar(byte)))y")
            let encoded = WireText(PercentEncoding.encode(text))
            #expect(PercentEncoding.decode(encoded) == text)
            #expect(PercentEncoding.decode(encoded, plusIsSpace: true) == text)
        }
    }

    @Test func `appending keeps what was there`() {
        var bytes = Array("a=".utf8)
        PercentEncoding.append("b", to: &bytes)
        PercentEncoding.append("c d", to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "a=bc%20d")
    }

    @Test(
        arguments: [
            ("abc", "abc"), ("", ""), ("%41%62%7a%7A", "Abzz"), ("%c3%A9", "\u{E9}"), ("caf\u{E9}", "caf\u{E9}"),
            ("a+b", "a+b"), ("%2B", "+"), ("%00", "\0"), ("%25", "%"), ("%2561", "%61"), ("%252525", "%2525"),
        ]
    )
    func `AZ-45 escapes are decoded exactly once`(text: String, decoded: String) {
        #expect(PercentEncoding.decode(WireText(text)) == WireText(decoded))
    }

    @Test func `AZ-45 SW-11 a plus is a space in forms only`() {
        #expect(PercentEncoding.decode("a+b%2Bc+", plusIsSpace: true) == "a b+c ")
        #expect(PercentEncoding.decode("a+b%2Bc+", plusIsSpace: false) == "a+b+c+")
    }

    @Test(
        arguments: [
            "%", "%4", "a%", "a%4", "%zz", "%4g", "%g4", "%u0041", "%%41", "% 1", "%+1", "%-1", "%\u{E9}", "%41%",
            "%\u{FF14}1",
            // Not UTF-8 once decoded: lone bytes, overlong forms, surrogates, too far.
            "%ff", "%fe", "%80", "%c3", "%c3x", "%c0%80", "%c0%af", "%e0%80%af", "%f0%80%80%af", "%ed%a0%80",
            "%f4%90%80%80",
        ]
    )
    func `AZ-45 SW-11 bad escapes and bad UTF-8 are refused`(text: String) {
        #expect(PercentEncoding.decode(WireText(text)) == nil)
        #expect(PercentEncoding.decode(WireText(text), plusIsSpace: true) == nil)
        #expect(PercentEncoding.decode(WireText("ok" + text + "ok")) == nil || text == "%" || text == "%4")
    }

    @Test func `a part of bytes is decoded without looking beyond its end`() {
        let bytes = Array("a=%41%42&b".utf8)
        #expect(PercentEncoding.decode(bytes.span, in: 2..<8, plusIsSpace: true) == "AB")
        #expect(PercentEncoding.decode(bytes.span, in: 2..<7, plusIsSpace: true) == nil)
        #expect(PercentEncoding.decode(bytes.span, in: 2..<6, plusIsSpace: true) == nil)
        #expect(PercentEncoding.decode(bytes.span, in: 0..<1, plusIsSpace: true) == "a")
        #expect(PercentEncoding.decode(bytes.span, in: 3..<3, plusIsSpace: true) == "")
    }

    @Test func `SW-05 raw bytes that are not UTF-8 are refused, with and without escapes`() {
        for bytes in [[0x61, 0xFF], [0xFF, 0x2B], [0x25, 0x34, 0x31, 0xFE], [0x80]] as [[UInt8]] {
            #expect(PercentEncoding.decode(bytes.span, in: bytes.indices, plusIsSpace: true) == nil)
            #expect(PercentEncoding.decode(bytes.span, in: bytes.indices, plusIsSpace: false) == nil)
        }
    }
}
