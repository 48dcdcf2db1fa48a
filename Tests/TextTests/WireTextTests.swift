import Testing
import Text

struct WireTextTests {
    /// Pairs that Swift's `String` holds for equal.
    static let equivalent: [(String, String)] = [
        ("caf\u{E9}", "cafe\u{301}"),
        ("\u{212A}", "K"),
        ("\u{37E}", ";"),
        ("\u{1FEF}", "`"),
        ("\u{2000}", "\u{2002}"),
        ("\u{AC00}", "\u{1100}\u{1161}"),
        ("\u{1E69}", "s\u{323}\u{307}"),
        // As many bytes on both sides, so that a length check alone would let them pass.
        ("\u{212A}K", "K\u{212A}"),
        ("s\u{323}\u{307}", "s\u{307}\u{323}"),
        ("\u{212B}", "\u{41}\u{30A}"),
    ]

    @Test(arguments: equivalent)
    func `AZ-05 SW-01 canonical equivalents are different texts`(left: String, right: String) {
        #expect(left == right, "the pair proves nothing if String tells it apart")
        #expect(WireText(left) != WireText(right))
        #expect(Set([WireText(left), WireText(right)]).count == 2)
        let known: [WireText: Int] = [WireText(left): 1]
        #expect(known[WireText(right)] == nil)
    }

    @Test func `equal bytes are equal, however the text was made`() throws {
        for length in 0...80 {
            let bytes = (0..<length).map { UInt8(ascii: "a") + UInt8($0 % 26) }
            let fromBytes = try #require(WireText(bytes))
            let fromString = WireText(String(decoding: bytes, as: UTF8.self))
            let fromPart = WireText(("-" + fromString.string).utf8.dropFirst())
            #expect(fromBytes == fromString)
            #expect(fromPart == fromString)
            #expect(fromBytes.hashValue == fromPart.hashValue)
            #expect(fromBytes.byteCount == length)
            #expect(fromBytes.bytes == bytes)
        }
    }

    @Test func `one changed byte anywhere makes texts differ`() throws {
        for length in [1, 7, 8, 15, 16, 17, 31, 43, 64, 65] {
            let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: length)
            for index in bytes.indices {
                var changed = bytes
                changed[index] = UInt8(ascii: "b")
                #expect(try #require(WireText(bytes)) != #require(WireText(changed)))
            }
        }
    }

    @Test func `texts of different length differ, also where one begins the other`() {
        #expect(WireText("code") != WireText("code\0"))
        #expect(WireText("") != WireText("\0"))
        #expect(WireText("abc") != WireText("ab"))
    }

    @Test func `the hash of neighbours depends on where one ends`() {
        struct Pair: Hashable {
            let first: WireText
            let second: WireText
        }
        #expect(Pair(first: "ab", second: "c").hashValue != Pair(first: "a", second: "bc").hashValue)
    }

    @Test(
        arguments: [
            [0xFF], [0xFE], [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82],
            [0x61, 0xC3], [0xC3, 0x28],
        ] as [[UInt8]]
    )
    func `SW-05 bytes that are not UTF-8 are no text`(bytes: [UInt8]) {
        #expect(WireText(bytes) == nil)
        #expect(WireText(bytes.span) == nil)
        let framed = [UInt8(ascii: "a")] + bytes + [UInt8(ascii: "b")]
        #expect(WireText(framed.span, in: 1..<framed.count - 1) == nil)
    }

    @Test func `a part of bytes is read without its surroundings`() {
        let bytes = Array("GET /caf\u{E9} HTTP/1.1".utf8)
        #expect(WireText(bytes.span, in: 4..<10) == "/caf\u{E9}")
        #expect(WireText(bytes.span, in: 0..<0) == "")
        #expect(WireText(bytes.span, in: 4..<9) == nil, "half of a letter")
    }

    @Test func `SW-04 prefixes and pieces are found under combining marks`() {
        #expect(WireText("javascript:\u{301}x").hasPrefix("javascript:"))
        #expect(!WireText("java").hasPrefix("javascript:"))
        #expect(!WireText("Javascript:").hasPrefix("javascript:"))
        #expect(WireText("a=1&\u{301}b=2").split(at: UInt8(ascii: "&")) == ["a=1", "\u{301}b=2"])
    }

    @Test func `SW-02 a line feed is found behind a carriage return`() {
        #expect(WireText("a\r\nb").split(at: .newline) == ["a\r", "b"])
    }

    @Test func `empty pieces are kept`() {
        #expect(WireText("a..b.").split(at: UInt8(ascii: ".")) == ["a", "", "b", ""])
        #expect(WireText("").split(at: UInt8(ascii: ".")) == [""])
    }

    @Test(
        arguments: [
            ("ABCxyz-_.09", "abcxyz-_.09"),
            ("chun\u{212A}ed", "chun\u{212A}ed"),
            ("\u{17F}\u{C9}", "\u{17F}\u{C9}"),
            ("\u{130}I", "\u{130}i"),
            ("", ""),
        ] as [(WireText, WireText)]
    )
    func `SW-06 lowering changes ASCII letters only`(text: WireText, lowered: WireText) {
        #expect(text.lowercasedASCII == lowered)
    }

    @Test func `visible ASCII excludes spaces, controls and everything beyond`() {
        #expect(WireText("!~azAZ09").isVisibleASCII)
        #expect(WireText("").isVisibleASCII)
        for text in ["a b", "a\tb", "a\u{7F}", "a\n", "\u{E9}", "a\0"] as [WireText] {
            #expect(!text.isVisibleASCII)
        }
    }

    @Test func `the order is that of the bytes`() {
        let sorted = (["b", "\u{E9}", "a", "B", "ab", ""] as [WireText]).sorted()
        #expect(sorted == ["", "B", "a", "ab", "b", "\u{E9}"])
    }

    @Test func `a text prints as itself`() {
        #expect("\(WireText("a\u{E9}"))" == "a\u{E9}")
        #expect(WireText("").isEmpty)
        #expect(!WireText("\0").isEmpty)
    }
}
