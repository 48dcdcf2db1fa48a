import OAuth
import Testing
import Text

struct MaxAgeTests {
    @Test(
        arguments: [("0", 0), ("1", 1), ("007", 7), ("3600", 3_600), ("2147483647", 2_147_483_647)]
            as [(WireText, Int64)]
    )
    func `a number of seconds is read`(text: WireText, seconds: Int64) {
        #expect(MaxAge(text)?.seconds == seconds)
    }

    @Test(
        arguments: [
            "", "-1", "+1", "-0", "1.5", "1.0", "1e3", "0x10", " 1", "1 ", "1\n", "1\u{0}", "1,000", "1_000", "٣",
            "\u{FF11}", "1\u{301}", "NaN", "inf", "one", "2147483648", "4294967296", "9223372036854775808",
            "9223372036854775807", "18446744073709551616", "00000000001",
            WireText("1" + String(repeating: "0", count: 400)),
        ] as [WireText]
    )
    func `AZ-55 what is no number of seconds is refused`(text: WireText) {
        #expect(MaxAge(text) == nil)
    }
}
