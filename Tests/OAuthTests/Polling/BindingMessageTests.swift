import OAuth
import TestSupport
import Testing
import Text

struct BindingMessageTests {
    @Test(
        arguments: [
            "1234", "W4SCT", "A&B <i>", "\u{4F60}\u{597D} 7", "\u{5E9}\u{5DC}\u{5D5}\u{5DD}", "1234 \u{1F44D}\u{1F3FF}",
            "\"\\'",
            WireText(String(repeating: "x", count: 64)),
        ] as [WireText]
    )
    func `CIBA §7.1: what can be shown as it is is taken, letter by letter`(text: WireText) {
        #expect(BindingMessage(text)?.text == text)
    }

    @Test(
        arguments: [
            "", " 1234", "1234 ", "12  34", "12\n34", "12\t34", "12\u{0}34", "12\u{200B}34", "12\u{202E}34",
            "12\u{200D}34",
            "\u{FEFF}1234", "1\u{301}\u{301}\u{301}\u{301}\u{301}", "12\u{E000}", "12\u{2028}34",
            WireText(String(repeating: "x", count: 65)),
        ] as [WireText]
    )
    func `CIBA §7.1: what a reader would see otherwise, or not at all, is not`(text: WireText) {
        #expect(BindingMessage(text) == nil)
    }
}
