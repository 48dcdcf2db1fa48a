import OAuth
import Testing
import Text

struct DisplayNameTests {
    /// The truth table of the UK Customer Experience Guidelines.
    @Test(
        arguments: [
            ("ABC Trades", nil, "ABC Trades"), ("ABC Company Ltd", nil, "ABC Company Ltd"),
            ("ABC Company Ltd", "OBO Ltd", "OBO Ltd on behalf of ABC Company Ltd"),
            ("ABC Trades", "OBO Ltd", "OBO Ltd on behalf of ABC Trades"),
        ] as [(WireText, WireText?, WireText)]
    )
    func `an agent stands before the one it acts for`(tradingName: WireText, agent: WireText?, text: WireText) {
        #expect(DisplayName(tradingName: tradingName, agent: agent)?.text == text)
    }

    @Test(
        arguments: [
            "A", "7", "Société Générale", "Żabka", "O'Neill & Sons (UK) Ltd.", "田中銀行", "بنك الراجحي", "בנק הפועלים",
            "भारतीय स्टेट बैंक", "ธนาคารกรุงเทพ", "Bank \u{1F3E6}", "3M", "a b", "Cafe\u{301}", "<b>bold</b>",
        ] as [WireText]
    )
    func `names as they are borne all over the world can be shown`(name: WireText) {
        #expect(DisplayName(tradingName: name, agent: nil)?.text == name)
    }

    @Test(arguments: deceivingNames)
    func `CO-06 a name that could deceive its reader is refused`(name: WireText) {
        #expect(DisplayName(tradingName: name, agent: nil) == nil)
        #expect(DisplayName(tradingName: "ABC Trades", agent: name) == nil)
        #expect(DisplayName(tradingName: name, agent: "OBO Ltd") == nil)
    }

    static let deceivingNames: [WireText] = [
        "", " ", "   ", "\u{A0}", "\u{3000}", "...", "!", "\u{301}", " ABC", "ABC ", "\u{A0}ABC", "ABC\u{3000}",
        // Controls and line ends.
        "A\u{0}B", "A\nB", "A\r\nB", "A\tB", "A\u{1B}[31mB", "A\u{7F}B", "A\u{85}B", "A\u{2028}B", "A\u{2029}B",
        // Directions.
        "A\u{202A}B", "A\u{202B}B", "A\u{202C}B", "A\u{202D}B", "A\u{202E}B", "A\u{2066}B", "A\u{2067}B", "A\u{2068}B",
        "A\u{2069}B", "A\u{200E}B", "A\u{200F}B", "A\u{61C}B",
        // What nobody sees.
        "A\u{200B}B", "A\u{200C}B", "A\u{200D}B", "A\u{2060}B", "A\u{FEFF}B", "A\u{AD}B", "A\u{34F}B", "A\u{180E}B",
        "A\u{115F}B", "A\u{1160}B", "A\u{3164}B", "A\u{FFA0}B", "A\u{17B4}B", "A\u{FE0F}B", "A\u{E0100}B",
        "A\u{E0041}B",
        "\u{3164}", "\u{2800}", "\u{2800}\u{2800}",
        // What means nothing, or something else elsewhere.
        "A\u{E000}B", "A\u{F8FF}B", "A\u{378}B", "A\u{FFFF}B", "A\u{FFFE}", "A\u{10FFFF}B",
        // Floods of marks on one letter, and length.
        WireText("Z" + String(repeating: "\u{336}", count: 5)),
        WireText("Z" + String(repeating: "\u{351}", count: 150)),
        WireText("ab\u{489}\u{489}\u{489}\u{489}\u{489}c"),
        WireText(String(repeating: "x", count: 101)), WireText(String(repeating: "\u{1F3E6}", count: 101)),
        WireText(String(repeating: "x", count: 10_240)),
    ]

    @Test
    func `CO-06 the longest name is a hundred characters`() {
        #expect(DisplayName(tradingName: WireText(String(repeating: "x", count: 100)), agent: nil) != nil)
        #expect(DisplayName(tradingName: WireText(String(repeating: "田", count: 100)), agent: nil) != nil)
    }
}
